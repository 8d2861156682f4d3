import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateSettings } from '../../src/settings/update.ts';
import { createUpload } from '../../src/uploads/create.ts';
import { node } from '../contract/registry.ts';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { countEverything, listObjects } from '../support/leftovers.ts';
import { rawRequest, requestHead } from './raw-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const digestField = (content: string | Buffer) => `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;
const create = async () => `/api/uploads/${(await createUpload(app.core, await app.actor('developer'), { namespacePath: 'acme/widgets', fileName: 'f' })).id}`;

type Headers = Record<string, string | undefined>;

/** Sends a chunk; headers that are undefined are left out. */
function patch(path: string, offset: number, body: BodyInit, { isLast = false, headers = {} as Headers, as = 'developer' as Person } = {}): Promise<Response> {
  const all: Headers = { 'content-type': 'application/partial-upload', 'upload-offset': String(offset), 'upload-complete': isLast ? '?1' : '?0', ...headers };
  const sent = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return app.fetch(path, as, { method: 'PATCH', body, headers: sent });
}

const head = (path: string, as: Person = 'developer') => app.fetch(path, as, { method: 'HEAD' });

/** What is told of the upload. */
async function state(path: string): Promise<unknown[]> {
  const { status, headers } = await head(path);
  return [status, headers.get('upload-offset'), headers.get('upload-complete')];
}

/** Status, code, offset and completeness of an answer that must have changed nothing. */
async function refused(path: string, send: () => Promise<Response>): Promise<unknown[]> {
  const before = [await countEverything(app.core), await state(path)];
  const response = await send();
  const { code } = (await response.json()) as { code: string };
  expect([await countEverything(app.core), await state(path)]).toEqual(before);
  return [response.status, code, response.headers.get('upload-offset'), response.headers.get('upload-complete')];
}

