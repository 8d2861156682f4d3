import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { ByteRange, ObjectStore } from '../../../src/storage/object-store.ts';
import { keepSmallObjects } from '../../../src/storage/small-objects.ts';

/** A store of one content under any key, which counts how often it is read and copied. */
function counting(content: Buffer) {
  const counts = { reads: 0, copies: 0, deletes: 0 };
  const part = (range?: ByteRange) => (range ? content.subarray(range.start, range.end + 1) : content);
  const store: Partial<ObjectStore> = {
    kind: 'files',
    read: async (_key, range) => (counts.reads++, Readable.from([part(range)])),
    copyTo: async (_key, sink, range) => (counts.copies++, void sink.write(part(range))),
    delete: async () => void counts.deletes++,
  };
  return { counts, store: keepSmallObjects(store as ObjectStore, 300_000) };
}

async function copy(store: ObjectStore, key: string, range?: ByteRange): Promise<Buffer> {
  const sink = new PassThrough();
  const read = buffer(sink);
  await store.copyTo(key, sink, range);
  sink.end();
  return read;
}

it('copies small objects from memory after the first time, until they are deleted', async () => {
  const content = Buffer.from('0123456789');
  const { counts, store } = counting(content);
  for (let time = 0; time < 3; time++) expect(await copy(store, 'objects/a', { start: 0, end: 9 })).toEqual(content);
  expect(counts).toEqual({ reads: 1, copies: 0, deletes: 0 });
  expect(String(await copy(store, 'objects/a', { start: 2, end: 3 }))).toBe('23');
  expect(String(await copy(store, 'objects/b', { start: 2, end: 3 }))).toBe('23');
  await store.delete('objects/a');
  await copy(store, 'objects/a', { start: 2, end: 3 });
  expect(counts).toEqual({ reads: 4, copies: 0, deletes: 1 });
});

it('leaves large ones and those of unknown size to the store', async () => {
  const { counts, store } = counting(Buffer.alloc(100_000, 'x'));
  expect(await copy(store, 'objects/a', { start: 0, end: 64 * 1024 - 1 })).toHaveLength(64 * 1024);
  expect(counts).toEqual({ reads: 1, copies: 0, deletes: 0 });
  expect(await copy(store, 'objects/a', { start: 0, end: 64 * 1024 })).toHaveLength(64 * 1024 + 1);
  expect(await copy(store, 'objects/a')).toHaveLength(100_000);
  expect(counts).toEqual({ reads: 1, copies: 2, deletes: 0 });
});

it('keeps no more than its bound', async () => {
  const { counts, store } = counting(Buffer.alloc(60_000));
  const range = { start: 0, end: 59_999 };
  for (let time = 0; time < 2; time++) for (let key = 0; key < 10; key++) await copy(store, `objects/${key}`, range);
  expect(counts.reads).toBe(20);
  await copy(store, 'objects/9', range);
  expect(counts.reads).toBe(20);
});

it('fails where an object ends before its range does', async () => {
  const { store } = counting(Buffer.from('short'));
  await expect(copy(store, 'objects/a', { start: 0, end: 9 })).rejects.toThrow('the object ends 5 bytes before the range does');
});
