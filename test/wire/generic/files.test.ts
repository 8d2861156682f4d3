import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { rawRequest, requestHead } from '../raw-request.ts';

const base = '/api/packages/acme/widgets/generic';
const hash = (algorithm: string, content: string | Buffer, encoding: 'hex' | 'base64' = 'hex') => createHash(algorithm).update(content).digest(encoding);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const put = (path: string, body: string | Buffer, headers: Record<string, string> = {}, as: Person = 'developer') => app.fetch(`${base}/${path}`, as, { method: 'PUT', body: body as BodyInit, headers });
const get = (path: string, headers: Record<string, string> = {}, as: Person = 'reader') => app.fetch(`${base}/${path}`, as, { headers });

async function expectRefused(work: () => Promise<Response>, status: number, text?: RegExp): Promise<void> {
  const before = await countEverything(app.core);
  const response = await work();
  const body = await response.text();
  expect([response.status, response.headers.get('content-type'), body]).toEqual([status, 'text/plain; charset=utf-8', expect.stringMatching(text ?? /^\S.*\n$/s)]);
  expect(await countEverything(app.core)).toEqual(before);
}

describe('PUT', () => {
  it('201 publishes, with the digests of what came', async () => {
    const content = randomBytes(1000);
    const response = await put('tool/1.0/dir/ä b.bin', content);
    const digests = { md5: hash('md5', content), sha1: hash('sha1', content), sha256: hash('sha256', content), sha512: hash('sha512', content) };
    expect([response.status, await response.json()]).toEqual([201, { package: 'tool', version: '1.0', file: 'dir/ä b.bin', sizeBytes: 1000, ...digests }]);
    const back = await get('tool/1.0/dir/%C3%A4%20b.bin');
    expect(Buffer.from(await back.arrayBuffer()).equals(content)).toBe(true);
    for (const [name, digest] of Object.entries(digests)) expect(back.headers.get(`x-checksum-${name}`)).toBe(digest);
    expect(back.headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%A4%20b.bin");
  });

  it('201 an empty file, one sent in chunks, and one of several megabytes', async () => {
    expect((await put('sizes/1/empty', '')).status).toBe(201);
    expect((await (await get('sizes/1/empty')).text())).toBe('');
    const large = randomBytes(3_000_001);
    expect((await put('sizes/1/large', large)).status).toBe(201);
    expect(Buffer.from(await (await get('sizes/1/large')).arrayBuffer()).equals(large)).toBe(true);
    const head = requestHead('PUT', `${base}/sizes/1/chunked`, { authorization: `Bearer ${app.secrets.developer}`, 'transfer-encoding': 'chunked' });
    expect((await rawRequest(app.url, `${head}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`)).status).toBe(201);
    expect(await (await get('sizes/1/chunked')).text()).toBe('hello!');
  });

  it.for<[string, (content: string) => Record<string, string>]>([
    ['X-Checksum-Md5', (content) => ({ 'x-checksum-md5': hash('md5', content) })],
    ['X-Checksum-Sha1', (content) => ({ 'x-checksum-sha1': hash('sha1', content).toUpperCase() })],
    ['X-Checksum-Sha256', (content) => ({ 'x-checksum-sha256': hash('sha256', content) })],
    ['X-Checksum-Sha512', (content) => ({ 'x-checksum-sha512': hash('sha512', content) })],
    ['Repr-Digest', (content) => ({ 'repr-digest': `sha-256=:${hash('sha256', content, 'base64')}:, unixsum=:AA==:` })],
    ['Content-Digest', (content) => ({ 'content-digest': `sha-512=:${hash('sha512', content, 'base64')}:` })],
    ['Digest', (content) => ({ digest: `SHA-256=${hash('sha256', content, 'base64')},md5=${hash('md5', content, 'base64')}` })],
  ])('%s is verified', async ([title, headers]) => {
    expect((await put(`verified/1/${title}`, 'right', headers('right'))).status).toBe(201);
    await expectRefused(() => put(`verified/1/${title}-wrong`, 'wrong', headers('right')), 400, /announced/);
  });

  it.for([
    ['a digest that is none', { 'x-checksum-sha256': 'zz' }],
    ['a digest that is too short', { 'x-checksum-md5': 'abcd' }],
    ['a Repr-Digest that is none', { 'repr-digest': 'sha-256=:AAAA:' }],
  ] as const)('400 %s', async ([, headers]) => {
    await expectRefused(() => put('bad/1/f', 'x', headers), 400);
  });

  it.for(['.hidden/1/f', '-%20/1/f', 'a%20b/1/f', 'a/b%20c/f', 'a/.1/f', `${'a'.repeat(256)}/1/f`, `a/1/${'f'.repeat(513)}`, 'a/1/b%5Cc', 'a/1/..', 'a/1/b%2f..%2fc', 'a/1/b%0ac', 'a/1/b%E2%80%A8c', 'a/1/b//c', 'a/1/%00'])('400 a name that breaks the rules: %s', async (path) => {
    // `fetch` would resolve the dots, so it is sent by hand.
    const before = await countEverything(app.core);
    const reply = await rawRequest(app.url, `${requestHead('PUT', `${base}/${path}`, { authorization: `Bearer ${app.secrets.developer}`, 'content-length': 1 })}x`);
    expect([reply.status, reply.headers['content-type']]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(await countEverything(app.core)).toEqual(before);
  });

  it.for<[Person, number]>([['anonymous', 401], ['outsider', 404], ['reader', 403]])('%s: %i', async ([as, status]) => {
    await expectRefused(() => put('denied/1/f', 'x', {}, as), status);
    await expectRefused(() => put('denied/1/f', Buffer.alloc(5_000_000), {}, as), status);
  });

  it('401 asks for Basic, which makes curl and wget send what they have', async () => {
    expect((await put('x/1/f', 'x', {}, 'anonymous')).headers.get('www-authenticate')).toBe('Basic realm="Entrepot"');
  });

  it.for([0, 10, 400_000, 900_000])('nothing is left of a body that breaks off after %i bytes', async (sent) => {
    const before = await countEverything(app.core);
    const head = requestHead('PUT', `${base}/cut/1/f`, { authorization: `Bearer ${app.secrets.developer}`, 'content-length': 1_000_000 });
    await rawRequest(app.url, Buffer.concat([Buffer.from(head), Buffer.alloc(sent)]), { destroy: true });
    await expect.poll(() => countEverything(app.core)).toEqual(before);
  });

  it('413 announces more than a file may have', async () => {
    const before = await countEverything(app.core);
    const reply = await rawRequest(app.url, requestHead('PUT', `${base}/huge/1/f`, { authorization: `Bearer ${app.secrets.developer}`, 'content-length': 11 * 1024 ** 3 }));
    expect(reply.status).toBe(413);
    expect(await countEverything(app.core)).toEqual(before);
  });
});

describe('PUT with conditions', () => {
  const tag = (content: string) => `"${hash('sha256', content)}"`;
  const content = async () => (await get('cond/1/f')).text();

  it('If-None-Match: * creates only', async () => {
    expect((await put('cond/1/f', 'one', { 'if-none-match': '*' })).status).toBe(201);
    await expectRefused(() => put('cond/1/f', 'two', { 'if-none-match': '*' }), 412);
    await expectRefused(() => put('cond/1/f', 'one', { 'if-none-match': ' * ' }), 412);
    expect(await content()).toBe('one');
  });

  it('If-Match replaces only what was seen', async () => {
    await put('cond/1/f', 'one');
    await expectRefused(() => put('cond/1/f', 'two', { 'if-match': tag('other') }), 412);
    await expectRefused(() => put('cond/1/f', 'two', { 'if-match': `W/${tag('one')}` }), 412);
    await expectRefused(() => put('cond/1/f', 'two', { 'if-match': 'rubbish' }), 412);
    expect((await put('cond/1/f', 'two', { 'if-match': `${tag('zero')}, ${tag('one')}` })).status).toBe(201);
    expect((await put('cond/1/f', 'three', { 'if-match': '*' })).status).toBe(201);
    expect(await content()).toBe('three');
    await expectRefused(() => put('cond/1/absent', 'x', { 'if-match': '*' }), 412);
    await expectRefused(() => put('cond/1/absent', 'x', { 'if-match': tag('x') }), 412);
    await expectRefused(() => put('cond-absent/1/f', 'x', { 'if-match': '*' }), 412);
  });

  it('without conditions replaces, and the entity tag moves on', async () => {
    await put('cond/1/g', 'one');
    const before = (await get('cond/1/g')).headers.get('etag');
    await put('cond/1/g', 'two');
    expect([before, (await get('cond/1/g')).headers.get('etag')]).toEqual([tag('one'), tag('two')]);
  });
});

describe('GET and HEAD', () => {
  const text = '0123456789';
  beforeAll(async () => {
    await put('ranges/1/f', text);
  });

  it.for<[string, number, string, string | null]>([
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=3-', 206, '3456789', 'bytes 3-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-100', 206, text, 'bytes 0-9/10'],
    ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=99999999999999999999-', 416, '', 'bytes */10'],
    ['bytes=5-3', 416, '', 'bytes */10'],
    ['bytes=0-1,3-4', 200, text, null],
    ['lines=0-1', 200, text, null],
    ['rubbish', 200, text, null],
  ])('Range: %s gives %i', async ([range, status, body, contentRange]) => {
    const response = await get('ranges/1/f', { range });
    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([status, body, contentRange]);
  });

  it('If-Range honours the range for the very same content only', async () => {
    const { headers } = await get('ranges/1/f');
    const ask = async (ifRange: string) => (await get('ranges/1/f', { range: 'bytes=0-1', 'if-range': ifRange })).status;
    expect([await ask(headers.get('etag') ?? ''), await ask(headers.get('last-modified') ?? ''), await ask('"other"'), await ask(`W/${headers.get('etag')}`), await ask('Sat, 01 Jan 2000 00:00:00 GMT')]).toEqual([206, 206, 200, 200, 200]);
  });

  it('HEAD is GET without its body', async () => {
    const names = ['content-length', 'content-type', 'etag', 'last-modified', 'accept-ranges', 'content-disposition', 'x-checksum-sha256', 'cache-control'];
    const head = await app.fetch(`${base}/ranges/1/f`, 'reader', { method: 'HEAD' });
    const full = await get('ranges/1/f');
    expect([head.status, await head.text(), ...names.map((name) => head.headers.get(name))]).toEqual([200, '', ...names.map((name) => full.headers.get(name))]);
    expect(full.headers.get('content-length')).toBe('10');
    expect((await app.fetch(`${base}/ranges/1/none`, 'reader', { method: 'HEAD' })).status).toBe(404);
  });

  it('304 and 412', async () => {
    const { headers } = await get('ranges/1/f');
    const etag = headers.get('etag') ?? '';
    const status = async (conditions: Record<string, string>) => (await get('ranges/1/f', conditions)).status;
    expect(await status({ 'if-none-match': etag })).toBe(304);
    expect(await status({ 'if-none-match': `W/${etag}` })).toBe(304);
    expect(await status({ 'if-none-match': '*' })).toBe(304);
    expect(await status({ 'if-none-match': '"x"', 'if-modified-since': headers.get('last-modified') ?? '' })).toBe(200);
    expect(await status({ 'if-modified-since': headers.get('last-modified') ?? '' })).toBe(304);
    expect(await status({ 'if-match': '"x"' })).toBe(412);
    expect(await status({ 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' })).toBe(412);
  });

  it.for<[string, Person, string, number]>([
    ['no such file', 'reader', 'ranges/1/none', 404],
    ['no such version', 'reader', 'ranges/2/f', 404],
    ['no such package', 'reader', 'none/1/f', 404],
    ['another case', 'reader', 'ranges/1/F', 404],
    ['a trailing space', 'reader', 'ranges/1/f%20', 404],
    ['an outsider', 'outsider', 'ranges/1/f', 404],
    ['an outsider, nothing there', 'outsider', 'none/1/f', 404],
    ['nobody', 'anonymous', 'ranges/1/f', 401],
    ['nobody, nothing there', 'anonymous', 'none/1/f', 401],
  ])('%s', async ([, as, path, status]) => {
    await expectRefused(() => get(path, {}, as), status);
  });

  it('lists a package and a version', async () => {
    await put('listed/1.0/b', 'bb');
    await put('listed/1.0/a c', 'a');
    await put('listed/0.9/x', 'x');
    const listing = (await (await get('listed')).json()) as { package: string; versions: { version: string; files: { name: string; url: string; sizeBytes: number; sha256: string }[] }[] };
    expect([listing.package, listing.versions.map(({ version, files }) => [version, files.map(({ name }) => name)])]).toEqual(['listed', [['0.9', ['x']], ['1.0', ['a c', 'b']]]]);
    const [file] = listing.versions[1]?.files ?? [];
    expect(file).toMatchObject({ url: `${app.url}${base}/listed/1.0/a%20c`, sizeBytes: 1, sha256: hash('sha256', 'a') });
    expect(await (await fetch(file?.url ?? '', { headers: { authorization: `Bearer ${app.secrets.reader}` } })).text()).toBe('a');
    expect(await (await get('listed/0.9')).json()).toMatchObject({ package: 'listed', version: '0.9', files: [{ name: 'x' }] });
    const etag = (await get('listed')).headers.get('etag') ?? '';
    expect((await get('listed', { 'if-none-match': etag })).status).toBe(304);
    await put('listed/0.9/y', 'y');
    expect((await get('listed', { 'if-none-match': etag })).status).toBe(200);
    await expectRefused(() => get('listed/7'), 404);
    await expectRefused(() => get('nothing'), 404);
  });
});

describe('DELETE', () => {
  const remove = (path: string, as: Person = 'maintainer') => app.fetch(`${base}/${path}`, as, { method: 'DELETE' });

  it('200 a file, a version, a package', async () => {
    for (const path of ['del/1/a', 'del/1/b', 'del/2/a', 'del/3/a']) await put(path, path);
    expect((await remove('del/1/a')).status).toBe(200);
    expect([(await get('del/1/a')).status, (await get('del/1/b')).status]).toEqual([404, 200]);
    expect((await remove('del/2')).status).toBe(200);
    expect([(await get('del/2')).status, (await get('del')).status]).toEqual([404, 200]);
    expect((await remove('del')).status).toBe(200);
    expect([(await get('del')).status, (await get('del/1/b')).status]).toEqual([404, 404]);
    for (const path of ['del', 'del/1', 'del/1/a']) await expectRefused(() => remove(path), 404);
  });

  it.for<[Person, number]>([['anonymous', 401], ['outsider', 404], ['reader', 403], ['developer', 403]])('%s: %i', async ([as, status]) => {
    await put('keep/1/f', 'x');
    for (const path of ['keep', 'keep/1', 'keep/1/f']) await expectRefused(() => remove(path, as), status);
  });
});
