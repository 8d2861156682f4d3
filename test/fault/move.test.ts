import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshFile } from '../contract/backup-world.ts';
import { backends, deployed, type OpenBackend } from '../support/environment/backends.ts';
import { runCommand } from '../support/environment/commands.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { publishDocument } from '../wire/npm-request.ts';
import { adminSecret, ask, type ServerProcess, startServer } from './server-process.ts';

const [embedded = deployed] = backends;
const names = ['lib', '@scope/lib'];

/** As the README tells it, with servers and the command line in processes of their own. */
describe.for([
  { from: embedded, to: deployed },
  { from: deployed, to: embedded },
])('a registry that moves from $from.name to $to.name', { timeout: 300_000 }, ({ from, to }) => {
  it.skipIf(deployed.missing !== undefined)('is the same for its clients, be they in the middle of the events', async () => {
    const [old, next] = [await from.open(), await to.open()];
    // Each command is told of the emulator, whichever side it is on.
    const env = (backend: OpenBackend) => ({ ...old.env, ...next.env, ...backend.env, LOG_LEVEL: 'silent' });
    const entrepot = (backend: OpenBackend, ...args: string[]) => runCommand(process.execPath, ['src/main.ts', ...args], { timeoutSeconds: 120, env: env(backend) });
    const content = randomBytes(3_000_000);

    const before = await startServer(env(old));
    await publish(before, names[0] ?? '', '1.0.0', content);
    expect((await entrepot(old, 'copy-blobs', '--to', next.storageUrl)).output).toBe(`1 blobs copied (${await sizeOf(before, 'lib')} bytes), 0 were there, 0 could not be copied\n`);
    const first = await events(before);
    await publish(before, names[1] ?? '', '1.0.0', randomBytes(1_000));
    const seen = await events(before, first.cursor);
    const tarballs = await Promise.all(names.map((name) => digestOf(before, name)));
    await before.stop();

    const file = await freshFile();
    expect((await entrepot(old, 'export', '--to', file, '--blobs', next.storageUrl)).output).toMatch(/\n1 blobs copied \(\d+ bytes\), 1 were there, 0 could not be copied\n$/);
    expect((await entrepot(next, 'import', file, '--continue')).output).toMatch(/\n\d+ rules looked at, 0 problems found; --bytes reads all content as well\n$/);
    expect((await entrepot(next, 'check', '--bytes')).output).toMatch(/, 0 problems found\n$/);

    const after = await startServer(env(next));
    expect(await Promise.all(names.map((name) => digestOf(after, name)))).toEqual(tarballs);
    // Who had seen the first event goes on with the same second one, and whoever had seen all of them with what is new.
    expect(await events(after, first.cursor)).toEqual(seen);
    await publish(after, names[0] ?? '', '1.1.0', randomBytes(1_000));
    expect((await events(after, seen.cursor)).versions).toEqual(['lib 1.1.0']);
    await after.stop();
    expect((await entrepot(next, 'check')).output).toMatch(/, 0 problems found;/);
    await old.close();
    await next.close();
  });
});

async function publish(server: ServerProcess, name: string, version: string, content: Buffer): Promise<void> {
  const body = JSON.stringify(await publishDocument(name, version, { tarball: await npmTarball({ name, version }, { content }) }));
  const response = await fetch(`${server.url}/api/packages/npm/${name.replace('/', '%2f')}`, { method: 'PUT', headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' }, body });
  expect([response.status, await response.text()]).toEqual([201, expect.any(String)]);
}

async function download(server: ServerProcess, name: string): Promise<Buffer> {
  const response = await fetch(`${server.url}/api/packages/npm/${name}/-/${name.split('/').at(-1)}-1.0.0.tgz`, { headers: { authorization: `Bearer ${adminSecret}` } });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const sizeOf = async (server: ServerProcess, name: string) => (await download(server, name)).length;
const digestOf = async (server: ServerProcess, name: string) => createHash('sha256').update(await download(server, name)).digest('hex');

/** The versions that were published behind a cursor, once each is numbered, and the cursor behind them. */
async function events(server: ServerProcess, after?: string): Promise<{ versions: string[]; cursor: string }> {
  const query = 'query($after: Cursor) { events(after: $after, first: 100) { nodes { __typename ... on PackagePublished { packageName versionName } } pageInfo { endCursor } } }';
  let found: { versions: string[]; cursor: string } = { versions: [], cursor: '' };
  await expect
    .poll(async () => {
      const { events: page } = await ask(server, adminSecret, query, after === undefined ? {} : { after });
      const published: { packageName: string; versionName: string }[] = page.nodes.filter((node: { __typename: string }) => node.__typename === 'PackagePublished');
      found = { versions: published.map(({ packageName, versionName }) => `${packageName} ${versionName}`), cursor: page.pageInfo.endCursor };
      return found.versions.length;
    }, { timeout: 60_000 })
    .toBeGreaterThan(0);
  return found;
}
