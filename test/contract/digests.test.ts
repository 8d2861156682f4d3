import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ociFormat } from '../../shims/oci/format.ts';
import { check } from '../../src/check/check.ts';
import { BlobTable } from '../../src/db/tables/file.ts';
import { contentOwnerAt, findContent } from '../../src/packages/content.ts';
import { listDocumentRows } from '../../src/packages/document-rows.ts';
import { holdContent } from '../../src/packages/hold-content.ts';
import { stage } from '../../src/blobs/stage.ts';
import { digestsOf } from '../../src/storage/incremental-digests.ts';
import { appendChunk } from '../../src/uploads/append.ts';
import { createUpload } from '../../src/uploads/create.ts';
import { finishUpload } from '../../src/uploads/finish.ts';
import { publishUploads } from '../../src/uploads/publish-uploads.ts';
import { receiveUpload } from '../../src/uploads/receive.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { chunks, node, publishAs, refusal } from './registry.ts';

/** Content of images: SHA-256 is computed, and what somebody asks for. */
describe.for(backends)('digests of content on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const limitBytes = 10_000_000;
  /** A store that compares what it received has that digest computed as well. */
  const md5Of = (content: Buffer) => (app.core.store.compares ? digestsOf(content).md5 : null);
  const blobOf = (content: Buffer) => app.core.database.reads.findOneBy(BlobTable, { sha256: digestsOf(content).sha256 });
  const owner = async () => contentOwnerAt(app.core, (await node(app.core, 'acme/widgets')).id, ociFormat, 'image');
  const openForImage = async () => createUpload(app.core, await app.actor('developer'), { namespacePath: 'acme/widgets', fileName: 'blob', package: { format: ociFormat, name: 'image' } });

  async function hold(content: Buffer, expected: { sha512?: string } = {}) {
    const object = await stage(app.core, chunks(content), { limitBytes, digests: ociFormat.digests, expected });
    await holdContent(app.core, await app.actor('developer'), { namespace: await node(app.core, 'acme/widgets'), format: ociFormat, name: 'image' }, object);
    return object;
  }

  test.for([1_000, 1_000_000])('of %i bytes are those that its format needs', async (size) => {
    const content = randomBytes(size);
    const { digests } = await hold(content);
    const { sha256, sha512 } = digestsOf(content);
    expect(digests).toEqual({ md5: md5Of(content), sha1: null, sha256, sha512: null });
    expect(await blobOf(content)).toMatchObject(digests);
    expect(await findContent(app.core, await owner(), `sha256:${sha256}`)).toMatchObject(digests);
    expect(await findContent(app.core, await owner(), `sha512:${sha512}`)).toBeUndefined();
    await hold(content, { sha512 });
    expect(await blobOf(content)).toMatchObject({ sha256, sha512, sha1: null });
    expect(await findContent(app.core, await owner(), `sha512:${sha512}`)).toMatchObject({ sha256, sha512 });
  });

  test('become all that another format needs where that brings the same content, and stay', async () => {
    for (const format of ['npm', 'maven', 'pypi', 'nuget', 'generic']) {
      const content = randomBytes(300_000);
      await hold(content);
      const before = await blobOf(content);
      const published = await publishAs(app, { format, name: format === 'maven' ? 'a:b' : `after-${format}`, files: { 'file-1.0.0.bin': content } });
      expect(await blobOf(content)).toMatchObject({ ...digestsOf(content), objectKey: before?.objectKey });
      expect(await listDocumentRows(app.core, published.package.id)).toMatchObject([digestsOf(content)]);
      await hold(content);
      expect(await blobOf(content)).toMatchObject(digestsOf(content));
    }
    expect(await check(app.core, { withBytes: true, againAfterMs: 0 })).toEqual([]);
  });

  test('that are asked for at the end of an upload are computed then', async () => {
    const actor = await app.actor('developer');
    const content = randomBytes(500_000);
    const { sha256, sha512 } = digestsOf(content);
    const { id } = await openForImage();
    await appendChunk(app.core, actor, id, 0, chunks(content), { limitBytes });
    expect(await finishUpload(app.core, actor, id, { expected: { sha512 } })).toMatchObject({ sha256, sha512, sha1: null });
    expect(await finishUpload(app.core, actor, id, { expected: { sha1: digestsOf(content).sha1 } })).toMatchObject({ sha256, sha1: digestsOf(content).sha1 });
    expect(await refusal(finishUpload(app.core, actor, id, { expected: { md5: '0'.repeat(32) } }))).toBe('DigestMismatch');
    const wrong = await openForImage();
    await appendChunk(app.core, actor, wrong.id, 0, chunks(content), { limitBytes });
    expect(await refusal(finishUpload(app.core, actor, wrong.id, { expected: { sha512: '0'.repeat(128) } }))).toBe('DigestMismatch');
  });

  test('are all computed of an upload for a package that is not known yet; one for an image becomes nothing else', async () => {
    const actor = await app.actor('developer');
    const content = randomBytes(1_000);
    const free = await createUpload(app.core, actor, { namespacePath: 'acme/widgets', fileName: 'f' });
    expect(await receiveUpload(app.core, actor, free.id, chunks(content), { limitBytes })).toMatchObject(digestsOf(content));
    const { id } = await openForImage();
    expect(await receiveUpload(app.core, actor, id, chunks(content), { limitBytes })).toMatchObject({ sha1: null, sha512: null });
    const publishing = publishUploads(app.core, actor, { namespacePath: 'acme/widgets', format: app.core.formats.get('generic'), uploadIds: [id], name: 'other', version: '1' });
    expect(await refusal(publishing)).toBe('InvalidInput');
  });
});
