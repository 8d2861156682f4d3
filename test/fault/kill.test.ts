import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/environment/commands.ts';
import { backends, type OpenBackend } from '../support/environment/backends.ts';
import { leftoversOf } from '../support/leftovers.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { type Packument, publishDocument } from '../wire/npm-request.ts';
import { adminSecret, type ServerProcess, startServer } from './server-process.ts';

const rounds = 10;
const atOnce = 5;
const sizes = [1_000, 20_000, 300_000, 3_000_000];

/** One publish that the server may die of. */
interface Attempt {
  kind: 'npm' | 'generic';
  name: string;
  path: string;
  body: Buffer;
  /** What must come down again. */
  content: Buffer;
}

describe.for(backends)('a server that is killed, on $name', { timeout: 180_000 }, ({ open, missing }) => {
  let backend: OpenBackend;
  let server: ServerProcess;
  beforeAll(async () => {
    if (missing !== undefined) return;
    backend = await open();
    Object.assign(process.env, backend.env);
    server = await startServer(backend.env);
  });
  afterAll(async () => {
    await server?.kill();
    await backend?.close();
  });

  const test = it.skipIf(missing !== undefined);
  const authorization = `Bearer ${adminSecret}`;
  const get = (path: string) => fetch(`${server.url}${path}`, { headers: { authorization } });
  const put = async ({ path, body }: Attempt): Promise<number> => {
    try {
      return (await fetch(`${server.url}${path}`, { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body: body as BodyInit })).status;
    } catch {
      return 0;
    }
  };

  async function attempt(index: number): Promise<Attempt> {
    const random = randomBytes(sizes[index % sizes.length] ?? 1);
    const name = `killed-${index}`;
    if (index % 2 === 0) return { kind: 'generic', name, path: `/api/packages/generic/${name}/1/file`, body: random, content: random };
    const content = await npmTarball({ name, version: '1.0.0' }, { random });
    return { kind: 'npm', name, path: `/api/packages/npm/${name}`, body: Buffer.from(JSON.stringify(await publishDocument(name, '1.0.0', { tarball: content }))), content };
  }

  const batch = (round: number) => Promise.all(Array.from({ length: atOnce }, (_, index) => attempt(round * atOnce + index + 1000)));

  /** Whether the publish is there, as its client sees it. Where it is there in part, this fails. */
  async function isThere({ kind, name, path, content }: Attempt): Promise<boolean> {
    const listing = await get(kind === 'npm' ? path : `/api/packages/generic/${name}`);
    if (kind === 'npm' && listing.status === 200) {
      const { versions, 'dist-tags': tags } = (await listing.json()) as Packument;
      expect([Object.keys(versions), tags]).toEqual([['1.0.0'], { latest: '1.0.0' }]);
      await expectBytes(new URL(versions['1.0.0']?.dist.tarball ?? '').pathname, content);
      return true;
    }
    if (kind === 'generic' && listing.status === 200) {
      expect(await listing.json()).toMatchObject({ versions: [{ version: '1', files: [{ name: 'file', sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }] }] });
      await expectBytes(path, content);
      return true;
    }
    expect(listing.status).toBe(404);
    expect((await get(kind === 'npm' ? `${path}/-/${name}-1.0.0.tgz` : path)).status).toBe(404);
    return false;
  }

  async function expectBytes(path: string, content: Buffer): Promise<void> {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
  }

  test(`each of ${rounds * atOnce} publishes is whole or absent, the acknowledged ones are there, a retry works, nothing is left`, async () => {
    // How long such a batch takes, so that the kills fall into it and a little beyond.
    let usual = 0;
    for (let round = -2; round < 0; round++) {
      const warm = await batch(round);
      const start = performance.now();
      expect(await Promise.all(warm.map(put))).toEqual(warm.map(() => 201));
      usual = performance.now() - start;
    }
    const outcomes = { acknowledged: 0, unheard: 0, absent: 0 };
    const all: Attempt[] = [];
    for (let round = 0; round < rounds; round++) {
      const wanted = await batch(round);
      all.push(...wanted);
      const sending = Promise.all(wanted.map(put));
      // Spread evenly, so that every run meets early and late moments.
      await sleep(((round + Math.random()) / rounds) * 1.2 * usual);
      await server.kill();
      const statuses = await sending;
      server = await startServer(backend.env);
      for (const [index, one] of wanted.entries()) {
        const status = statuses[index] ?? -1;
        expect([0, 201]).toContain(status);
        const there = await isThere(one);
        if (status === 201) expect(there).toBe(true);
        outcomes[status === 201 ? 'acknowledged' : there ? 'unheard' : 'absent'] += 1;
        expect(await put(one)).toBe(there && one.kind === 'npm' ? 403 : 201);
      }
    }
    console.log(`${rounds * atOnce} publishes, killed ${rounds} times: ${JSON.stringify(outcomes)}`);
    for (const wanted of all) expect(await isThere(wanted)).toBe(true);
    expect(outcomes.absent).toBeGreaterThan(0);

    const gc = await runCommand(process.execPath, ['src/main.ts', 'gc'], { timeoutSeconds: 30, env: { ...backend.env, LOG_LEVEL: 'warn' } });
    expect(JSON.parse(gc.output)).toMatchObject({ removedBlobs: 0 });
    expect(await leftoversOf(backend.env)).toEqual([]);
    for (const wanted of all.slice(0, 10)) expect(await isThere(wanted)).toBe(true);
  });

  // Ended before a connection that is kept open would be closed (72 s), let alone before the stop would give up.
  test('SIGTERM lets a slow upload finish, takes nothing new and exits with 0', { timeout: 60_000 }, async () => {
    await server.kill();
    server = await startServer({ ...backend.env, SHUTDOWN_SECONDS: '600' });
    const content = randomBytes(1_000_000);
    const path = '/api/packages/generic/slow/1/file';
    const answer = Promise.withResolvers<number>();
    const upload = request(`${server.url}${path}`, { method: 'PUT', headers: { authorization, 'content-length': content.length } }, (response) => {
      response.resume();
      answer.resolve(response.statusCode ?? 0);
    });
    upload.on('error', answer.reject);
    upload.write(content.subarray(0, 500_000));
    await sleep(200);
    const stopped = server.stop();
    await expect.poll(() => connectionError(server.url), { timeout: 30_000 }).toBe('ECONNREFUSED');
    expect(server.child.exitCode).toBeNull();
    upload.end(content.subarray(500_000));
    expect(await answer.promise).toBe(201);
    expect(await stopped).toBe(0);
    expect(server.output()).not.toMatch(/"level":[56]0/);
    server = await startServer(backend.env);
    await expectBytes(path, content);
  });

  // Ended before a stop gives up by default (30 s).
  test('a stop that lasts too long cuts what still runs', { timeout: 28_000 }, async () => {
    await server.kill();
    server = await startServer({ ...backend.env, SHUTDOWN_SECONDS: '1', STALLED_SECONDS: '0' });
    const upload = request(`${server.url}/api/packages/generic/stuck/1/file`, { method: 'PUT', headers: { authorization, 'content-length': 1000 } });
    const cut = new Promise((resolve) => upload.on('error', resolve));
    upload.write('only a little');
    await sleep(200);
    expect(await server.stop()).toBe(0);
    await cut;
    server = await startServer(backend.env);
    expect((await get('/api/packages/generic/stuck')).status).toBe(404);
  });
});

/** Why the server takes no connection, if it takes none. */
async function connectionError(url: string): Promise<string | undefined> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
}