describe('PATCH', () => {
  it('204 adds a chunk, 201 the last one, with the digests of the whole', async () => {
    const content = randomBytes(500_000);
    const path = await create();
    const first = await patch(path, 0, content.subarray(0, 300_000));
    expect([first.status, first.headers.get('upload-offset'), first.headers.get('upload-complete'), first.headers.get('content-length')]).toEqual([204, '300000', '?0', null]);
    const last = await patch(path, 300_000, content.subarray(300_000), { isLast: true, headers: { 'repr-digest': digestField(content) } });
    expect([last.status, last.headers.get('upload-offset'), last.headers.get('upload-complete')]).toEqual([201, '500000', '?1']);
    const id = path.slice('/api/uploads/'.length);
    const hex = (name: string) => createHash(name).update(content).digest('hex');
    expect(await last.json()).toEqual({ id, sizeBytes: 500_000, md5: hex('md5'), sha1: hex('sha1'), sha256: hex('sha256'), sha512: hex('sha512') });
  });

  it('201 completes without a body, and says the same again where it is repeated', async () => {
    const path = await create();
    await patch(path, 0, 'all');
    const complete = async () => {
      const response = await patch(path, 3, '', { isLast: true });
      return [response.status, response.headers.get('upload-complete'), await response.json()];
    };
    const first = await complete();
    expect(first).toEqual([201, '?1', expect.objectContaining({ sizeBytes: 3 })]);
    expect(await complete()).toEqual(first);
  });

  it('201 for a body of unknown length', async () => {
    const path = await create();
    const stream = new Blob(['streamed']).stream();
    const response = await app.fetch(path, 'developer', { method: 'PATCH', body: stream, duplex: 'half', headers: { 'content-type': 'application/partial-upload', 'upload-offset': '0', 'upload-complete': '?1' } } as RequestInit);
    expect([response.status, await response.json()]).toEqual([201, expect.objectContaining({ sizeBytes: 8 })]);
  });

  it('409 at another offset, with the right one', async () => {
    const path = await create();
    await patch(path, 0, 'first');
    for (const offset of [0, 4, 6]) expect(await refused(path, () => patch(path, offset, 'x'))).toEqual([409, 'UPLOAD_OFFSET_MISMATCH', '5', '?0']);
    await patch(path, 5, '', { isLast: true });
    expect(await refused(path, () => patch(path, 0, 'first', { isLast: true }))).toEqual([409, 'UPLOAD_OFFSET_MISMATCH', '5', '?0']);
    expect(await refused(path, () => patch(path, 5, 'more'))).toEqual([409, 'UPLOAD_NOT_READY', null, '?0']);
  });

  it.for<[string, Headers]>([
    ['no offset', { 'upload-offset': undefined }],
    ['an offset that is none', { 'upload-offset': '-1' }],
    ['an offset that is none', { 'upload-offset': '"5"' }],
    ['nothing on completeness', { 'upload-complete': undefined }],
    ['no Boolean on completeness', { 'upload-complete': 'true' }],
    ['a length that is another than that of the last chunk', { 'upload-complete': '?1', 'upload-length': '9' }],
    ['a length of less than what it brings', { 'upload-length': '5' }],
    ['a digest that is none', { 'content-digest': 'sha-256=:AAAA:' }],
  ])('400 with %s: %o', async ([, headers]) => {
    const path = await create();
    await patch(path, 0, 'first');
    expect(await refused(path, () => patch(path, 5, 'x', { headers }))).toEqual([400, 'INVALID_INPUT', null, '?0']);
  });

  it('400 with another length than before, which HEAD tells', async () => {
    const path = await create();
    await patch(path, 0, 'first', { headers: { 'upload-length': '8;x=y' } });
    expect((await head(path)).headers.get('upload-length')).toBe('8');
    expect(await refused(path, () => patch(path, 5, 'x', { headers: { 'upload-length': '9' } }))).toEqual([400, 'INVALID_INPUT', null, '?0']);
    expect(await refused(path, () => patch(path, 5, 'x', { isLast: true }))).toEqual([400, 'INVALID_INPUT', null, '?0']);
    expect((await patch(path, 5, 'x12', { isLast: true })).status).toBe(201);
  });

  it.for([undefined, 'application/octet-stream', 'application/partial-uploads'])('415 as %s, with what would be taken', async (contentType) => {
    const path = await create();
    const send = () => patch(path, 0, new Uint8Array(3), { headers: { 'content-type': contentType } });
    expect(await refused(path, send)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE', null, '?0']);
    expect((await send()).headers.get('accept-patch')).toBe('application/partial-upload');
    expect((await patch(path, 0, 'x', { headers: { 'content-type': 'Application/Partial-Upload; x=y' } })).status).toBe(204);
  });

  it('400 for a chunk with a wrong Content-Digest, after which the upload goes on', async () => {
    const path = await create();
    expect((await patch(path, 0, 'good', { headers: { 'content-digest': digestField('good') } })).status).toBe(204);
    expect(await refused(path, () => patch(path, 4, 'bad', { isLast: true, headers: { 'content-digest': digestField('good') } }))).toEqual([400, 'DIGEST_MISMATCH', null, '?0']);
    expect((await patch(path, 4, 'bad', { isLast: true })).status).toBe(201);
  });

  it('400 for a wrong Repr-Digest of the whole, after which the upload is gone', async () => {
    for (const headers of [{ 'repr-digest': digestField('bad') }, { 'x-checksum-md5': '0'.repeat(32) }]) {
      const path = await create();
      await patch(path, 0, 'good');
      const response = await patch(path, 4, 'bad', { isLast: true, headers });
      expect([response.status, response.headers.get('upload-complete'), await response.json()]).toEqual([400, '?1', expect.objectContaining({ code: 'DIGEST_MISMATCH' })]);
      expect(await state(path)).toEqual([404, null, null]);
    }
  });

  it('413 where the length that is told does not fit into the quota, before a byte is sent', async () => {
    await updateSettings(app.core, await app.actor('admin'), (await node(app.core, 'acme')).id, { node: { quotaBytes: { value: 1000 } } });
    const told = requestHead('PATCH', await create(), {
      authorization: `Bearer ${app.secrets.developer}`,
      'content-type': 'application/partial-upload',
      'content-length': 100,
      'upload-offset': 0,
      'upload-complete': '?0',
      'upload-length': 1001,
    });
    const early = await rawRequest(app.url, told);
    expect([early.status, early.body]).toEqual([413, expect.stringContaining('QUOTA_EXCEEDED')]);
    const path = await create();
    expect((await patch(path, 0, new Uint8Array(600))).status).toBe(204);
    expect(await refused(path, () => patch(path, 600, new Uint8Array(401)))).toEqual([413, 'QUOTA_EXCEEDED', null, '?0']);
    expect((await patch(path, 600, new Uint8Array(400), { isLast: true })).status).toBe(201);
    await app.core.database.tx((tx) => tx.query('DELETE FROM setting'));
  });

  it('keeps what came of a chunk that breaks off, and the client goes on from there', { timeout: 60_000 }, async () => {
    const content = randomBytes(800_000);
    const path = await create();
    const headers = { authorization: `Bearer ${app.secrets.developer}`, 'content-type': 'application/partial-upload', 'content-length': content.length, 'upload-offset': 0, 'upload-complete': '?1' };
    const before = (await listObjects(app.core)).length;
    const sending = request(`${app.url}${path}`, { method: 'PATCH', headers }).on('error', () => {});
    sending.write(content.subarray(0, 500_000));
    // Once there is a file, much of it has been read; what is not is lost with the connection.
    await expect.poll(async () => (await listObjects(app.core)).length, { timeout: 20_000 }).toBe(before + 1);
    sending.destroy();
    const received = async () => Number((await app.core.database.reads.query('SELECT received_bytes AS size FROM upload_session WHERE id = ?', [path.slice('/api/uploads/'.length)]))[0].size);
    await expect.poll(received, { timeout: 20_000 }).toBeGreaterThan(0);
    const offset = await received();
    expect(offset).toBeLessThanOrEqual(500_000);
    expect(await state(path)).toEqual([204, String(offset), '?0']);
    const last = await patch(path, offset, content.subarray(offset), { isLast: true, headers: { 'repr-digest': digestField(content) } });
    expect([last.status, ((await last.json()) as { sizeBytes: number }).sizeBytes]).toEqual([201, content.length]);
  });
});

describe('HEAD and GET', () => {
  it.for(['HEAD', 'GET'])('%s: 204 with offset, completeness and limits', async (method) => {
    const path = await create();
    const ask = () => app.fetch(path, 'developer', { method });
    const fresh = await ask();
    expect([fresh.status, await fresh.text()]).toEqual([204, '']);
    expect(Object.fromEntries(fresh.headers)).toMatchObject({ 'upload-offset': '0', 'upload-complete': '?0', 'upload-limit': 'max-size=10737418240, max-age=86400', 'cache-control': 'no-store' });
    expect(fresh.headers.get('upload-length')).toBeNull();
    await patch(path, 0, 'part', { headers: { 'upload-length': '9' } });
    app.clock.advance(60_000);
    expect(Object.fromEntries((await ask()).headers)).toMatchObject({ 'upload-offset': '4', 'upload-complete': '?0', 'upload-length': '9', 'upload-limit': 'max-size=10737418240, max-age=86340' });
    await patch(path, 4, ' more', { isLast: true });
    expect(Object.fromEntries((await ask()).headers)).toMatchObject({ 'upload-offset': '9', 'upload-complete': '?1', 'upload-length': '9' });
  });
});

describe('DELETE', () => {
  it('204 ends the upload, then 404', async () => {
    const path = await create();
    await patch(path, 0, 'part');
    const remove = () => app.fetch(path, 'developer', { method: 'DELETE' });
    expect((await remove()).status).toBe(204);
    expect([(await remove()).status, (await patch(path, 4, 'x')).status, (await head(path)).status]).toEqual([404, 404, 404]);
  });
});

describe('PUT', () => {
  it('201 for the whole, with digests that were announced', async () => {
    const path = await create();
    const put = (body: string, headers: Record<string, string> = {}) => app.fetch(path, 'developer', { method: 'PUT', body, headers });
    expect(await refused(path, () => put('bad', { 'repr-digest': digestField('good') }))).toEqual([400, 'DIGEST_MISMATCH', null, null]);
    const response = await put('good', { 'repr-digest': digestField('good'), 'upload-complete': '?1' });
    expect([response.status, response.headers.get('upload-complete')]).toEqual([201, '?1']);
    expect(await state(path)).toEqual([204, '4', '?1']);
  });

  it('400 for a part of it, 409 after one', async () => {
    const path = await create();
    const put = (headers: Record<string, string> = {}) => app.fetch(path, 'developer', { method: 'PUT', body: 'x', headers });
    expect(await refused(path, () => put({ 'upload-complete': '?0' }))).toEqual([400, 'INVALID_INPUT', null, null]);
    await patch(path, 0, 'part');
    expect(await refused(path, () => put())).toEqual([409, 'UPLOAD_NOT_READY', null, null]);
  });
});

describe('others', () => {
  it.for<[string, Person, number]>([['anonymous', 'anonymous', 401], ['a reader', 'reader', 404], ['the owner of the namespace', 'owner', 404], ['an admin', 'admin', 404]])('%s is told nothing', async ([, as, status]) => {
    const path = await create();
    await patch(path, 0, 'part');
    const before = [await countEverything(app.core), await state(path)];
    const answers = [await patch(path, 4, 'x', { as }), await patch(path, 4, '', { isLast: true, as }), await head(path, as), await app.fetch(path, as), await app.fetch(path, as, { method: 'DELETE' })];
    expect(answers.map((answer) => [answer.status, answer.headers.get('upload-offset')])).toEqual(answers.map(() => [status, null]));
    expect([await countEverything(app.core), await state(path)]).toEqual(before);
  });
});

describe('pages of other origins', () => {
  it('may send chunks and read the answers', async () => {
    const path = await create();
    const preflight = await fetch(`${app.url}${path}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,content-type,upload-complete,upload-offset' },
    });
    // GET, HEAD and POST need no permission (https://fetch.spec.whatwg.org/#cors-safelisted-method).
    expect([preflight.status, preflight.headers.get('access-control-allow-methods'), preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'GET, PUT, PATCH, DELETE',
      'authorization,content-type,upload-complete,upload-offset',
    ]);
    for (const response of [await head(path), await patch(path, 0, 'x'), await patch(path, 0, 'x')]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
      expect(exposed).toEqual(expect.arrayContaining(['upload-offset', 'upload-complete', 'upload-length', 'upload-limit']));
    }
  });
});
