import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { npmTarball, tar, tarball } from '../../support/npm-tarball.ts';
import { npmPath, npmPut, publishDocument, type PublishOptions } from '../npm-request.ts';
import { rawRequest, requestHead } from '../raw-request.ts';

let app: TestApp;
let before: Record<string, number>;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  before = await countEverything(app.core);
});

/** The answer is of this status in npm's own form, and nothing is left of the request. */
async function expectRefused(response: Response | Promise<Response>, status: number, text?: RegExp): Promise<void> {
  const reply = await response;
  const body = (await reply.json()) as { error?: unknown };
  expect([reply.status, reply.headers.get('content-type'), typeof body.error]).toEqual([status, 'application/json', 'string']);
  if (text) expect(body.error).toMatch(text);
  expect(await countEverything(app.core)).toEqual(before);
}

const put = async (options: PublishOptions, name = 'lib', version = '1.0.0') => npmPut(app, name, await publishDocument(name, version, options));
const packageJson = JSON.stringify({ name: 'lib', version: '1.0.0' });

describe('the body', () => {
  it.for<[string, string]>([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half of JSON', '{"name":"lib"'],
    ['a string', '"lib"'],
    ['an array', '[]'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a duplicate member', '{"name":"lib","name":"lib"}'],
    ['control characters', '{"name":"li\u0001b"}'],
    ['deep nesting', `{"name":"lib","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['deep nesting that does not end', `{"name":"lib","a":${'{"a":'.repeat(50_000)}`],
  ])('is %s', async ([, body]) => {
    await expectRefused(npmPut(app, 'lib', body), body === '{}' ? 404 : 400);
  });

  it('is not UTF-8', async () => {
    const response = app.fetch(`${npmPath('acme/widgets')}/lib`, 'developer', { method: 'PUT', body: Buffer.from('{"name":"\xff\xfe"}', 'latin1') });
    await expectRefused(response, 400, /UTF-8/);
  });

  it('is JSON in gzip, which says so', async () => {
    const document = JSON.stringify(await publishDocument('lib', '1.0.0'));
    const response = app.fetch(`${npmPath('acme/widgets')}/lib`, 'developer', { method: 'PUT', body: gzipSync(document), headers: { 'content-encoding': 'gzip' } });
    await expectRefused(response, 400);
  });

  it.for(['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', ''])('is fine whatever it is called: %s', async (type) => {
    const name = `typed-${type.length}`;
    const response = await app.fetch(`${npmPath('acme/widgets')}/${name}`, 'developer', {
      method: 'PUT',
      body: Buffer.from(JSON.stringify(await publishDocument(name, '1.0.0'))),
      headers: type === '' ? {} : { 'content-type': type },
    });
    expect(response.status).toBe(201);
  });

  it('is larger than 16 MiB without its attachment', async () => {
    await expectRefused(put({ document: { readme: 'x'.repeat(17 * 1024 * 1024) } }), 400, /larger/);
  });

  it.for([0, 1, 50, 500, 3000])('breaks off after %i bytes, the connection with it', async (length) => {
    const body = Buffer.from(JSON.stringify(await publishDocument('lib', '1.0.0', { files: { x: randomBytes(20_000) } })));
    const headers = { authorization: `Bearer ${app.secrets.developer}`, 'content-length': body.length };
    await rawRequest(app.url, Buffer.concat([Buffer.from(requestHead('PUT', `${npmPath('acme/widgets')}/lib`, headers)), body.subarray(0, length)]), { destroy: true });
    await expect.poll(() => countEverything(app.core)).toEqual(before);
  });

  it('is shorter than its Content-Length', async () => {
    const body = Buffer.from(JSON.stringify(await publishDocument('lib', '1.0.0')));
    const headers = { authorization: `Bearer ${app.secrets.developer}`, 'content-length': body.length + 10 };
    const reply = await rawRequest(app.url, Buffer.concat([Buffer.from(requestHead('PUT', `${npmPath('acme/widgets')}/lib`, headers)), body]), { end: true });
    expect([0, 400]).toContain(reply.status);
    await expect.poll(() => countEverything(app.core)).toEqual(before);
  });
});

it('a refusal in the middle of a body leaves the connection to the next request', async () => {
  const headers = { authorization: `Bearer ${app.secrets.developer}`, connection: 'keep-alive' };
  const body = Buffer.from(`{"a":1,"a":2,"b":"${'x'.repeat(3_000_000)}"}`);
  const refused = requestHead('PUT', `${npmPath('acme/widgets')}/lib`, { ...headers, 'content-length': body.length });
  const { text } = await rawRequest(app.url, Buffer.concat([Buffer.from(refused), body, Buffer.from(requestHead('GET', '/nowhere', headers))]), { timeoutMs: 1000, collect: true });
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 404']);
});

describe('the document', () => {
  it.for<[string, PublishOptions, RegExp]>([
    ['names another package', { document: { name: 'other' } }, /address says/],
    ['has no name', { document: { name: undefined } }, /address says/],
    ['has a number as name', { document: { name: 1 } }, /address says/],
    ['has two versions', { document: { versions: { '1.0.0': {}, '1.0.1': {} } } }, /exactly one version/],
    ['has no version', { document: { versions: {} } }, /exactly one version/],
    ['has a list of versions', { document: { versions: [{}] } }, /exactly one version/],
    ['has a manifest that is none', { document: { versions: { '1.0.0': 'x' } } }, /must be an object/],
    ['has another version than the tarball', { document: { versions: { '2.0.0': {} }, 'dist-tags': {} } }, /holds lib@1\.0\.0/],
    ['has a version that is none', { document: { versions: { one: {} }, 'dist-tags': {} } }, /not a semantic version/],
    ['has tags in a list', { document: { 'dist-tags': ['latest'] } }, /tags must be/],
    ['tags another version', { tags: { latest: '0.9.0' } }, /must point at/],
    ['has a tag that reads as a range', { tags: { '1.x': '1.0.0' } }, /version range/],
    ['has a tag with a slash', { tags: { 'a/b': '1.0.0' } }, /can't be a tag/],
    ['has 21 tags', { tags: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`t${index}`, '1.0.0'])) }, /at most 20/],
    ['has 100,000 tags', { tags: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`t${index}`, '1.0.0'])) }, /at most 20/],
    ['has a wrong shasum', { dist: { shasum: '0'.repeat(40) } }, /sha1/],
    ['has a wrong integrity', { dist: { integrity: `sha512-${Buffer.alloc(64).toString('base64')}` } }, /sha512/],
    ['has attachments in a list', { document: { _attachments: [] } }, /must be an object/],
    ['has an attachment without data', { document: { _attachments: { 'lib-1.0.0.tgz': { length: 3 } } } }, /.*/],
    ['has an attachment whose data is a number', { document: { _attachments: { 'lib-1.0.0.tgz': { data: 3 } } } }, /must be a string/],
    ['has an attachment that is not base64', { document: { _attachments: { 'lib-1.0.0.tgz': { data: '***' } } } }, /base64/],
    ['announces another length', { document: { _attachments: { 'lib-1.0.0.tgz': { data: 'AAAA', length: 9 } } } }, /announced/],
    ['has two tarballs', { document: { _attachments: { 'a.tgz': { data: 'AAAA' }, 'b.tgz': { data: 'AAAA' } } } }, /one tarball/],
    ['has five attachments', { document: { _attachments: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, { data: 'AAAA' }])) } }, /more than 4/],
  ])('%s', async ([, options, text]) => {
    const response = await put(options);
    await expectRefused(response, response.status === 404 ? 404 : 400, response.status === 404 ? /not in this registry/ : text);
  });

  it.for(['Lib', '.lib', '_lib', 'li b', 'node_modules', `${'l'.repeat(215)}`, '@Acme/lib', '@acme/.lib', '@acme%2flib%2fmore', 'l%ef%bc%8f', 'lib~'])('is for the name %s', async (name) => {
    const response = app.fetch(`${npmPath('acme/widgets')}/${name}`, 'developer', { method: 'PUT', body: '{}' });
    await expectRefused(response, 400);
  });
});

describe('the tarball', () => {
  it.for<[string, () => Buffer | Promise<Buffer>]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is not gzip', () => Buffer.from('not gzip at all')],
    ['is gzip of junk', () => gzipSync(randomBytes(5000))],
    ['is gzip of nothing', () => gzipSync('')],
    ['ends in the middle', async () => (await npmTarball({ name: 'lib', version: '1.0.0' }, { x: randomBytes(5000) })).subarray(0, 3000)],
    ['is damaged', async () => damaged(await npmTarball({ name: 'lib', version: '1.0.0' }, { x: randomBytes(5000) }))],
    ['is a tar without gzip', () => tar([['package/package.json', packageJson]])],
    ['has no package.json', () => tarball([['package/index.js', 'x']])],
    ['has two', () => tarball([['package/package.json', packageJson], ['other/package.json', packageJson]])],
    ['has one that is no JSON', () => tarball([['package/package.json', 'no']])],
    ['holds another package', () => npmTarball({ name: 'other', version: '1.0.0' })],
    ['holds another version', () => npmTarball({ name: 'lib', version: '1.0.1' })],
    ['holds a private package', () => npmTarball({ name: 'lib', version: '1.0.0', private: true })],
    ['climbs out', () => tarball([['package/package.json', packageJson], ['package/../../etc/passwd', 'x']])],
    ['climbs out with backslashes', () => tarball([['package/package.json', packageJson], ['package\\..\\..\\x', 'x']])],
    ['has an absolute path', () => tarball([['package/package.json', packageJson], ['/etc/passwd', 'x']])],
    ['has a device', () => tarball([['package/package.json', packageJson], [{ name: 'package/null', type: 'character-device' }, '']])],
    ['has a package.json of 3 MB', () => tarball([['package/package.json', `${packageJson}${' '.repeat(3_000_000)}`]])],
  ])('%s', async ([, make]) => {
    await expectRefused(put({ tarball: await make() }), 400);
  });

  it('is a bomb', async () => {
    // 200 MB of zeros in 200 KB, as the gzip of a valid archive, and the same once more packed into it.
    const bomb = await tarball([['package/package.json', packageJson], ['package/zeros', Buffer.alloc(200 * 1024 * 1024)]]);
    expect(bomb.length).toBeLessThan(400_000);
    const before = process.memoryUsage.rss();
    await expectRefused(put({ tarball: bomb }), 400, /unpacks to more/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  });
});

it('a provenance bundle beside the tarball is passed over', async () => {
  const document = await publishDocument('prov', '1.0.0');
  const attachments = document['_attachments'] as Record<string, unknown>;
  attachments['prov-1.0.0.sigstore'] = { content_type: 'application/vnd.dev.sigstore.bundle+json', data: '{"a":"b"}', length: 9 };
  expect((await npmPut(app, 'prov', document)).status).toBe(201);
});

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(2000) ^ 0xff, 2000);
  return copy;
}

it('digests of the right content are accepted in any case and with options', async () => {
  const bytes = await npmTarball({ name: 'digest', version: '1.0.0' });
  const sha512 = createHash('sha512').update(bytes).digest('base64');
  const dist = { shasum: createHash('sha1').update(bytes).digest('hex').toUpperCase(), integrity: `sha256-AAAA sha512-${sha512}?x` };
  expect((await put({ tarball: bytes, dist }, 'digest')).status).toBe(201);
});
