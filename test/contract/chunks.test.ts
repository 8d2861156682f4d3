import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { UploadPartTable, UploadTable } from '../../src/db/tables/file.ts';
import type { EntrepotError } from '../../src/errors.ts';
import { digestsOf } from '../../src/storage/incremental-digests.ts';
import { appendChunk, maxParts } from '../../src/uploads/append.ts';
import { createUpload, uploadLifetimeMs } from '../../src/uploads/create.ts';
import { finishUpload } from '../../src/uploads/finish.ts';
import { publishUploads } from '../../src/uploads/publish-uploads.ts';
import { receiveUpload } from '../../src/uploads/receive.ts';
import { cancelUpload } from '../../src/uploads/remove.ts';
import { offsetOf } from '../../src/uploads/turn.ts';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { countEverything, listObjects } from '../support/leftovers.ts';
import { chunkedUploads, limitBytes } from './chunked-uploads.ts';
import { chunks, refusal } from './registry.ts';

const hour = 60 * 60 * 1000;

describe.for(backends)('chunks of uploads on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const { create, append, finish, ask, cancel, publish, row, partsOf, contentOf, refused } = chunkedUploads(() => app);
  /** What is sent before the line breaks. */
  async function* broken(content: Buffer) {
    yield content;
    throw new RangeError('cut');
  }

  test('only where the upload stands, and the refusal says where that is', async () => {
    const id = await create();
    await append(id, 0, 'first');
    for (const offset of [0, 4, 6, 1e15]) {
      expect(await refused(() => append(id, offset, 'x'))).toBe('UploadOffsetMismatch');
      expect(await append(id, offset, 'x').catch((error: unknown) => error)).toMatchObject({ code: 'UPLOAD_OFFSET_MISMATCH', status: 409, receivedBytes: 5 });
    }
    await finish(id);
    expect(await refused(() => append(id, 5, 'more'))).toBe('UploadNotReady');
    expect(await refused(() => append(id, 0, 'more'))).toBe('UploadOffsetMismatch');
  });

  test('of ten at the same offset one is added, and the others leave nothing', async () => {
    const id = await create();
    const before = await countEverything(app.core);
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => append(id, 0, Buffer.alloc(300_000, index))));
    const refusals = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as EntrepotError).code);
    expect(refusals).toEqual(Array(9).fill('UPLOAD_OFFSET_MISMATCH'));
    expect(await row(id)).toMatchObject({ receivedBytes: 300_000, partCount: 1 });
    const one = (name: string) => (before[name] ?? 0) + 1;
    expect(await countEverything(app.core)).toEqual({ ...before, upload_part: one('upload_part'), objects: one('objects'), discard: one('discard') });
  });

  test('two parts can never lie at the same place', async () => {
    const id = await create();
    await append(id, 0, 'first');
    const [part] = await partsOf(id);
    await expect(app.core.database.tx((tx) => tx.insert(UploadPartTable, { ...part, objectKey: 'other' } as NonNullable<typeof part>))).rejects.toThrow();
  });

  test('what is still on its way when the offset is asked for, or another begins, comes too late', async () => {
    for (const overtake of [(id: string) => ask(id), (id: string) => append(id, 0, 'newer')]) {
      const id = await create();
      const body = async function* () {
        yield Buffer.from('older');
        await overtake(id);
      };
      const told = await append(id, 0, body()).catch((error: unknown) => error);
      const now = (await row(id))?.receivedBytes;
      expect(told).toMatchObject({ code: 'UPLOAD_OFFSET_MISMATCH', receivedBytes: now });
      // What was told then holds.
      expect(await append(id, now ?? 0, ' next')).toMatchObject({ receivedBytes: (now ?? 0) + 5 });
      await finish(id);
    }
  });

  test('what comes too late behind a chunk leaves that as it was', async () => {
    const id = await create();
    await append(id, 0, 'first, ');
    const body = async function* () {
      yield Buffer.from('older');
      await append(id, 7, 'newer, ');
    };
    expect(await append(id, 7, body()).catch((error: unknown) => error)).toMatchObject({ code: 'UPLOAD_OFFSET_MISMATCH', receivedBytes: 14 });
    await append(id, 14, 'last');
    expect((await contentOf(await finish(id))).toString()).toBe('first, newer, last');
  });

  test('of one that breaks off what came is kept, and the upload goes on from there', async () => {
    const content = randomBytes(900_000);
    const id = await create();
    expect(await refusal(append(id, 0, broken(content.subarray(0, 400_000)), { expectedBytes: 600_000 }))).toBe('RangeError');
    expect(await ask(id)).toMatchObject({ receivedBytes: 400_000, objectKey: null });
    expect(await refusal(append(id, 400_000, broken(content.subarray(400_000, 400_001))))).toBe('RangeError');
    await append(id, 400_001, content.subarray(400_001));
    expect((await contentOf(await finish(id))).equals(content)).toBe(true);
  });

  test('of one that breaks off nothing is kept where nothing came, its digest was announced, or it comes too late', async () => {
    const id = await create();
    expect(await refused(() => append(id, 0, broken(Buffer.alloc(0))))).toBe('RangeError');
    expect(await refused(() => append(id, 0, broken(Buffer.from('half')), { expected: { md5: digestsOf(Buffer.from('half and half')).md5 } }))).toBe('RangeError');
    const late = async function* () {
      yield Buffer.from('half');
      await ask(id);
      throw new RangeError('cut');
    };
    expect(await refused(() => append(id, 0, late()))).toBe('RangeError');
    expect(await ask(id)).toMatchObject({ receivedBytes: 0 });
  });

  test('a chunk with the wrong digest is refused, and the upload goes on', async () => {
    const id = await create();
    await append(id, 0, 'good', { expected: digestsOf(Buffer.from('good')) });
    expect(await refused(() => append(id, 4, 'bad', { expected: digestsOf(Buffer.from('good')) }))).toBe('DigestMismatch');
    expect(await append(id, 4, 'bad')).toMatchObject({ receivedBytes: 7 });
  });

  test('the whole may have so many bytes, also where their number is told before', async () => {
    const id = await create();
    await append(id, 0, '12345', { limitBytes: 10 });
    expect(await refused(() => append(id, 5, '678901', { limitBytes: 10 }))).toBe('FileTooLarge');
    expect(await refused(() => append(id, 5, '678901', { limitBytes: 10, expectedBytes: 6 }))).toBe('FileTooLarge');
    expect(await refused(() => append(id, 5, '6', { limitBytes: 10, lengthBytes: 11 }))).toBe('FileTooLarge');
    expect(await append(await create(), 0, '1234567890', { limitBytes: 10 })).toMatchObject({ receivedBytes: 10 });
  });

  test('a length that was told binds', async () => {
    const id = await create();
    expect(await append(id, 0, '12345', { lengthBytes: 8 })).toMatchObject({ lengthBytes: 8 });
    expect(await refused(() => append(id, 5, '678', { lengthBytes: 9 }))).toBe('InvalidInput');
    expect(await refused(() => append(id, 5, '6789'))).toBe('InvalidInput');
    expect(await refused(() => append(id, 5, '6789', { expectedBytes: 4 }))).toBe('InvalidInput');
    expect(await refused(() => finish(id))).toBe('InvalidInput');
    expect(await refused(() => finish(id, { offset: 5, lengthBytes: 5 }))).toBe('InvalidInput');
    await append(id, 5, '678', { lengthBytes: 8 });
    expect(await finish(id)).toMatchObject({ sizeBytes: 8 });
    const late = await create();
    await append(late, 0, '12345');
    expect(await refused(() => append(late, 5, '6', { lengthBytes: 4 }))).toBe('InvalidInput');
  });

  test(`are at most ${maxParts}`, async () => {
    const id = await create();
    await append(id, 0, 'x');
    await app.core.database.tx((tx) => tx.update(UploadTable, { id }, { partCount: maxParts - 1 }));
    await append(id, 1, 'x');
    expect(await refused(() => append(id, 2, 'x'))).toBe('InvalidInput');
    expect(await finish(id)).toMatchObject({ sizeBytes: 2 });
  });

  test('belong to whoever made the upload', async () => {
    const id = await create();
    await append(id, 0, 'mine');
    const attempts = (as: Person) => [() => append(id, 4, 'x', {}, as), () => finish(id, {}, as), () => ask(id, as), () => cancel(id, as)];
    const before = await row(id);
    for (const attempt of attempts('owner')) expect(await refused(attempt)).toBe('NotFound');
    for (const attempt of attempts('anonymous')) expect(await refused(attempt)).toBe('Unauthenticated');
    expect(await row(id)).toEqual(before);
  });

  test('take the right to publish where the upload goes, with each credential of its maker', async () => {
    const { core } = app;
    const developer = await app.actor('developer');
    const format = core.formats.get('oci');
    const { id, namespaceId } = await createUpload(core, developer, { namespacePath: 'acme/widgets', fileName: 'f', package: { format, name: 'app' } });
    await append(id, 0, 'mine');
    const narrowed = (normalizedName: string): Actor => ({ ...developer, narrowedTo: [{ format: format.id, package: { namespaceId, normalizedName }, actions: ['READ', 'PUBLISH'] }] });
    const attempts = (as: Actor) => [
      () => offsetOf(core, as, id),
      () => appendChunk(core, as, id, 4, chunks('x'), { limitBytes }),
      () => finishUpload(core, as, id),
      () => cancelUpload(core, as, id),
      () => receiveUpload(core, as, id, chunks('x'), { limitBytes }),
      () => publishUploads(core, as, { namespacePath: 'acme/widgets', format, uploadIds: [id], name: 'other' }),
    ];
    const before = await row(id);
    for (const [as, error] of [[{ ...developer, scopes: new Set(['READ']) }, 'Forbidden'], [{ ...developer, roles: new Map() }, 'NotFound'], [narrowed('other'), 'Unauthenticated']] as [Actor, string][]) {
      for (const attempt of attempts(as)) expect(await refused(attempt)).toBe(error);
    }
    expect(await row(id)).toEqual(before);
    expect(await offsetOf(core, narrowed('app'), id)).toMatchObject({ receivedBytes: 4 });
    await cancelUpload(core, narrowed('app'), id);
  });

  test('and the whole at once do not mix, and nothing is published before its end', async () => {
    const actor = await app.actor('developer');
    const id = await create();
    await append(id, 0, 'part');
    expect(await refused(() => receiveUpload(app.core, actor, id, chunks('whole'), { limitBytes }))).toBe('UploadNotReady');
    expect(await refused(() => publish(id, 'unfinished'))).toBe('UploadNotReady');
    const raced = await create();
    const whole = async function* () {
      yield Buffer.from('whole');
      await append(raced, 0, 'part');
    };
    expect(await refusal(receiveUpload(app.core, actor, raced, whole(), { limitBytes }))).toBe('UploadNotReady');
    expect(await finish(raced)).toMatchObject({ sizeBytes: 4 });
    const put = await create();
    expect(await receiveUpload(app.core, actor, put, chunks('whole'), { limitBytes })).toMatchObject({ receivedBytes: 5 });
    expect(await ask(put)).toMatchObject({ receivedBytes: 5 });
  });

  test('go with the upload where it is cancelled', async () => {
    await sweep(app.core);
    const before = await countEverything(app.core);
    const id = await create();
    await append(id, 0, 'one');
    const late = async function* () {
      yield Buffer.from('two');
      await cancel(id);
    };
    expect(await refusal(append(id, 3, late()))).toBe('NotFound');
    expect(await refused(() => cancel(id))).toBe('NotFound');
    await sweep(app.core);
    expect(await countEverything(app.core)).toMatchObject({ upload_session: before['upload_session'], upload_part: before['upload_part'], objects: before['objects'] });
  });

  test('stay while the upload lives, and go with it', async () => {
    const id = await create();
    await append(id, 0, 'early ');
    app.clock.advance(23 * hour);
    await append(id, 6, 'late');
    const keys = (await partsOf(id)).map(({ objectKey }) => objectKey);
    app.clock.advance(uploadLifetimeMs - 23 * hour - 1);
    await sweep(app.core);
    expect(await listObjects(app.core)).toEqual(expect.arrayContaining(keys));
    expect(await ask(id)).toMatchObject({ receivedBytes: 10 });
    app.clock.advance(1);
    expect(await refused(() => append(id, 10, 'x'))).toBe('NotFound');
    expect(await refused(() => finish(id))).toBe('NotFound');
    await sweep(app.core);
    expect([await row(id), await partsOf(id)]).toEqual([null, []]);
    const objects = await listObjects(app.core);
    expect(keys.filter((key) => objects.includes(key))).toEqual([]);
  });

  test('go with their namespace', async () => {
    const namespace = await app.namespace('acme/short-lived');
    const actor = await app.actor('developer');
    const { id } = await createUpload(app.core, actor, { namespacePath: 'acme/short-lived', fileName: 'f' });
    await append(id, 0, 'part');
    await app.core.database.tx((tx) => tx.query('DELETE FROM namespace WHERE id = ?', [namespace.id]));
    expect([await row(id), await partsOf(id), await refusal(ask(id))]).toEqual([null, [], 'NotFound']);
  });
});
