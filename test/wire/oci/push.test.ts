import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ociFormat } from '../../../shims/oci/format.ts';
import { insertMember } from '../../../src/access/members.ts';
import { updateSettings } from '../../../src/settings/update.ts';
import { startApp, type TestApp, userOf } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { digestOf, imageOf } from '../../support/oci-image.ts';
import { errorOf, ociClient, refusal } from './requests.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await app.namespace('open', 'PROJECT', 'PUBLIC');
});
afterAll(() => app?.close());

const repository = 'acme/widgets/app';
const blob = (digest: string, at = repository) => `${at}/blobs/${digest}`;

describe('a blob', () => {
  it.for(['sha256', 'sha512'] as const)('comes at once by POST, called by %s', async (algorithm) => {
    const { fetch, pushBlob } = ociClient(app);
    const digest = digestOf('at once', algorithm);
    const response = await pushBlob(repository, 'at once', digest);
    expect([response.status, response.headers.get('location'), response.headers.get('docker-content-digest')]).toEqual([201, `/v2/${blob(digest)}`, digest]);
    const got = await fetch(blob(digest));
    expect([got.status, await got.text(), got.headers.get('docker-content-digest'), got.headers.get('content-length')]).toEqual([200, 'at once', digest, '7']);
  });

  it('comes by POST and PUT, be it empty', async () => {
    const { fetch, openUpload } = ociClient(app);
    for (const content of ['by put', '']) {
      const location = await openUpload(repository);
      expect((await fetch(`${location}?digest=${digestOf(content)}`, { method: 'PUT', body: content })).status).toBe(201);
      expect(await (await fetch(blob(digestOf(content)))).text()).toBe(content);
      // Whoever did not hear the answer may ask again.
      expect((await fetch(`${location}?digest=${digestOf(content)}`, { method: 'PUT', body: content })).status).toBe(201);
    }
  });

  it('comes in chunks, the last of them with PUT, and tells how far it is', async () => {
    const { fetch, openUpload } = ociClient(app);
    const location = await openUpload(repository);
    const state = async () => {
      const response = await fetch(location);
      return [response.status, response.headers.get('range'), response.headers.get('location')];
    };
    expect(await state()).toEqual([204, '0-0', location]);
    const first = await fetch(location, { method: 'PATCH', body: 'abcde', headers: { 'content-range': '0-4' } });
    expect([first.status, first.headers.get('range'), first.headers.get('docker-upload-uuid')]).toEqual([202, '0-4', location.split('/').at(-1)]);
    expect(await state()).toEqual([204, '0-4', location]);
    const late = await fetch(location, { method: 'PATCH', body: 'fg', headers: { 'content-range': '7-8' } });
    expect([late.headers.get('range'), await refusal(late)]).toEqual(['0-4', '416 BLOB_UPLOAD_INVALID']);
    expect(await refusal(await fetch(location, { method: 'PATCH', body: 'fg', headers: { 'content-range': 'all of it' } }))).toBe('400 BLOB_UPLOAD_INVALID');
    expect(await refusal(await fetch(location, { method: 'PATCH', body: 'fg', headers: { 'content-range': '5-9' } }))).toBe('400 SIZE_INVALID');
    // Without a range it goes on where it is.
    expect((await fetch(location, { method: 'PATCH', body: 'fg' })).headers.get('range')).toBe('0-6');
    expect(await refusal(await fetch(`${location}?digest=${digestOf('abcdefghi')}`, { method: 'PUT', body: 'hi', headers: { 'content-range': '0-1' } }))).toBe('416 BLOB_UPLOAD_INVALID');
    expect((await fetch(`${location}?digest=${digestOf('abcdefghi')}`, { method: 'PUT', body: 'hi', headers: { 'content-range': '7-8' } })).status).toBe(201);
    expect(await (await fetch(blob(digestOf('abcdefghi')))).text()).toBe('abcdefghi');
  });

  it('whose digest is another is refused and leaves nothing', async () => {
    const { fetch, openUpload, pushBlob } = ociClient(app);
    const wrong = digestOf('something else');
    const before = await countEverything(app.core);
    expect(await refusal(await pushBlob(repository, 'this', wrong))).toBe('400 DIGEST_INVALID');
    for (const digest of ['', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'sha256:abc', digestOf('x').toUpperCase()]) {
      expect(await refusal(await pushBlob(repository, 'this', digest))).toBe('400 DIGEST_INVALID');
    }
    const location = await openUpload(repository);
    expect(await refusal(await fetch(`${location}?digest=${wrong}`, { method: 'PUT', body: 'this' }))).toBe('400 DIGEST_INVALID');
    expect(await refusal(await fetch(location, { method: 'PUT', body: 'this' }))).toBe('400 DIGEST_INVALID');
    await fetch(location, { method: 'DELETE' });
    expect(await countEverything(app.core)).toEqual(before);
    expect(await refusal(await fetch(blob(wrong)))).toBe('404 NAME_UNKNOWN');
  });

  it('that is cancelled is gone, and nobody else has anything to do with it', async () => {
    const { fetch, openUpload } = ociClient(app);
    const location = await openUpload(repository);
    expect(await refusal(await ociClient(app, 'maintainer').fetch(location))).toBe('404 BLOB_UPLOAD_UNKNOWN');
    expect(await refusal(await fetch(location.replace('/app/', '/other/'), { method: 'PATCH', body: 'x' }))).toBe('404 BLOB_UPLOAD_UNKNOWN');
    expect((await fetch(location, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
      const gone = await fetch(`${location}?digest=${digestOf('never sent')}`, { method, ...(method === 'GET' ? {} : { body: '' }) });
      expect([method, await refusal(gone)]).toEqual([method, '404 BLOB_UPLOAD_UNKNOWN']);
    }
  });

  it('is sent in ranges, and not again to whoever has it', async () => {
    const { fetch, pushBlob } = ociClient(app);
    const digest = digestOf('0123456789');
    await pushBlob(repository, '0123456789');
    const part = await fetch(blob(digest), { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await fetch(blob(digest), { headers: { range: 'bytes=10-' } })).status).toBe(416);
    const etag = (await fetch(blob(digest), { method: 'HEAD' })).headers.get('etag') ?? '';
    expect((await fetch(blob(digest), { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('is let go by DELETE unless a manifest lists it', async () => {
    const developer = ociClient(app);
    const maintainer = ociClient(app, 'maintainer');
    await developer.pushBlob(repository, 'let go');
    expect(await refusal(await developer.fetch(blob(digestOf('let go')), { method: 'DELETE' }))).toBe('403 DENIED');
    expect((await maintainer.fetch(blob(digestOf('let go')), { method: 'DELETE' })).status).toBe(202);
    expect(await refusal(await developer.fetch(blob(digestOf('let go'))))).toBe('404 NAME_UNKNOWN');
    expect(await refusal(await maintainer.fetch(blob(digestOf('let go')), { method: 'DELETE' }))).toBe('404 NAME_UNKNOWN');
    const image = imageOf({ layers: ['listed'] });
    expect((await developer.push(repository, image, 'listed')).status).toBe(201);
    expect(await errorOf(await maintainer.fetch(blob(digestOf('listed')), { method: 'DELETE' }))).toMatchObject({ status: 405, code: 'UNSUPPORTED', message: expect.stringContaining('delete the versions') });
    expect((await maintainer.fetch(`${repository}/manifests/${image.digest}`, { method: 'DELETE' })).status).toBe(202);
    expect(await refusal(await developer.fetch(blob(digestOf('listed'))))).toBe('404 NAME_UNKNOWN');
  });

  it('of a repository that is not there yet is for those who might read it', async () => {
    const { pushBlob } = ociClient(app);
    const digest = digestOf('ahead of its manifest');
    await pushBlob('acme/widgets/early', 'ahead of its manifest');
    expect((await ociClient(app, 'reader').fetch(blob(digest, 'acme/widgets/early'))).status).toBe(200);
    expect(await refusal(await ociClient(app, 'outsider').fetch(blob(digest, 'acme/widgets/early')))).toBe('404 NAME_UNKNOWN');
    expect(await refusal(await ociClient(app, 'anonymous').fetch(blob(digest, 'acme/widgets/early')))).toBe('401 UNAUTHORIZED');
    expect(await refusal(await ociClient(app, 'reader').fetch(blob(digest, 'acme/widgets/other')))).toBe('404 NAME_UNKNOWN');
  });

  it('is too large for what the namespace allows', async () => {
    const admin = await app.actor('admin');
    const small = await app.namespace('acme/small');
    await updateSettings(app.core, admin, small.id, { formats: [{ format: ociFormat, settings: { maxFileBytes: { value: 10 } } }] });
    const { fetch, pushBlob, openUpload } = ociClient(app);
    const [tooLarge, fits] = ['x'.repeat(11), 'x'.repeat(10)];
    expect(await refusal(await pushBlob('acme/small/app', tooLarge))).toBe('413 SIZE_INVALID');
    expect((await pushBlob('acme/small/app', fits)).status).toBe(201);
    const location = await openUpload('acme/small/app');
    const end = (content: string) => `${location}?digest=${digestOf(content)}`;
    expect(await refusal(await fetch(end(tooLarge), { method: 'PUT', body: tooLarge }))).toBe('413 SIZE_INVALID');
    expect(await refusal(await fetch(location, { method: 'PATCH', body: tooLarge }))).toBe('413 SIZE_INVALID');
    // The whole counts, and nothing of what was refused.
    expect((await fetch(location, { method: 'PATCH', body: 'x'.repeat(9) })).status).toBe(202);
    expect(await refusal(await fetch(location, { method: 'PATCH', body: 'xx' }))).toBe('413 SIZE_INVALID');
    expect(await refusal(await fetch(end(tooLarge), { method: 'PUT', body: 'xx' }))).toBe('413 SIZE_INVALID');
    expect((await fetch(end(fits), { method: 'PUT', body: 'x' })).status).toBe(201);
  });
});

describe('what does not fit into a quota', () => {
  it('is refused before it is sent, and as a whole when it is published', async () => {
    const full = await app.namespace('acme/full');
    const image = imageOf({ layers: ['x'.repeat(300)] });
    await updateSettings(app.core, await app.actor('admin'), full.id, { node: { quotaBytes: { value: 700 } } });
    const { push, pushBlob, openUpload, fetch } = ociClient(app);
    expect(await errorOf(await pushBlob('acme/full/image', 'x'.repeat(701)))).toMatchObject({ status: 413, code: 'DENIED', message: expect.stringContaining('"acme/full" may hold 700 bytes') });
    const location = await openUpload('acme/full/image');
    expect(await refusal(await fetch(location, { method: 'PATCH', body: 'x'.repeat(701) }))).toBe('413 DENIED');
    // Manifest, configuration and layer together are more.
    expect(await refusal(await push('acme/full/image', image, '1'))).toBe('413 DENIED');
    // What came for it is held, and takes room until it is let go.
    expect(await refusal(await push('acme/full/image', imageOf({ layers: ['x'] }), '1'))).toBe('413 DENIED');
    for (const content of image.blobs) expect((await ociClient(app, 'maintainer').fetch(blob(digestOf(content), 'acme/full/image'), { method: 'DELETE' })).status).toBe(202);
    expect((await push('acme/full/image', imageOf({ layers: ['x'] }), '1')).status).toBe(201);
  });

  it('leaves no room for more where all is taken, and what is there gets a tag', async () => {
    const taken = await app.namespace('acme/taken');
    const image = imageOf({ layers: ['x'.repeat(300)] });
    const { fetch, push, putManifest, pushBlob, openUpload } = ociClient(app);
    expect((await push('acme/taken/image', image, '1')).status).toBe(201);
    const [{ size }] = await app.core.database.reads.query('SELECT size_bytes AS size FROM namespace_usage WHERE namespace_id = ?', [taken.id]);
    await updateSettings(app.core, await app.actor('admin'), taken.id, { node: { quotaBytes: { value: Number(size) } } });
    // Content gives way to none, however large a version is that is there.
    const location = await openUpload('acme/taken/image');
    const before = await countEverything(app.core);
    expect(await refusal(await fetch(location, { method: 'PATCH', body: 'y' }))).toBe('413 DENIED');
    expect(await refusal(await fetch(`${location}?digest=${digestOf('y')}`, { method: 'PUT', body: 'y' }))).toBe('413 DENIED');
    expect(await refusal(await pushBlob('acme/taken/image', 'y'))).toBe('413 DENIED');
    expect(await refusal(await putManifest('acme/taken/image', digestOf('{}'), '{}'))).toBe('413 DENIED');
    expect(await countEverything(app.core)).toEqual(before);
    for (const reference of ['2', image.digest]) expect((await putManifest('acme/taken/image', reference, image.manifest, image.mediaType)).status).toBe(201);
  });

  it('counts what is held, whatever it is held for', async () => {
    const held = await app.namespace('acme/held', 'GROUP');
    for (const project of ['acme/held/one', 'acme/held/two']) await app.namespace(project);
    await updateSettings(app.core, await app.actor('admin'), held.id, { node: { quotaBytes: { value: 700 } } });
    const { pushBlob, openUpload, fetch } = ociClient(app);
    const contents = [0, 1, 2].map((index) => String(index).repeat(600));
    const [first = '', second = ''] = contents;
    const location = await openUpload('acme/held/two/b');
    expect((await pushBlob('acme/held/one/a', first)).status).toBe(201);
    for (const repository of ['acme/held/one/a', 'acme/held/two/b']) for (const content of contents.slice(1)) expect(await refusal(await pushBlob(repository, content))).toBe('413 DENIED');
    expect(await refusal(await fetch(`${location}?digest=${digestOf(second)}`, { method: 'PUT', body: second }))).toBe('413 DENIED');
    // Another repository's share takes room, too; what the repository holds itself takes no more.
    expect(await refusal(await fetch(`acme/held/two/b/blobs/uploads/?mount=${digestOf(first)}&from=acme/held/one/a`, { method: 'POST' }))).toBe('413 DENIED');
    expect((await fetch(`acme/held/one/a/blobs/uploads/?mount=${digestOf(first)}`, { method: 'POST' })).status).toBe(201);
    app.clock.advance(24 * 60 * 60 * 1000);
    expect((await fetch(blob(digestOf(first), 'acme/held/one/a'))).status).toBe(404);
    expect((await pushBlob('acme/held/two/b', second)).status).toBe(201);
  });
});

it('is told where to ask who comes by the path of other formats', async () => {
  const response = await app.fetch('/api/packages/acme/oci/app', 'developer');
  expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('OCI clients ask below /v2/.')]);
});

describe('mounting', () => {
  const mount = (as: Parameters<typeof ociClient>[1], to: string, digest: string, from?: string) =>
    ociClient(app, as).fetch(`${to}/blobs/uploads/?mount=${digest}${from === undefined ? '' : `&from=${from}`}`, { method: 'POST' });

  it('shares a blob of a repository that the caller may read, without a copy', async () => {
    const { fetch, pushBlob } = ociClient(app);
    const digest = digestOf('shared');
    await pushBlob(repository, 'shared');
    const { objects } = await countEverything(app.core);
    const response = await mount('developer', 'acme/mounted', digest, repository);
    expect([response.status, response.headers.get('location')]).toEqual([201, `/v2/acme/mounted/blobs/${digest}`]);
    expect(await (await fetch(blob(digest, 'acme/mounted'))).text()).toBe('shared');
    expect((await countEverything(app.core))['objects']).toBe(objects);
  });

  it('opens an upload where it is not there, or not to be read by the caller', async () => {
    await ociClient(app).pushBlob(repository, 'private');
    const open = await app.core.database.reads.query("SELECT id FROM namespace WHERE path = 'open'");
    await insertMember(app.core, (await userOf(app.core, 'outsider'))?.id ?? '', open[0].id, 'DEVELOPER');
    app.core.authenticator.forget();
    for (const from of [repository, 'acme/widgets/none', 'No Name', undefined]) {
      const response = await mount('outsider', 'open/app', digestOf('private'), from);
      expect([from, response.status]).toEqual([from, 202]);
      expect((await ociClient(app, 'outsider').fetch(response.headers.get('location') ?? '', { method: 'DELETE' })).status).toBe(204);
    }
    expect(await refusal(await mount('developer', 'acme/app', 'sha256:short', repository))).toBe('400 DIGEST_INVALID');
  });

  it('finds a blob anywhere that the caller may read', async () => {
    await ociClient(app).push('acme/widgets/found', imageOf({ layers: ['somewhere'] }), 'v1');
    await ociClient(app).pushBlob('acme/widgets/found', 'held somewhere');
    for (const content of ['somewhere', 'held somewhere']) expect((await mount('developer', 'acme/finder', digestOf(content))).status).toBe(201);
    expect((await mount('outsider', 'open/finder', digestOf('somewhere'))).status).toBe(202);
  });
});
