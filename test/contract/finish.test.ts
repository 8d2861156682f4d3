import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../src/blobs/sweep.ts';
import type { UploadRow } from '../../src/db/tables/file.ts';
import { digestsOf } from '../../src/storage/incremental-digests.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { countEverything, leftovers, listObjects } from '../support/leftovers.ts';
import { chunkedUploads } from './chunked-uploads.ts';
import { refusal } from './registry.ts';

describe.for(backends)('uploads in chunks are finished on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const { create, append, changeProcess, finish, ask, publish, row, partsOf, contentOf, refused } = chunkedUploads(() => app);

  test.for(['one process', 'several'])('arrive one after the other at %s, become one object, and are published', async (where) => {
    const next = (id: string) => where === 'several' && changeProcess(id);
    const content = randomBytes(700_001);
    const id = await create();
    expect(await append(id, 0, content.subarray(0, 300_000))).toMatchObject({ receivedBytes: 300_000, objectKey: null });
    next(id);
    expect(await append(id, 300_000, content.subarray(300_000, 300_001))).toMatchObject({ receivedBytes: 300_001 });
    next(id);
    expect(await append(id, 300_001, '')).toMatchObject({ receivedBytes: 300_001 });
    expect(await append(id, 300_001, content.subarray(300_001))).toMatchObject({ receivedBytes: content.length });
    expect(await ask(id)).toMatchObject({ receivedBytes: content.length, partCount: 3, objectKey: null });
    const parts = await partsOf(id);
    const isOne = where === 'one process' && app.core.store.append !== undefined;
    expect(parts.map(({ offsetBytes, sizeBytes }) => [offsetBytes, sizeBytes])).toEqual(isOne ? [[0, 300_000]] : [[0, 300_000], [300_000, 1], [300_001, 400_000]]);
    const finished = await finish(id, { offset: content.length, expected: { sha512: digestsOf(content).sha512 } });
    expect(finished).toMatchObject({ sizeBytes: content.length, receivedBytes: content.length, ...digestsOf(content) });
    expect((await contentOf(finished)).equals(content)).toBe(true);
    expect(await partsOf(id)).toEqual([]);
    await sweep(app.core);
    const objects = await listObjects(app.core);
    expect(parts.filter(({ objectKey }) => objects.includes(objectKey)).map(({ objectKey }) => objectKey)).toEqual(isOne ? [finished.objectKey] : []);
    expect(await publish(id, `chunked-at-${where.replace(' ', '-')}`)).toMatchObject({ isNewVersion: true, version: { version: '1' } });
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

  test('one to which another process may be adding is copied', async () => {
    const id = await create();
    await append(id, 0, 'all at once');
    const [part] = await partsOf(id);
    changeProcess(id);
    const finished = await finish(id, { expected: digestsOf(Buffer.from('all at once')) });
    expect(finished.objectKey === part?.objectKey).toBe(app.core.store.append === undefined);
    expect((await contentOf(finished)).toString()).toBe('all at once');
    await publish(id, 'copied');
  });

  test('what a process wrote that died before it was counted is no part of the whole', async () => {
    const { store } = app.core;
    if (!store.append) return;
    const id = await create();
    await append(id, 0, 'counted, ');
    const [part] = await partsOf(id);
    const writer = await store.append(part?.objectKey ?? '', 9);
    await writer.write(Buffer.from('and not counted'));
    await writer.commit();
    changeProcess(id);
    await append(id, 9, 'to the end');
    const finished = await finish(id);
    expect((await contentOf(finished)).toString()).toBe('counted, to the end');
    expect(finished).toMatchObject(digestsOf(Buffer.from('counted, to the end')));
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
    for (const at of [0, 200_000, 400_000]) {
      await append(id, at, content.subarray(at, at + 200_000));
      changeProcess(id);
    }
    const before = (await listObjects(app.core)).length;
    const finished = await Promise.all(Array.from({ length: 5 }, () => finish(id)));
    expect(new Set(finished.map(({ objectKey }) => objectKey)).size).toBe(1);
    expect((await listObjects(app.core)).length).toBe(before + 1);
    expect((await contentOf(finished[0] as UploadRow)).equals(content)).toBe(true);
  });

  test('finishing again and again where the chunks came makes one object', async () => {
    const content = randomBytes(600_000);
    const id = await create();
    for (const at of [0, 300_000]) await append(id, at, content.subarray(at, at + 300_000));
    const before = (await listObjects(app.core)).length;
    const finished = await Promise.all(Array.from({ length: 5 }, () => finish(id)));
    expect(new Set(finished.map(({ objectKey }) => objectKey)).size).toBe(1);
    expect((await listObjects(app.core)).length).toBe(app.core.store.append ? before : before + 1);
    expect((await contentOf(finished[0] as UploadRow)).equals(content)).toBe(true);
  });

  test('a finish that is overtaken while it reads answers what the other made', async () => {
    const id = await create();
    await append(id, 0, 'one');
    changeProcess(id);
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

  test('a wrong digest takes nothing away from what another has finished meanwhile', async () => {
    const id = await create();
    await append(id, 0, 'one');
    changeProcess(id);
    await append(id, 3, 'two');
    const { store } = app.core;
    const read = store.read.bind(store);
    store.read = async (key) => {
      store.read = read;
      await finish(id);
      return read(key);
    };
    expect(await refusal(finish(id, { expected: { md5: '0'.repeat(32) } }))).toBe('DigestMismatch');
    expect((await contentOf((await row(id)) as UploadRow)).toString()).toBe('onetwo');
    await publish(id, 'kept');
  });

  test('where finishing fails, everything is still there', async () => {
    const id = await create();
    await append(id, 0, 'this ');
    changeProcess(id);
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
    changeProcess(id);
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
});
