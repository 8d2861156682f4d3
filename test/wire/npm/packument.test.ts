import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { getPackument, npmPath, npmPublish, npmPut, packagePath } from '../npm-request.ts';
import { rawRequest, requestHead } from '../raw-request.ts';

const abbreviated = 'application/vnd.npm.install-v1+json';
const base = npmPath('acme/widgets');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  for (const version of ['1.0.0', '1.1.0']) {
    await npmPublish(app, '@acme/doc', version, { tarball: await npmTarball({ name: '@acme/doc', version, description: 'd', dependencies: { x: '1' }, scripts: { install: 'node x' }, license: 'MIT' }, { 'README.md': 'read '.repeat(1000) }) });
  }
});
afterAll(() => app.close());

const get = (headers: Record<string, string> = {}, name = '@acme/doc', as: 'reader' | 'anonymous' | 'outsider' = 'reader') => app.fetch(`${base}/${packagePath(name)}`, as, { headers });

describe('GET /{package}', () => {
  it('200 full, with all that npm needs', async () => {
    const response = await get({ accept: 'application/json' });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      _id: '@acme/doc', _rev: expect.stringMatching(/^2-[0-9a-f]+$/), name: '@acme/doc', description: 'd', license: 'MIT', readmeFilename: 'README.md', maintainers: [{ name: 'developer' }],
      'dist-tags': { latest: '1.1.0' },
      time: { created: expect.any(String), modified: expect.any(String), '1.0.0': expect.any(String), '1.1.0': expect.any(String) },
      versions: { '1.0.0': { _id: '@acme/doc@1.0.0', scripts: { install: 'node x' }, hasInstallScript: true, _npmUser: { name: 'developer' } } },
    });
  });

  it.for([abbreviated, `${abbreviated}; q=1.0, application/json; q=0.8, */*`])('200 abbreviated for Accept: %s', async (accept) => {
    const response = await get({ accept });
    expect(response.headers.get('content-type')).toBe(abbreviated);
    const document = (await response.json()) as { versions: Record<string, object> };
    expect(Object.keys(document).sort()).toEqual(['dist-tags', 'modified', 'name', 'versions']);
    expect(document.versions['1.0.0']).toMatchObject({ dependencies: { x: '1' }, hasInstallScript: true });
    for (const field of ['scripts', 'readme', 'description', '_id', 'license']) expect(document.versions['1.0.0']).not.toHaveProperty(field);
  });

  it('304 for what the client has, until something changes', async () => {
    await npmPublish(app, 'etag', '1.0.0');
    for (const accept of ['application/json', abbreviated]) {
      const first = await get({ accept }, 'etag');
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[^"]+"$/);
      for (const known of [etag, `"x", ${etag}`, `W/${etag}`, '*']) {
        const again = await get({ accept, 'if-none-match': known }, 'etag');
        expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
        expect(again.headers.get('vary')).toContain('Accept');
        expect(again.headers.get('cache-control')).toBe('private, no-cache');
      }
      expect((await get({ accept, 'if-none-match': '"x"' }, 'etag')).status).toBe(200);
    }
    const known = (await get({}, 'etag')).headers.get('etag') ?? '';
    await npmPublish(app, 'etag', '1.0.1');
    expect((await get({ 'if-none-match': known }, 'etag')).status).toBe(200);
  });

  it('gzip for who takes it, with a tag of its own', async () => {
    const raw = async (headers: Record<string, string>) => rawRequest(app.url, requestHead('GET', `${base}/@acme%2fdoc`, { authorization: `Bearer ${app.secrets.reader}`, ...headers }));
    const plain = await raw({});
    const packed = await raw({ 'accept-encoding': 'br, gzip' });
    expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([undefined, 'gzip']);
    expect(gunzipSync(Buffer.from(packed.body, 'latin1')).toString('latin1')).toBe(plain.body);
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
    expect(packed.headers['etag']).not.toBe(plain.headers['etag']);
    for (const { headers } of [plain, packed]) expect(headers['vary']).toMatch(/Accept-Encoding/);
    for (const refused of ['gzip;q=0', 'identity', 'br', 'xgzip']) expect((await raw({ 'accept-encoding': refused })).headers['content-encoding']).toBeUndefined();
    const both = [plain, packed].map(({ headers }) => headers['etag'] ?? '');
    for (const known of both) expect((await raw({ 'accept-encoding': 'gzip', 'if-none-match': known })).status).toBe(304);
  });

  it('HEAD is GET without its body', async () => {
    const head = await app.fetch(`${base}/@acme%2fdoc`, 'reader', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
    const full = await app.fetch(`${base}/@acme%2fdoc`, 'reader', { headers: { 'accept-encoding': 'identity' } });
    const pick = (response: Response) => ['etag', 'content-type', 'content-length', 'cache-control', 'vary'].map((name) => response.headers.get(name));
    expect([head.status, await head.text(), ...pick(head)]).toEqual([200, '', ...pick(full)]);
    expect(full.headers.get('content-length')).toBe(String((await full.arrayBuffer()).byteLength));
  });

  it('is fresh at once after whatever changes it', async () => {
    const name = 'fresh';
    const rev = async () => (await getPackument(app, name))._rev;
    const seen = new Set<string>();
    const change = async (work: () => Promise<Response>) => {
      expect((await work()).status).toBeLessThan(300);
      const now = await rev();
      expect(seen).not.toContain(now);
      seen.add(now);
      return getPackument(app, name);
    };
    await change(() => npmPublish(app, name, '1.0.0'));
    expect(Object.keys((await change(() => npmPublish(app, name, '2.0.0'))).versions)).toEqual(['1.0.0', '2.0.0']);
    const tag = (method: string, body?: string) => app.fetch(`${base}/-/package/${name}/dist-tags/next`, 'developer', { method, ...(body === undefined ? {} : { body }) });
    expect((await change(() => tag('PUT', '"1.0.0"')))['dist-tags']).toEqual({ latest: '2.0.0', next: '1.0.0' });
    expect((await change(() => tag('DELETE')))['dist-tags']).toEqual({ latest: '2.0.0' });
    const deprecated = await change(() => npmPut(app, name, { name, versions: { '1.0.0': { deprecated: 'x' } } }));
    expect(deprecated.versions['1.0.0']?.deprecated).toBe('x');
    const { versions, _rev } = await getPackument(app, name);
    delete versions['1.0.0'];
    const left = await change(() => app.fetch(`${base}/${name}/-rev/${_rev}`, 'maintainer', { method: 'PUT', body: JSON.stringify({ name, versions }) }));
    expect([Object.keys(left.versions), left.time['1.0.0']]).toEqual([['2.0.0'], undefined]);
  });

  it.for([
    ['404 no such package', 'reader', 'nothing', 404],
    ['404 to who may not know', 'outsider', '@acme/doc', 404],
    ['401 to nobody', 'anonymous', '@acme/doc', 401],
    ['401 to nobody, there or not', 'anonymous', 'nothing', 401],
  ] as const)('%s', async ([, as, name, status]) => {
    const response = await get({}, name, as);
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ error: expect.any(String) })]);
  });
});

