import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../src/blobs/sweep.ts';
import { UploadPartTable, type UploadRow, UploadTable } from '../../src/db/tables/file.ts';
import { EntrepotError } from '../../src/errors.ts';
import { digestsOf } from '../../src/storage/incremental-digests.ts';
import { appendChunk, type ChunkOptions, maxParts } from '../../src/uploads/append.ts';
import { createUpload, uploadLifetimeMs } from '../../src/uploads/create.ts';
import { finishUpload, type FinishOptions } from '../../src/uploads/finish.ts';
import { publishUploads } from '../../src/uploads/publish-uploads.ts';
import { receiveUpload } from '../../src/uploads/receive.ts';
import { cancelUpload } from '../../src/uploads/remove.ts';
import { offsetOf } from '../../src/uploads/turn.ts';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { countEverything, leftovers, listObjects } from '../support/leftovers.ts';
import { chunks, refusal } from './registry.ts';

const limitBytes = 10_000_000;
const hour = 60 * 60 * 1000;

describe.for(backends)('uploads in chunks on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const create = async (as: Person = 'developer') => (await createUpload(app.core, await app.actor(as), { namespacePath: 'acme/widgets', fileName: 'f.bin' })).id;
  const append = async (id: string, offset: number, body: string | Buffer | AsyncIterable<Uint8Array>, options: Partial<ChunkOptions> = {}, as: Person = 'developer') =>
    appendChunk(app.core, await app.actor(as), id, offset, typeof body === 'string' || Buffer.isBuffer(body) ? chunks(body) : body, { limitBytes, ...options });
  const finish = async (id: string, options: FinishOptions = {}, as: Person = 'developer') => finishUpload(app.core, await app.actor(as), id, options);
  const ask = async (id: string, as: Person = 'developer') => offsetOf(app.core, await app.actor(as), id);
  const row = (id: string) => app.core.database.reads.findOneBy(UploadTable, { id });
  const partsOf = (uploadId: string) => app.core.database.reads.find(UploadPartTable, { where: { uploadId }, order: { offsetBytes: 'ASC' } });
  const contentOf = async ({ objectKey }: UploadRow) => buffer(await app.core.store.read(objectKey ?? ''));
  const publish = async (id: string, name: string) =>
    publishUploads(app.core, await app.actor('developer'), { namespacePath: 'acme/widgets', format: app.core.formats.get('generic'), uploadIds: [id], name, version: '1' });
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = await countEverything(app.core);
    const thrown = await refusal(work());
    expect(await countEverything(app.core)).toEqual(before);
    return thrown;
  };
  /** What is sent before the line breaks. */
  async function* broken(content: Buffer) {
    yield content;
    throw new RangeError('cut');
  }

  test('arrive one after the other, become one object, and are published', async () => {
    const content = randomBytes(700_001);
    const id = await create();
    expect(await append(id, 0, content.subarray(0, 300_000))).toMatchObject({ receivedBytes: 300_000, objectKey: null });
    expect(await append(id, 300_000, content.subarray(300_000, 300_001))).toMatchObject({ receivedBytes: 300_001 });
    expect(await append(id, 300_001, '')).toMatchObject({ receivedBytes: 300_001 });
    expect(await append(id, 300_001, content.subarray(300_001))).toMatchObject({ receivedBytes: content.length });
    expect(await ask(id)).toMatchObject({ receivedBytes: content.length, partCount: 3, objectKey: null });
    const parts = await partsOf(id);
    expect(parts.map(({ offsetBytes, sizeBytes }) => [offsetBytes, sizeBytes])).toEqual([[0, 300_000], [300_000, 1], [300_001, 400_000]]);
    const finished = await finish(id, { offset: content.length, expected: { sha512: digestsOf(content).sha512 } });
    expect(finished).toMatchObject({ sizeBytes: content.length, receivedBytes: content.length, ...digestsOf(content) });
    expect((await contentOf(finished)).equals(content)).toBe(true);
    expect(await partsOf(id)).toEqual([]);
    await sweep(app.core);
    const objects = await listObjects(app.core);
    expect(parts.some(({ objectKey }) => objects.includes(objectKey))).toBe(false);
    expect(await publish(id, 'chunked')).toMatchObject({ isNewVersion: true, version: { version: '1' } });
    await sweep(app.core);
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('a single one is taken as it is', async () => {
    const id = await create();
    await append(id, 0, 'all at once');
    const [part] = await partsOf(id);
    const before = await listObjects(app.core);
    const finished = await finish(id, { expected: digestsOf(Buffer.from('all at once')) });
    expect(finished).toMatchObject({ objectKey: part?.objectKey, sizeBytes: 11, ...digestsOf(Buffer.from('all at once')) });
    expect([await listObjects(app.core), await partsOf(id)]).toEqual([before, []]);
    await publish(id, 'single');
  });

  test('none at all is an empty file', async () => {
    const id = await create();
    expect(await finish(id)).toMatchObject({ sizeBytes: 0, ...digestsOf(Buffer.alloc(0)) });
    await publish(id, 'empty');
  });

  test('finishing again answers the same, with the digest compared once more', async () => {
    const id = await create();
    await append(id, 0, 'again ');
    await append(id, 6, 'and again');
    const first = await finish(id);
    expect(await finish(id, { offset: 15, expected: { md5: first.md5 ?? '' } })).toMatchObject({ objectKey: first.objectKey, sha256: first.sha256 });
    expect(await refused(() => finish(id, { expected: { md5: '0'.repeat(32) } }))).toBe('DigestMismatch');
    expect(await refused(() => finish(id, { offset: 14 }))).toBe('UploadOffsetMismatch');
    expect(await row(id)).toMatchObject({ objectKey: first.objectKey });
  });

  test('finishing at several processes at once makes one object', async () => {
    const content = randomBytes(600_000);
    const id = await create();
    for (const at of [0, 200_000, 400_000]) await append(id, at, content.subarray(at, at + 200_000));
    const before = (await listObjects(app.core)).length;
    const finished = await Promise.all(Array.from({ length: 5 }, () => finish(id)));
    expect(new Set(finished.map(({ objectKey }) => objectKey)).size).toBe(1);
    expect((await listObjects(app.core)).length).toBe(before + 1);
    expect((await contentOf(finished[0] as UploadRow)).equals(content)).toBe(true);
  });

  test('a finish that is overtaken while it reads answers what the other made', async () => {
    const id = await create();
    await append(id, 0, 'one');
    await append(id, 3, 'two');
    const { store } = app.core;
    const read = store.read.bind(store);
    let other: UploadRow | undefined;
    store.read = async (key) => {
      store.read = read;
      other = await finish(id);
      app.clock.advance(1);
      await sweep(app.core);
      return read(key);
    };
    const finished = await finish(id);
    expect(finished).toMatchObject({ objectKey: other?.objectKey, sizeBytes: 6 });
  });

  test('where finishing fails, everything is still there', async () => {
    const id = await create();
    await append(id, 0, 'this ');
    await append(id, 5, 'stays');
    const { store } = app.core;
    const read = store.read.bind(store);
    store.read = () => Promise.reject(new TypeError('bucket away'));
    const thrown = await refused(() => finish(id));
    store.read = read;
    expect(thrown).toBe('TypeError');
    expect((await contentOf(await finish(id))).toString()).toBe('this stays');
  });

  test('what arrives while it is finished is not lost', async () => {
    const id = await create();
    await append(id, 0, 'one');
    await append(id, 3, 'two');
    const { store } = app.core;
    const read = store.read.bind(store);
    store.read = async (key) => {
      store.read = read;
      await append(id, 6, 'three');
      return read(key);
    };
    const error: unknown = await finish(id).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UPLOAD_OFFSET_MISMATCH', receivedBytes: 11 });
    expect((await contentOf(await finish(id))).toString()).toBe('onetwothree');
  });

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

  test.for([1, 3])('%i of them with the wrong digest of the whole leave nothing', async (count) => {
    await sweep(app.core);
    const before = await countEverything(app.core);
    const id = await create();
    for (let index = 0; index < count; index++) await append(id, index * 5, 'wrong');
    expect(await refusal(finish(id, { expected: { sha256: '0'.repeat(64) } }))).toBe('DigestMismatch');
    expect(await refusal(ask(id))).toBe('NotFound');
    await sweep(app.core);
    expect(await countEverything(app.core)).toMatchObject({ upload_session: before['upload_session'], upload_part: before['upload_part'], objects: before['objects'] });
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
    const attempts = (as: Person) => [() => append(id, 4, 'x', {}, as), () => finish(id, {}, as), () => ask(id, as), async () => cancelUpload(app.core, await app.actor(as), id)];
    const before = await row(id);
    for (const attempt of attempts('owner')) expect(await refused(attempt)).toBe('NotFound');
    for (const attempt of attempts('anonymous')) expect(await refused(attempt)).toBe('Unauthenticated');
    expect(await row(id)).toEqual(before);
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
      await cancelUpload(app.core, await app.actor('developer'), id);
    };
    expect(await refusal(append(id, 3, late()))).toBe('NotFound');
    expect(await refused(async () => cancelUpload(app.core, await app.actor('developer'), id))).toBe('NotFound');
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
