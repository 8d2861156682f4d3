import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { ObjectMissing, type ObjectStore } from '../../../src/storage/object-store.ts';
import { keepSmallObjects } from '../../../src/storage/small-objects.ts';

/** A store of one content under any key, which counts how often it is read. */
function counting(content: Buffer, fail: () => Error | undefined = () => undefined) {
  const counts = { reads: 0, deletes: 0 };
  const store: Partial<ObjectStore> = {
    kind: 'files',
    read: async (_key, range) => {
      counts.reads++;
      const error = fail();
      if (error) throw error;
      const part = range ? content.subarray(range.start, range.end + 1) : content;
      return Readable.from([part.subarray(0, 3), part.subarray(3)]);
    },
    delete: async () => void counts.deletes++,
  };
  return { counts, store: keepSmallObjects(store as ObjectStore, 300_000) };
}

it('reads small objects once, until they are deleted', async () => {
  const content = Buffer.from('0123456789');
  const { counts, store } = counting(content);
  // Who asks meanwhile waits for the same.
  expect(await Promise.all([store.content?.('objects/a', 10), store.content?.('objects/a', 10)])).toEqual([content, content]);
  // From now on it is at hand.
  for (let time = 0; time < 3; time++) expect(store.content?.('objects/a', 10)).toEqual(content);
  expect(counts).toEqual({ reads: 1, deletes: 0 });
  expect(await store.content?.('objects/b', 10)).toEqual(content);
  await store.delete('objects/a');
  expect(await store.content?.('objects/a', 10)).toEqual(content);
  expect(counts).toEqual({ reads: 3, deletes: 1 });
});

it('leaves large ones and empty ones to the store', async () => {
  const { counts, store } = counting(Buffer.alloc(100_000, 'x'));
  expect(await store.content?.('objects/a', 64 * 1024)).toHaveLength(64 * 1024);
  expect(store.content?.('objects/b', 64 * 1024 + 1)).toBeUndefined();
  expect(store.content?.('objects/c', 0)).toBeUndefined();
  expect(counts.reads).toBe(1);
});

it('keeps no more than its bound', async () => {
  const { counts, store } = counting(Buffer.alloc(60_000));
  for (let time = 0; time < 2; time++) for (let key = 0; key < 10; key++) await store.content?.(`objects/${key}`, 60_000);
  expect(counts.reads).toBe(20);
  expect(store.content?.('objects/9', 60_000)).toBeInstanceOf(Buffer);
});

it('keeps no memory alive but its own', async () => {
  const { store } = counting(Buffer.from('0123456789'));
  expect((await store.content?.('objects/a', 10))?.buffer.byteLength).toBe(10);
});

it('fails where an object is missing or ends too early, and asks again the next time', async () => {
  let error: Error | undefined = new ObjectMissing('objects/a');
  const { counts, store } = counting(Buffer.from('short'), () => error);
  await expect(store.content?.('objects/a', 5)).rejects.toThrow(ObjectMissing);
  error = undefined;
  expect(String(await store.content?.('objects/a', 5))).toBe('short');
  await expect(store.content?.('objects/b', 9)).rejects.toThrow('the object ends 4 bytes too early');
  await expect(store.content?.('objects/b', 9)).rejects.toThrow('the object ends 4 bytes too early');
  expect(counts.reads).toBe(4);
});
