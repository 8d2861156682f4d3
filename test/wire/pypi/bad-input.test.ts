import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { countEverything, listObjects } from '../../support/leftovers.ts';
import { form, formType } from '../../support/multipart.ts';
import { tarball } from '../../support/npm-tarball.ts';
import { metadataText, type PythonFile, sdist, uploadForm, wheel } from '../../support/python-files.ts';
import { zip } from '../../support/zip.ts';
import { pypiPath, simplePage, upload } from '../pypi-request.ts';
import { rawRequest } from '../raw-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

const demo = { name: 'demo', version: '1.0' };
const good = wheel(demo);
const named = (bytes: Buffer, fileName = good.fileName): PythonFile => ({ fileName, bytes });
const inWheel = (files: Record<string, string | Buffer>) =>
  named(zip(Object.entries({ METADATA: String(metadataText(demo)), WHEEL: '', RECORD: '', ...files }).map(([name, content]) => ({ path: name.includes('/') ? name : `demo-1.0.dist-info/${name}`, content }))));

/** Whatever `work` does is refused with nothing left behind. */
async function leavesNothing(work: () => Promise<void>): Promise<void> {
  const before = [await countEverything(app.core), await listObjects(app.core)];
  await work();
  expect([await countEverything(app.core), await listObjects(app.core)]).toEqual(before);
}

const long = 'x'.repeat(256);

describe('400 in words, and nothing is left', () => {
  it.each<[string, () => PythonFile | Promise<PythonFile>, string, { name: string; version: string }?]>([
    ['metadata of another name', () => inWheel({ METADATA: 'Metadata-Version: 2.1\nName: other\nVersion: 1.0\n' }), 'is of other 1.0'],
    ['two names in the metadata', () => inWheel({ METADATA: 'Metadata-Version: 2.1\nName: demo\nName: other\nVersion: 1.0\n' }), '"name" 2 times'],
    ['metadata that is not UTF-8', () => inWheel({ METADATA: Buffer.concat([Buffer.from(String(metadataText(demo))), Buffer.from([0xff])]) }), 'not UTF-8'],
    ['metadata of no end', () => inWheel({ METADATA: `${String(metadataText(demo))}${'x'.repeat(5_000_000)}` }), 'more than 4194304 bytes'],
    ['a path that leads out of it', () => inWheel({ '../../etc/passwd': 'x' }), 'leaves the folder'],
    ['another wheel behind it', () => named(Buffer.concat([good.bytes, wheel({ ...demo, version: '2.0' }).bytes])), 'not before its end'],
    ['a truncated wheel', () => named(good.bytes.subarray(0, -30)), 'may have been cut off'],
    ['a wheel that is an sdist', async () => named((await sdist(demo)).bytes), 'not a zip archive'],
    ['an sdist that is a wheel', () => named(good.bytes, 'demo-1.0.tar.gz'), 'not gzip'],
    ['a truncated sdist', async () => named((await sdist(demo)).bytes.subarray(0, -10), 'demo-1.0.tar.gz'), 'ends too early'],
    ['a bomb', () => named(gzipSync(Buffer.alloc(100_000_000)), 'demo-1.0.tar.gz'), 'unpacks to more than'],
    ['a bomb that lies', () => named(zip([{ path: 'demo-1.0.dist-info/METADATA', content: Buffer.alloc(50_000_000), central: { size: 9 }, local: { size: 9 } }, ...['WHEEL', 'RECORD'].map((name) => ({ path: `demo-1.0.dist-info/${name}` }))])), 'cannot be unpacked'],
    ['a link in place of PKG-INFO', async () => named(await tarball([[{ name: 'demo-1.0/PKG-INFO', type: 'symlink', linkname: '/etc/passwd' }]]), 'demo-1.0.tar.gz'), 'is no file'],
    ['an overlong name', () => good, "can't be a project name", { name: long, version: '1.0' }],
    ['an overlong version', () => good, 'is not a version', { name: 'demo', version: `1.${'0'.repeat(256)}` }],
    ['an overlong file name', () => ({ ...good, fileName: `${long}-1.0-py3-none-any.whl` }), 'is not the name of a wheel'],
    ['a file name with a line end', () => ({ ...good, fileName: 'demo-1.0-py3-none-any.whl%0d%0a' }), 'is neither a wheel'],
  ])('%s', async (_, make, message, of = demo) => {
    await leavesNothing(async () => {
      const response = await upload(app, await make(), of);
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(message)]);
    });
  });

  it.each<[string, Buffer, string]>([
    ['an empty body', Buffer.alloc(0), 'ends too early'],
    ['a body that is none', Buffer.from('hello'), 'ends too early'],
    ['a body without its end', uploadForm(good, demo).subarray(0, -10), 'ends too early'],
    ['a part without a name', form([{ name: '', headers: ['Content-Disposition: form-data'], content: 'x' }]), 'has no name'],
    ['a field of no end', form([{ name: 'description', content: 'x'.repeat(5_000_000) }]), 'The field "description" is too long'],
    ['fields of no end', form(Array.from({ length: 2_001 }, () => ({ name: 'classifiers', content: 'x' }))), 'more than 2000 parts'],
    ['a file before its fields', form([{ name: 'content', fileName: good.fileName, content: good.bytes }, { name: 'name', content: 'demo' }, { name: 'version', content: '1.0' }]), 'must be sent before the file'],
    ['a value that is not UTF-8', form([{ name: 'name', content: Buffer.from([0xff]) }]), 'not UTF-8'],
  ])('%s', async (_, body, message) => {
    await leavesNothing(async () => {
      const response = await app.fetch(pypiPath('legacy/'), 'developer', { method: 'POST', headers: { 'content-type': formType }, body: new Uint8Array(body) });
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(message)]);
    });
  });
});

it.for([100, 2000, 400_000, 700_000])('nothing is left of a body that breaks off after %i bytes', async (sent) => {
  const body = uploadForm(wheel({ ...demo, files: { 'x.bin': randomBytes(700_000).toString('hex') } }), demo);
  const before = await countEverything(app.core);
  const head = `POST ${pypiPath('legacy/')} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.secrets.developer}\r\ncontent-type: ${formType}\r\ncontent-length: ${body.length}\r\n\r\n`;
  await rawRequest(app.url, Buffer.concat([Buffer.from(head), body.subarray(0, sent)]), { destroy: true });
  await expect.poll(() => countEverything(app.core)).toEqual(before);
});

it('200 for a body in chunks, without its length, and for a file in base64', async () => {
  const chunked = uploadForm(good, demo);
  async function* pieces() {
    for (let at = 0; at < chunked.length; at += 300) yield chunked.subarray(at, at + 300);
  }
  const response = await app.fetch(pypiPath('legacy/'), 'developer', { method: 'POST', headers: { 'content-type': formType }, body: Readable.toWeb(Readable.from(pieces())) as never, duplex: 'half' } as RequestInit);
  expect([response.status, await response.text()]).toEqual([200, 'Published.\n']);
  const other = wheel({ ...demo, tag: 'py2-none-any' });
  const headers = [`Content-Disposition: form-data; name="content"; filename="${other.fileName}"`, 'Content-Transfer-Encoding: base64'];
  expect((await upload(app, other, demo, { parts: [{ name: 'content', headers, content: other.bytes.toString('base64') }] })).status).toBe(200);
  expect((await simplePage(app, 'demo')).files).toHaveLength(2);
});
