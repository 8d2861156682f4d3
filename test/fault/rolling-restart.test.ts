import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startProxy } from '../support/alternating-proxy.ts';
import { backends, deployed, type OpenBackend } from '../support/environment/backends.ts';
import { missingReason } from '../support/environment/requirements.ts';
import { leftoversOf } from '../support/leftovers.ts';
import { startNginx } from '../support/nginx.ts';
import type { Packument } from '../wire/npm-request.ts';
import { type Load, packageNames, sha512Of, startLoad } from './load.ts';
import { adminSecret } from './server-process.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

const clients = 8;
const rounds = 1;
const nginx = inject('nginx');

/** What is in front of the servers, and on what they are. A strict proxy sends nothing twice; nginx does, so it is only to lose nothing in a restart. */
const kinds = [
  ...backends.map((backend) => ({ ...backend, front: 'a strict proxy', isStrict: true, startFront: startProxy })),
  {
    ...deployed,
    missing: deployed.missing ?? (nginx === undefined ? missingReason('nginx') : undefined),
    front: 'nginx as README has it',
    isStrict: false,
    startFront: (urls: readonly string[]) => startNginx(nginx ?? '', urls),
  },
];

describe.for(kinds)('two servers on one $name behind $front, under load', { timeout: 300_000 }, ({ open, missing, isStrict, startFront }) => {
  let backend: OpenBackend;
  let servers: TwoServers;
  let proxy: Awaited<ReturnType<typeof startFront>>;
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    Object.assign(process.env, backend.env);
    servers = await startTwoServers(backend);
    proxy = await startFront(servers.urls);
  }, 60_000);
  afterAll(async () => {
    await proxy?.close();
    await servers?.close();
    await backend?.close();
  });

  const test = it.skipIf(missing !== undefined);

  test('stopped one after the other: nobody notices', async () => {
    const load = startLoad(proxy.url, adminSecret, clients);
    await servers.restartAll(rounds, async (server) => {
      expect(await server.stop()).toBe(0);
      expect(server.output()).not.toMatch(/"level":[56]0/);
    });
    await load.stop();
    expect([load.cut, load.wrong]).toEqual([[], []]);
    await expectWhole(load);
  });

  if (isStrict) {
    test('killed one after the other: nothing acknowledged is lost, a retry works', async () => {
      const load = startLoad(proxy.url, adminSecret, clients, 2);
      await servers.restartAll(rounds, async (server) => {
        await sleep(randomInt(200));
        await server.kill();
      });
      await load.stop();
      expect(load.wrong).toEqual([]);
      // Or nothing was killed in the middle of anything.
      expect(load.cut.length).toBeGreaterThan(0);
      await expectWhole(load);
    });
  }

  test('and nothing is left over', async () => {
    expect(await leftoversOf(backend.env)).toEqual([]);
  });

  /** Every version that was acknowledged is there, and each that is there, acknowledged or not, is whole. */
  async function expectWhole({ acknowledged }: Load): Promise<void> {
    for (const [index, name] of packageNames.entries()) {
      const shown = await versionsOf(servers.urls[index % 2] ?? '', name);
      const own = acknowledged.filter((one) => one.name === name);
      expect(own.length).toBeGreaterThan(0);
      expect(own.filter(({ version, sha512 }) => shown.get(version) !== sha512)).toEqual([]);
    }
  }

  /** What a server shows of a package, by both of its faces: the digest of the bytes of each version. */
  async function versionsOf(url: string, name: string): Promise<Map<string, string>> {
    const headers = { authorization: `Bearer ${adminSecret}` };
    const packument = (await (await fetch(`${url}/api/packages/npm/${name}`, { headers })).json()) as Packument;
    const versions = await Promise.all(
      Object.values(packument.versions).map(async ({ version, dist }) => {
        const response = await fetch(`${url}${new URL(dist.tarball).pathname}`, { headers });
        const sha512 = sha512Of(Buffer.from(await response.arrayBuffer()));
        expect([version, response.status, sha512]).toEqual([version, 200, dist.integrity]);
        return [version, sha512] as const;
      }),
    );
    const query = `{ package(namespace: "", format: NPM, name: "${name}") { versionCount: versions(first: 1) { totalCount } } }`;
    const graphql = await fetch(`${url}/graphql`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
    expect(await graphql.json()).toMatchObject({ data: { package: { versionCount: { totalCount: versions.length } } } });
    return new Map(versions);
  }
});
