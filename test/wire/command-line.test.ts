import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshFolder } from '../support/environment/temporary.ts';

/** The command line in processes of its own, with nothing in their environment but what a test says. */
describe('entrepot', { timeout: 30_000 }, () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>;
  let env: Record<string, string>;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await freshFolder();
    env = { DATA_DIR: folder.path, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent' };
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await folder.remove();
  });

  const entrepot = async (args: string[], more: Record<string, string> = {}): Promise<{ code: number | null; stdout: string; stderr: string }> => {
    const child = spawn(process.execPath, ['src/main.ts', ...args], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
    const [code] = await once(child, 'close');
    return { code, ...printed };
  };

  /** Starts a server; resolves as soon as it says where it is. */
  const serve = async (more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, ['src/main.ts'], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(child);
    const lines: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        const found = /^Entrepot is at (\S+)/.exec(line);
        if (found) resolve(found[1] ?? '');
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    return {
      url,
      /** Ends it, and gives its exit code with all that it printed. */
      async stop() {
        child.kill('SIGTERM');
        const [code] = await once(child, 'close');
        return { code, printed: lines.join('\n') };
      },
    };
  };
  const whoami = async (url: string, authorization: string) => (await fetch(`${url}/api/packages/npm/-/whoami`, { headers: { authorization } })).json();
  const basic = (username: string, password: string) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  it('prints the admin token on the first start and never again', async () => {
    const first = await serve();
    const { code, printed } = await first.stop();
    const [secret = ''] = /ept_\w{38}/.exec(printed) ?? [];
    expect([code, printed]).toEqual([0, expect.stringContaining(`The admin's token, shown only now:\n\n    ${secret}\n`)]);
    const second = await serve();
    expect(await whoami(second.url, `Bearer ${secret}`)).toEqual({ username: 'admin' });
    expect(await second.stop()).toEqual({ code: 0, printed: expect.not.stringContaining('ept_') });
  });

  it('prints it also where the port is taken, for it is not made again', async () => {
    const { path, remove } = await freshFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stdout, stderr } = await entrepot(['serve'], { DATA_DIR: path, PORT: String(port) });
    expect([code, stdout, stderr]).toEqual([1, expect.stringMatching(/^\nThe admin's token, shown only now:\n\n {4}ept_\w{38}\n/), expect.stringMatching(/^entrepot: listen EADDRINUSE: .*\n$/)]);
    other.close();
    const server = await serve({ DATA_DIR: path });
    expect(await whoami(server.url, `Bearer ${/ept_\w+/.exec(stdout)?.[0]}`)).toEqual({ username: 'admin' });
    await server.stop();
    await remove();
  });

  it('prints no token that it was given', async () => {
    const { path, remove } = await freshFolder();
    const server = await serve({ DATA_DIR: path, ENTREPOT_ADMIN_TOKEN: 'given-by-the-operator' });
    expect(await whoami(server.url, 'Bearer given-by-the-operator')).toEqual({ username: 'admin' });
    expect(await server.stop()).toEqual({ code: 0, printed: expect.not.stringContaining('given-by') });
    await remove();
  });

  it('user create and token create are for whoever reaches the database, also while a server runs', async () => {
    const server = await serve();
    expect(await entrepot(['user', 'create', '--name', 'Ann', '--admin'], { ENTREPOT_PASSWORD: 'correct horse battery' })).toEqual({ code: 0, stdout: expect.stringMatching(/^ann usr_\w{26}\n$/), stderr: '' });
    expect(await whoami(server.url, basic('ann', 'correct horse battery'))).toEqual({ username: 'ann' });
    const { code, stdout, stderr } = await entrepot(['token', 'create', '--user', 'ann', '--name', 'ci', '--scopes', 'READ']);
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^ept_\w{38}\n$/), '']);
    expect(await whoami(server.url, `Bearer ${stdout.trim()}`)).toEqual({ username: 'ann' });
    expect((await server.stop()).code).toBe(0);
  });

  it('check tells whether database and store agree, also while a server runs', async () => {
    const { path, remove } = await freshFolder();
    const server = await serve({ DATA_DIR: path, ENTREPOT_ADMIN_TOKEN: 'given-by-the-operator' });
    await fetch(`${server.url}/api/packages/generic/lib/1.0/file`, { method: 'PUT', headers: { authorization: 'Bearer given-by-the-operator' }, body: 'right' });
    const check = (...args: string[]) => entrepot(['check', ...args], { DATA_DIR: path });
    const end = (problems: number) => `\\d\\d rules looked at, ${problems} problems found`;
    expect(await check()).toEqual({ code: 0, stdout: expect.stringMatching(`^${end(0)}; --bytes reads all content as well\\n$`), stderr: '' });
    expect(await check('--bytes')).toEqual({ code: 0, stdout: expect.stringMatching(`^${end(0)}\\n$`), stderr: '' });
    const objects = join(path, 'blobs', 'objects');
    const [stored = ''] = (await readdir(objects, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    await writeFile(stored, 'wrong');
    await mkdir(join(objects, 'st'), { recursive: true });
    await writeFile(join(objects, 'st', 'ray'), 'stray');
    const stray = 'every object is known\\? object objects/st/ray is known to nobody\\n';
    expect(await check()).toEqual({ code: 1, stdout: expect.stringMatching(`^${stray}${end(1)}; --bytes`), stderr: '' });
    const bytes = 'every blob has the bytes of its digests\\? blob [0-9a-f]{64} has bytes with another md5, sha1, sha256, sha512\\n';
    expect(await check('--bytes')).toEqual({ code: 1, stdout: expect.stringMatching(`^${stray}${bytes}${end(2)}\\n$`), stderr: '' });
    await server.stop();
    await remove();
  });

  it('export, copy-blobs and import move a registry, or give back one that is lost', { timeout: 120_000 }, async () => {
    const { path, remove } = await freshFolder();
    const [file, copy, rest] = [join(path, 'export.gz'), join(path, 'copy'), join(path, 'rest')];
    const [old, next] = [{ DATA_DIR: join(path, 'old') }, { DATA_DIR: join(path, 'new'), STORAGE_URL: rest }];
    const authorization = 'Bearer given-by-the-operator';
    const server = await serve({ ...old, ENTREPOT_ADMIN_TOKEN: 'given-by-the-operator' });
    await fetch(`${server.url}/api/packages/generic/lib/1.0/file`, { method: 'PUT', headers: { authorization }, body: 'right' });
    const counted = /^\d+ rows exported: 1 packages, 1 versions, 1 files, \d+ events\n1 blobs copied \(5 bytes\), 0 were there, 0 could not be copied\n$/;
    expect(await entrepot(['export', '--to', file, '--blobs', copy], old)).toEqual({ code: 0, stdout: expect.stringMatching(counted), stderr: '' });
    expect(await entrepot(['export', '--to', file], old)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^entrepot: .* is there already; an export overwrites nothing\.\n$/) });
    await server.stop();

    const inWords = 'every blob has its bytes\\? blob \\w+ should have 5 bytes, its object objects/\\w+/\\w+ is not there\\n\\d+ rules looked at, 1 problems found; .*\\n$';
    expect(await entrepot(['import', file], next)).toEqual({ code: 1, stdout: expect.stringMatching(`^namespace: 1\\nuser: 1\\n(?:\\w+: \\d+\\n)+${inWords}`), stderr: '' });
    expect(await entrepot(['copy-blobs', '--of', file, '--from', copy, '--to', rest], next)).toEqual({ code: 0, stdout: '1 blobs copied (5 bytes), 0 were there, 0 could not be copied\n', stderr: '' });
    expect(await entrepot(['copy-blobs', '--from', copy, '--to', rest], next)).toEqual({ code: 0, stdout: '0 blobs copied (0 bytes), 1 were there, 0 could not be copied\n', stderr: '' });
    expect((await entrepot(['check', '--bytes'], next)).code).toBe(0);
    const moved = await serve(next);
    expect(await (await fetch(`${moved.url}/api/packages/generic/lib/1.0/file`, { headers: { authorization } })).text()).toBe('right');
    expect(await moved.stop()).toEqual({ code: 0, printed: expect.not.stringContaining('ept_') });
    expect(await entrepot(['import', file], next)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^entrepot: The database is in use \(its table "user" has rows\)/) });
    await remove();
  });

  it('export writes to standard output as well, and nothing else', async () => {
    const { path, remove } = await freshFolder();
    await entrepot(['migrate'], { DATA_DIR: path });
    const child = spawn(process.execPath, ['src/main.ts', 'export'], { env: { ...env, DATA_DIR: path }, stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(child);
    expect(gunzipSync(await buffer(child.stdout)).toString()).toMatch(/^\{"entrepot":"export","format":1,[^]*\n\{"rows":\{"namespace":1,.*\}\n$/);
    // Whoever reads it has left: what was written is no backup.
    const cut = spawn(process.execPath, ['src/main.ts', 'export'], { env: { ...env, DATA_DIR: path }, stdio: ['ignore', 'pipe', 'ignore'] });
    running.push(cut);
    cut.stdout.destroy();
    expect((await once(cut, 'close'))[0]).toBe(1);
    await remove();
  });

  it.for<[string, string[], Record<string, string>, number, RegExp]>([
    ['an export whose content has no file beside it', ['export', '--blobs', '/nowhere'], {}, 1, /^entrepot: export --blobs needs --to FILE\n$/],
    ['an export of a database that was never migrated', ['export'], { DATABASE_URL: 'sqlite::memory:' }, 1, /^entrepot: The database lacks People1763600000001: use the version that runs on it, or "entrepot migrate" first\.\n$/],
    ['a copy to nowhere', ['copy-blobs'], {}, 1, /^entrepot: copy-blobs needs --to URL\n$/],
    ['a copy to where it comes from', ['copy-blobs', '--to', 'x', '--from', 'x'], {}, 1, /^entrepot: x is the store that content comes from\n$/],
    ['a file that is not there', ['import', '/nothing'], { DATABASE_URL: 'sqlite::memory:' }, 1, /^entrepot: ENOENT: .*\n$/],
    ['a user that is there', ['user', 'create', '--name', 'ANN'], {}, 1, /^entrepot: A user "ann" exists already\.\n$/],
    ['a user without a name', ['user', 'create'], {}, 1, /^entrepot: user create needs --name\n$/],
    ['a name that is none', ['user', 'create', '--name', 'no name'], {}, 1, /^entrepot: A user name has 1 to 64 of the characters .*\.\n$/],
    ['a short password', ['user', 'create', '--name', 'bob'], { ENTREPOT_PASSWORD: 'short' }, 1, /^entrepot: A password has 8 to 1,024 characters\.\n$/],
    ['a token of nobody', ['token', 'create', '--name', 'x', '--user', 'nobody'], {}, 1, /^entrepot: there is no user "nobody"\n$/],
    ['an unknown option', ['token', 'create', '--nmae', 'x'], {}, 1, /^entrepot: Unknown option '--nmae'/],
    ['configuration that makes no sense', ['migrate'], { ENTREPOT_ADMIN_TOKEN: 'short' }, 1, /^entrepot: ENTREPOT_ADMIN_TOKEN must be .*\n$/],
  ])('refuses %s in one line', async ([, args, more, expected, words]) => {
    const { code, stdout, stderr } = await entrepot(args, more);
    expect([code, stdout, stderr]).toEqual([expected, '', expect.stringMatching(words)]);
  });

  it('tells what commands there are', async () => {
    const help = await entrepot(['--help']);
    expect(help).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: entrepot <command>\n/), stderr: '' });
    expect(await entrepot(['user', 'delete'])).toEqual({ ...help, code: 2 });
  });
});
