import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setVersionStatus } from '../../../src/packages/status.ts';
import { createProtectionRule } from '../../../src/protection/manage.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { configType, descriptorOf, digestOf, imageOf, indexOf, indexType, layerType, manifestType } from '../../support/oci-image.ts';
import { errorOf, ociClient, refusal } from './requests.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

const at = (repository: string, reference: string) => `${repository}/manifests/${reference}`;

describe('a manifest', () => {
  it('comes back to the letter, by tag and by digest', async () => {
    const { fetch, push } = ociClient(app);
    const image = imageOf();
    // White space and unknown fields are part of its digest.
    const manifest = image.manifest.replace('{', '{\n  "custom": [1],  ');
    const pushed = await push('acme/widgets/exact', { ...image, manifest, digest: digestOf(manifest) }, '1.0');
    expect([pushed.status, pushed.headers.get('location'), pushed.headers.get('docker-content-digest')]).toEqual([201, `/v2/${at('acme/widgets/exact', digestOf(manifest))}`, digestOf(manifest)]);
    for (const reference of ['1.0', digestOf(manifest)]) {
      const got = await fetch(at('acme/widgets/exact', reference));
      const head = await fetch(at('acme/widgets/exact', reference), { method: 'HEAD' });
      expect(await got.text()).toBe(manifest);
      for (const { status, headers } of [got, head]) {
        expect([status, headers.get('content-type'), headers.get('docker-content-digest'), headers.get('content-length')]).toEqual([200, manifestType, digestOf(manifest), String(manifest.length)]);
      }
      expect((await fetch(at('acme/widgets/exact', reference), { headers: { 'if-none-match': got.headers.get('etag') ?? '' } })).status).toBe(304);
    }
  });

  it('is called by SHA-512 where it was pushed so', async () => {
    const { fetch, push } = ociClient(app);
    const index = indexOf([]);
    const digest = digestOf(index.manifest, 'sha512');
    const response = await push('acme/widgets/long', index, digest);
    expect([response.status, response.headers.get('docker-content-digest')]).toEqual([201, digest]);
    expect(await (await fetch(at('acme/widgets/long', digest))).text()).toBe(index.manifest);
  });

  it('takes tags beside its digest, and may come again', async () => {
    const { fetch, push, putManifest } = ociClient(app);
    const image = imageOf({ layers: ['tags'] });
    await push('acme/widgets/tags', image);
    const response = await putManifest('acme/widgets/tags', `${image.digest}?tag=a&tag=b`, image.manifest, manifestType);
    expect([response.status, response.headers.get('oci-tag')]).toEqual([201, 'a, b']);
    expect((await putManifest('acme/widgets/tags', 'c', image.manifest)).status).toBe(201);
    expect(await (await fetch('acme/widgets/tags/tags/list')).json()).toEqual({ name: 'acme/widgets/tags', tags: ['a', 'b', 'c'] });
    const [{ versions }] = await app.core.database.reads.query("SELECT COUNT(*) AS versions FROM version v JOIN package p ON p.id = v.package_id WHERE p.name = 'tags'");
    expect(versions).toBe(1);
    const events: { type: string }[] = await app.core.database.reads.query("SELECT type FROM event WHERE package_id = (SELECT id FROM package WHERE name = 'tags') ORDER BY rowid");
    expect(events.map(({ type }) => type)).toEqual(['PACKAGE_PUBLISHED', 'TAG_SET', 'TAG_SET', 'TAG_SET']);
  });

  it('moves a tag, and only that', async () => {
    const { fetch, push } = ociClient(app);
    const [one, two] = [imageOf({ layers: ['one'] }), imageOf({ layers: ['two'] })];
    await push('acme/widgets/moves', one, 'latest');
    await push('acme/widgets/moves', two, 'latest');
    expect(await (await fetch(at('acme/widgets/moves', 'latest'))).text()).toBe(two.manifest);
    expect(await (await fetch(at('acme/widgets/moves', one.digest))).text()).toBe(one.manifest);
  });

  it('with a subject is told so', async () => {
    const { push } = ociClient(app);
    const subject = descriptorOf('not there', manifestType);
    const response = await push('acme/widgets/subject', imageOf({ fields: { subject } }), 'signature');
    expect([response.status, response.headers.get('oci-subject')]).toEqual([201, subject.digest]);
  });

  it.for([
    ['no JSON', '{"schemaVersion":2,', '400 MANIFEST_INVALID'],
    ['nothing', '', '400 MANIFEST_INVALID'],
    ['a list', '[]', '400 MANIFEST_INVALID'],
    ['a lot of brackets', '['.repeat(200_000), '400 MANIFEST_INVALID'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), '400 MANIFEST_INVALID'],
    ['the first schema', '{"schemaVersion":1,"name":"a","fsLayers":[]}', '400 MANIFEST_INVALID'],
    ['no config', JSON.stringify({ schemaVersion: 2, mediaType: manifestType, layers: [] }), '400 MANIFEST_INVALID'],
    ['another media type', JSON.stringify({ schemaVersion: 2, mediaType: 'text/plain', layers: [] }), '400 MANIFEST_INVALID'],
    ['layers of an index', JSON.stringify({ schemaVersion: 2, mediaType: indexType, layers: [], manifests: [] }), '400 MANIFEST_INVALID'],
    ['a digest that is none', JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: { mediaType: configType, digest: 'sha256:../../x', size: 1 }, layers: [] }), '400 MANIFEST_INVALID'],
    ['a negative size', JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: { ...descriptorOf('{}', configType), size: -1 }, layers: [] }), '400 MANIFEST_INVALID'],
    ['a wrong size', JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: { ...descriptorOf('{}', configType), size: 3 }, layers: [] }), '400 MANIFEST_INVALID'],
    ['annotations that are numbers', JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [], annotations: { a: 1 } }), '400 MANIFEST_INVALID'],
    ['too many layers', JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: descriptorOf('{}', configType), layers: Array(3000).fill(descriptorOf('{}', layerType)) }), '400 MANIFEST_INVALID'],
    ['too many bytes', JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [], annotations: { a: 'x'.repeat(9_000_000) } }), '413 SIZE_INVALID'],
    ['content that is not there', imageOf({ layers: ['not there'] }).manifest, '404 MANIFEST_BLOB_UNKNOWN'],
    ['a manifest that is not there', indexOf([imageOf({ layers: ['neither'] })]).manifest, '404 MANIFEST_BLOB_UNKNOWN'],
    ['a layer in place of a manifest', JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [descriptorOf('{}', manifestType)] }), '404 MANIFEST_BLOB_UNKNOWN'],
  ] as [string, string | Buffer, string][])('with %s is refused and leaves nothing', async ([, body, expected]) => {
    const { fetch, pushBlob } = ociClient(app);
    await pushBlob('acme/widgets/bad', '{}');
    const before = await countEverything(app.core);
    expect(await refusal(await fetch(at('acme/widgets/bad', 'x'), { method: 'PUT', body: body as never, headers: { 'content-type': 'application/json' } }))).toBe(expected);
    expect(await countEverything(app.core)).toEqual(before);
  });

  it('whose type, digest or child lies is refused', async () => {
    const { push, putManifest } = ociClient(app);
    const image = imageOf({ layers: ['truth'] });
    await push('acme/widgets/lies', image);
    expect(await refusal(await putManifest('acme/widgets/lies', 'x', image.manifest, indexType))).toBe('400 MANIFEST_INVALID');
    expect(await refusal(await putManifest('acme/widgets/lies', digestOf('other'), image.manifest))).toBe('400 DIGEST_INVALID');
    expect(await refusal(await putManifest('acme/widgets/lies', 'sha256:bad', image.manifest))).toBe('400 DIGEST_INVALID');
    const lying = (change: object) => JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [{ ...descriptorOf(image.manifest, manifestType), ...change }] });
    expect(await refusal(await putManifest('acme/widgets/lies', 'x', lying({ size: 1 })))).toBe('400 MANIFEST_INVALID');
    expect(await refusal(await putManifest('acme/widgets/lies', 'x', lying({ mediaType: indexType })))).toBe('400 MANIFEST_INVALID');
    expect((await putManifest('acme/widgets/lies', 'x', lying({}))).status).toBe(201);
  });

  it.for([
    ['acme/widgets/App/manifests/1', '400 NAME_INVALID'],
    ['acme/widgets/a..b/manifests/1', '400 NAME_INVALID'],
    [`acme/widgets/${'x'.repeat(300)}/manifests/1`, '400 NAME_INVALID'],
    ['acme/widgets/a%2f..%2fb/manifests/1', '400 NAME_INVALID'],
    ['acme/widgets/%ff/manifests/1', '400 NAME_INVALID'],
    ['acme/widgets/app/manifests/.hidden', '400 NAME_INVALID'],
    [`acme/widgets/app/manifests/${'x'.repeat(129)}`, '400 NAME_INVALID'],
    ['acme/widgets/app/manifests/sha256:x', '400 DIGEST_INVALID'],
    ['nothing', '404 UNSUPPORTED'],
  ] as [string, string][])('is not at %s', async ([path, expected]) => {
    const { push, fetch } = ociClient(app);
    await push('acme/widgets/app', imageOf(), '1');
    expect(await refusal(await fetch(path))).toBe(expected);
  });

  it('is unknown where there is none, and of a repository that is not there', async () => {
    const { push, fetch } = ociClient(app);
    await push('acme/widgets/known', imageOf(), '1');
    expect(await refusal(await fetch(at('acme/widgets/known', '2')))).toBe('404 MANIFEST_UNKNOWN');
    expect(await refusal(await fetch(at('acme/widgets/known', digestOf('none'))))).toBe('404 MANIFEST_UNKNOWN');
    expect(await refusal(await fetch(at('acme/widgets/unknown', '1')))).toBe('404 NAME_UNKNOWN');
    expect(await refusal(await ociClient(app, 'outsider').fetch(at('acme/widgets/known', '1')))).toBe('404 NAME_UNKNOWN');
  });

  it('is read at every level above it', async () => {
    const { push } = ociClient(app);
    const image = imageOf({ layers: ['levels'] });
    await push('acme/widgets/deep/er', image, '1');
    for (const repository of ['acme/widgets/deep/er', 'acme/deep/er', 'deep/er']) expect(await (await ociClient(app, 'reader').fetch(at(repository, '1'))).text()).toBe(image.manifest);
    // Clients name the whole path, so each node has names of its own, and the one that is named goes before those below it.
    const another = imageOf({ layers: ['another level'] });
    expect((await push('acme/deep/er', another, '1')).status).toBe(201);
    expect(await (await ociClient(app, 'reader').fetch(at('acme/deep/er', '1'))).text()).toBe(another.manifest);
    expect(await (await ociClient(app, 'reader').fetch(at('acme/widgets/deep/er', '1'))).text()).toBe(image.manifest);
    expect((await ociClient(app, 'maintainer').fetch(at('acme/deep/er', another.digest), { method: 'DELETE' })).status).toBe(202);
    // What was deleted there is gone, and does not become something else.
    expect(await refusal(await ociClient(app, 'reader').fetch(at('acme/deep/er', '1')))).toBe('404 NAME_UNKNOWN');
  });
});