describe('GET /{package}/{version or tag}', () => {
  it.for(['1.0.0', 'latest', '1.1.0'])('200 one manifest: %s', async (version) => {
    const response = await app.fetch(`${base}/@acme%2fdoc/${version}`, 'reader');
    expect(await response.json()).toMatchObject({ name: '@acme/doc', version: version === 'latest' ? '1.1.0' : version });
  });

  it.for(['9.9.9', 'none', '__proto__', 'constructor'])('404 none: %s', async (version) => {
    expect((await app.fetch(`${base}/@acme%2fdoc/${version}`, 'reader')).status).toBe(404);
  });
});

describe('GET /{package}/-/{tarball}', () => {
  it.for(['@acme/doc/-/doc-1.0.0.tgz', '@acme/doc/-/@acme/doc-1.0.0.tgz', '@acme%2fdoc/-/doc-1.0.0.tgz', '@acme%2fdoc/-/@acme%2fdoc-1.0.0.tgz'])('200 %s', async (path) => {
    const response = await app.fetch(`${base}/${path}`, 'reader');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, max-age=31536000, immutable']);
    expect(gunzipSync(await response.arrayBuffer()).includes('package/package.json')).toBe(true);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="doc-1.0.0.tgz"');
  });

  it.for(['@acme/doc/-/doc-9.0.0.tgz', '@acme/doc/-/doc-1.0.0.zip', '@acme/doc/-/other-1.0.0.tgz', '@acme/doc/-/doc-.tgz'])('404 %s', async (path) => {
    expect((await app.fetch(`${base}/${path}`, 'reader')).status).toBe(404);
  });

  it('206, 304 and the counter', async () => {
    const path = `${base}/@acme/doc/-/doc-1.1.0.tgz`;
    const whole = await app.fetch(path, 'reader');
    const bytes = Buffer.from(await whole.arrayBuffer());
    const part = await app.fetch(path, 'reader', { headers: { range: 'bytes=2-5' } });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, bytes.subarray(2, 6)]);
    expect((await app.fetch(path, 'reader', { headers: { 'if-none-match': whole.headers.get('etag') ?? '' } })).status).toBe(304);
    await app.fetch(path, 'reader', { method: 'HEAD' });
    await app.core.downloads.flush();
    const [row] = await app.core.database.reads.query("SELECT download_count AS count FROM file WHERE name = 'doc-1.1.0.tgz'");
    expect(row).toEqual({ count: 2 });
  });
});