describe('deleting', () => {
  it('a tag leaves its manifest; a manifest takes its tags with it', async () => {
    const { fetch, push } = ociClient(app);
    const maintainer = ociClient(app, 'maintainer');
    const image = imageOf({ layers: ['deleted'] });
    for (const tag of ['a', 'b']) await push('acme/widgets/gone', image, tag);
    expect((await fetch(at('acme/widgets/gone', 'a'), { method: 'DELETE' })).status).toBe(202);
    expect(await refusal(await fetch(at('acme/widgets/gone', 'a')))).toBe('404 MANIFEST_UNKNOWN');
    expect(await refusal(await fetch(at('acme/widgets/gone', 'a'), { method: 'DELETE' }))).toBe('404 MANIFEST_UNKNOWN');
    expect((await fetch(at('acme/widgets/gone', image.digest))).status).toBe(200);
    expect(await refusal(await fetch(at('acme/widgets/gone', image.digest), { method: 'DELETE' }))).toBe('403 DENIED');
    expect((await maintainer.fetch(at('acme/widgets/gone', image.digest), { method: 'DELETE' })).status).toBe(202);
    for (const reference of ['b', image.digest]) expect((await fetch(at('acme/widgets/gone', reference))).status).toBe(404);
    // It may come back.
    expect((await push('acme/widgets/gone', image, 'b')).status).toBe(201);
  });

  it('what an index lists is refused while the index is there', async () => {
    const { push } = ociClient(app);
    const { fetch } = ociClient(app, 'maintainer');
    const [one, two] = [imageOf({ layers: ['part one'] }), imageOf({ layers: ['part two'] })];
    const index = indexOf([one, two]);
    for (const part of [one, two, index]) expect((await push('acme/widgets/multi', part)).status).toBe(201);
    expect(await errorOf(await fetch(at('acme/widgets/multi', one.digest), { method: 'DELETE' }))).toMatchObject({ status: 405, message: expect.stringContaining(index.digest) });
    for (const part of [index, one, two]) expect((await fetch(at('acme/widgets/multi', part.digest), { method: 'DELETE' })).status).toBe(202);
  });
});

describe('rules and status', () => {
  it('an immutable tag stays where it is, and its manifest with it', async () => {
    const { push, fetch } = ociClient(app, 'maintainer');
    const admin = await app.actor('admin');
    const [{ id }] = await app.core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme/widgets'");
    await createProtectionRule(app.core, admin, id, { target: 'TAG', format: 'oci', namePattern: 'fixed', pattern: 'v*', publishRole: null, deleteRole: null, isImmutable: true });
    await createProtectionRule(app.core, admin, id, { target: 'VERSION', format: 'oci', namePattern: 'fixed', pattern: 'sha256:*', publishRole: null, deleteRole: null, isImmutable: true });
    const [one, two] = [imageOf({ layers: ['fixed one'] }), imageOf({ layers: ['fixed two'] })];
    expect((await push('acme/widgets/fixed', one, 'v1')).status).toBe(201);
    expect(await refusal(await push('acme/widgets/fixed', two, 'v1'))).toBe('403 DENIED');
    // The same again changes nothing, and may get further tags.
    expect((await push('acme/widgets/fixed', one, 'v1')).status).toBe(201);
    expect((await push('acme/widgets/fixed', one, 'latest')).status).toBe(201);
    expect((await push('acme/widgets/fixed', two, 'latest')).status).toBe(201);
    for (const reference of ['v1', one.digest]) expect(await refusal(await fetch(at('acme/widgets/fixed', reference), { method: 'DELETE' }))).toBe('403 DENIED');
    expect(await (await fetch(at('acme/widgets/fixed', 'v1'))).text()).toBe(one.manifest);
  });

  it('clients are warned of what is deprecated, and not led to what is withdrawn', async () => {
    const { push, fetch } = ociClient(app);
    const image = imageOf({ layers: ['status'] });
    await push('acme/widgets/status', image, 'v1');
    const [{ id }] = await app.core.database.reads.query("SELECT id FROM package WHERE name = 'status'");
    const admin = await app.actor('admin');
    const version = image.digest;
    await setVersionStatus(app.core, admin, id, [{ version, change: 'DEPRECATE', reason: 'use "v2"' }]);
    expect((await fetch(at('acme/widgets/status', 'v1'))).headers.get('warning')).toBe(`299 - "This manifest is deprecated: use 'v2'"`);
    await setVersionStatus(app.core, admin, id, [{ version, change: 'YANK', reason: 'broken' }]);
    expect(await refusal(await fetch(at('acme/widgets/status', 'v1')))).toBe('404 MANIFEST_UNKNOWN');
    expect((await fetch(at('acme/widgets/status', image.digest))).headers.get('warning')).toBe('299 - "This manifest is withdrawn: broken"');
    expect(await (await fetch('acme/widgets/status/tags/list')).json()).toMatchObject({ tags: [] });
  });
});
