import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openFileStore } from '../../src/storage/files.ts';
import { openGcsStore } from '../../src/storage/gcs.ts';
import { keepSmallObjects } from '../../src/storage/small-objects.ts';
import { ObjectMissing, SinkClosed } from '../../src/storage/object-store.ts';
import type { ByteRange, ObjectStore, StoredObject } from '../../src/storage/object-store.ts';

/** One store under test, empty. */
interface Opened {
  store: ObjectStore;
  /** The same kind of store where nothing can be written. */
  broken: ObjectStore;
  close(): Promise<void>;
}

async function openFiles(): Promise<Opened> {
  const root = await mkdtemp(join(tmpdir(), 'objects-'));
  return {
    store: openFileStore(root),
    broken: openFileStore('/dev/null/objects'),
    close: () => rm(root, { recursive: true }),
  };
}

async function openGcs(endpoint: string): Promise<Opened> {
  const bucket = `contract-${randomUUID()}`;
  const reply = await fetch(`${endpoint}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket }),
  });
  if (!reply.ok) throw new Error(`the emulator refused a bucket: ${reply.status}`);
  return {
    store: openGcsStore({ bucket, prefix: 'some/prefix' }, { apiEndpoint: endpoint }),
    broken: openGcsStore({ bucket: `${bucket}-absent`, prefix: '' }, { apiEndpoint: endpoint }),
    close: async () => {},
  };
}

function keeping({ store, ...opened }: Opened): Opened {
  return { ...opened, store: keepSmallObjects(store) };
}

const gcsEndpoint = inject('gcsEndpoint');

const implementations: { name: string; open: (() => Promise<Opened>) | undefined }[] = [
  { name: 'files', open: openFiles },
  { name: 'files, small objects kept', open: async () => keeping(await openFiles()) },
  gcsEndpoint === undefined
    ? { name: 'gcs: skipped, tool fake-gcs-server missing', open: undefined }
    : { name: 'gcs', open: () => openGcs(gcsEndpoint) },
];

describe.each(implementations)('object store: $name', ({ open }) => {
  let opened: Opened;
  let store: ObjectStore;
  beforeAll(async () => {
    if (open === undefined) return;
    opened = await open();
    store = opened.store;
  });
  afterAll(() => opened?.close());

  const it = test.skipIf(open === undefined);
  const freshKey = () => `objects/ab/${randomUUID()}`;

  it('an object grows at its end, where the store can do that', async () => {
    if (!store.append) return;
    const key = await put(Buffer.from('first'));
    const added = await store.append(key, 5);
    await added.write(Buffer.from(', second'));
    await added.commit();
    expect((await buffer(await store.read(key))).toString()).toBe('first, second');
    const dropped = await store.append(key, 13);
    await dropped.write(randomBytes(100_000));
    await dropped.abort();
    expect(await store.sizeBytes(key)).toBe(13);
    expect((await buffer(await store.read(key, { start: 5, end: 12 }))).toString()).toBe(', second');
    await expect(store.append(freshKey(), 5)).rejects.toThrow(ObjectMissing);
  });

  async function put(content: Uint8Array, key = freshKey(), pieceBytes = 300_000): Promise<string> {
    const writer = await store.create(key);
    for (let at = 0; at < content.length; at += pieceBytes) await writer.write(content.subarray(at, at + pieceBytes));
    await writer.commit();
    return key;
  }

  async function copied(key: string, range?: ByteRange): Promise<Buffer> {
    const sink = new PassThrough();
    const collected = buffer(sink);
    await store.copyTo(key, sink, range);
    sink.end();
    return collected;
  }

  // Beyond 8 MiB a bucket's upload becomes a session, in parts of as much.
  const sizes = [0, 1, 65_536, 262_145, 8 * 2 ** 20, 8 * 2 ** 20 + 1, 16 * 2 ** 20, 20 * 2 ** 20 + 7];
  it.each(sizes)('gives back %i bytes as they came', async (size) => {
    const content = randomBytes(size);
    const key = await put(content);
    expect(await store.sizeBytes(key)).toBe(size);
    expect((await buffer(await store.read(key))).equals(content)).toBe(true);
    expect((await copied(key)).equals(content)).toBe(true);
  });

  it('lists what is there, with sizes, and nothing that is being written', async () => {
    const isOurs = ({ key }: { key: string }) => key.startsWith('listed/');
    const list = async () => {
      const found: StoredObject[] = [];
      for await (const some of store.list()) found.push(...some.filter(isOurs));
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    };
    expect(await list()).toEqual([]);
    const keys = Array.from({ length: 20 }, (_, index) => `listed/${index % 3}/${String(index).padStart(2, '0')}`);
    await Promise.all(keys.map((key, index) => put(randomBytes(index), key)));
    const writer = await store.create('listed/unfinished');
    await writer.write(randomBytes(9 * 2 ** 20));
    expect(await list()).toEqual(keys.map((key, sizeBytes) => ({ key, sizeBytes })).sort((a, b) => (a.key < b.key ? -1 : 1)));
    await writer.abort();
    await Promise.all(keys.slice(1).map((key) => store.delete(key)));
    expect(await list()).toEqual([{ key: 'listed/0/00', sizeBytes: 0 }]);
  });

  it('shows nothing before commit', async () => {
    const key = freshKey();
    const writer = await store.create(key);
    await writer.write(randomBytes(9 * 2 ** 20));
    expect(await store.sizeBytes(key)).toBeUndefined();
    await expect(store.read(key)).rejects.toThrow(ObjectMissing);
    await writer.commit();
    expect(await store.sizeBytes(key)).toBe(9 * 2 ** 20);
  });

  it.each([100, 9 * 2 ** 20])('leaves nothing of %i bytes that were aborted', async (size) => {
    const key = freshKey();
    const writer = await store.create(key);
    await writer.write(randomBytes(size));
    await writer.abort();
    await writer.abort();
    expect(await store.sizeBytes(key)).toBeUndefined();
    await expect(writer.write(Buffer.from('x'))).rejects.toThrow();
    await expect(writer.commit()).rejects.toThrow();
    expect(await store.sizeBytes(key)).toBeUndefined();
  });

  it('aborts in the middle of a write', async () => {
    const key = freshKey();
    const writer = await store.create(key);
    const writing = writer.write(randomBytes(20 * 2 ** 20)).catch(() => 'cut off');
    await writer.abort();
    await writing;
    expect(await store.sizeBytes(key)).toBeUndefined();
  });

  it('lets the caller reuse a chunk once its write resolved', async () => {
    const key = freshKey();
    const content = randomBytes(10 * 2 ** 20);
    const chunk = Buffer.alloc(2 ** 20);
    const writer = await store.create(key);
    for (let at = 0; at < content.length; at += chunk.length) {
      content.copy(chunk, 0, at);
      await writer.write(chunk);
      chunk.fill(0);
    }
    await writer.commit();
    expect((await copied(key)).equals(content)).toBe(true);
  });

  it('takes chunks on shared memory', async () => {
    const chunk = Buffer.from(new SharedArrayBuffer(1000)).fill('s');
    expect((await copied(await put(chunk))).toString()).toBe('s'.repeat(1000));
  });

  it.each([
    ['first byte', { start: 0, end: 0 }],
    ['last byte', { start: 599_999, end: 599_999 }],
    ['middle', { start: 262_143, end: 524_288 }],
    ['tail', { start: 300_000, end: 599_999 }],
    ['whole', { start: 0, end: 599_999 }],
  ])('serves a range: %s', async (_name, range) => {
    const content = randomBytes(600_000);
    const key = await put(content);
    const expected = content.subarray(range.start, range.end + 1);
    expect((await buffer(await store.read(key, range))).equals(expected)).toBe(true);
    expect((await copied(key, range)).equals(expected)).toBe(true);
  });

  it('refuses to copy a range that the object does not have', async () => {
    const key = await put(randomBytes(1000));
    await expect(copied(key, { start: 500, end: 1000 })).rejects.toThrow();
  });

  it('says so where there is no object, before a byte is written', async () => {
    const sink = new PassThrough();
    await expect(store.copyTo(freshKey(), sink)).rejects.toThrow(ObjectMissing);
    await expect(store.copyTo(freshKey(), sink, { start: 0, end: 9 })).rejects.toThrow(ObjectMissing);
    await expect(store.read(freshKey(), { start: 0, end: 9 })).rejects.toThrow(ObjectMissing);
    expect(sink.readableLength).toBe(0);
    expect(await store.sizeBytes(freshKey())).toBeUndefined();
  });

  it('deletes, also what is gone already', async () => {
    const key = await put(Buffer.from('x'));
    await store.delete(key);
    await store.delete(key);
    expect(await store.sizeBytes(key)).toBeUndefined();
    await expect(store.read(key)).rejects.toThrow(ObjectMissing);
  });

  const badKeys = ['', '/a', 'a/', 'a//b', '../a', 'a/../../b', 'a.b', 'Upper', 'a b', 'a\0', 'ä', `a${'b'.repeat(512)}`];
  it.each(badKeys.map((key) => ({ key, shown: key.slice(0, 20) })))('refuses the key $shown everywhere', async ({ key }) => {
    const attempts = [
      () => store.create(key),
      () => store.read(key),
      () => store.copyTo(key, new PassThrough()),
      () => store.sizeBytes(key),
      () => store.delete(key),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(TypeError);
  });

  it('holds back while the sink is slow, and does not end it', async () => {
    const content = randomBytes(2 * 2 ** 20);
    const key = await put(content);
    const received: Buffer[] = [];
    let most = 0;
    const sink = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        most = Math.max(most, this.writableLength);
        received.push(chunk);
        setTimeout(done, 2);
      },
    });
    await store.copyTo(key, sink);
    expect(Buffer.concat(received).equals(content)).toBe(true);
    expect(most).toBeLessThanOrEqual(512 * 1024);
    expect(sink.writableEnded).toBe(false);
  });

  it('rejects promptly when the sink closes while it is stalled', async () => {
    const key = await put(randomBytes(5 * 2 ** 20));
    const before = await countOpenFiles();
    const sink = new Writable({ write() {} });
    const copying = store.copyTo(key, sink);
    const outcome = expect(copying).rejects.toThrow(SinkClosed);
    await delay(50);
    sink.destroy();
    await outcome;
    await settles(before);
  });

  it('rejects when the sink fails, and when it was closed before', async () => {
    const key = await put(randomBytes(3 * 2 ** 20));
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk on fire')) });
    await expect(store.copyTo(key, failing)).rejects.toThrow(SinkClosed);
    const closed = new PassThrough();
    closed.destroy();
    await expect(store.copyTo(key, closed)).rejects.toThrow(SinkClosed);
  });

  it('disturbs nobody else when a copy is cut off', async () => {
    const content = randomBytes(8 * 2 ** 20);
    const key = await put(content);
    const slow = new PassThrough({ highWaterMark: 1 });
    const others = [store.copyTo(key, slow), put(content), copied(key)] as const;
    const stalled = new Writable({ write() {} });
    const cut = expect(store.copyTo(key, stalled)).rejects.toThrow(SinkClosed);
    await delay(20);
    stalled.destroy();
    await cut;
    const collected = buffer(slow);
    await others[0];
    slow.end();
    expect((await collected).equals(content)).toBe(true);
    expect((await copied(await others[1])).equals(content)).toBe(true);
    expect((await others[2]).equals(content)).toBe(true);
  });

  it('leaves no listener behind on the sink', async () => {
    const key = await put(Buffer.from('abc'));
    const sink = new PassThrough();
    const before = sink.listenerCount('close') + sink.listenerCount('error');
    await store.copyTo(key, sink);
    expect(sink.listenerCount('close') + sink.listenerCount('error')).toBe(before);
  });

  it('keeps one whole object where two writers race for a key', async () => {
    const key = freshKey();
    const contents = [Buffer.alloc(500_000, 'a'), Buffer.alloc(700_000, 'b')];
    const results = await Promise.allSettled(contents.map((content) => put(content, key, 1000)));
    expect(results.some((result) => result.status === 'fulfilled')).toBe(true);
    const stored = await copied(key);
    expect(contents.some((content) => content.equals(stored))).toBe(true);
  });

  it('writes many objects side by side', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => randomBytes(index * 50_000));
    const keys = await Promise.all(contents.map((content) => put(content)));
    const stored = await Promise.all(keys.map((key) => copied(key)));
    expect(stored.map((content, index) => content.equals(contents[index] as Buffer))).toEqual(contents.map(() => true));
  });

  it('answers a ping', async () => {
    await store.ping();
    await store.ping();
  });

  it('fails a ping where nothing can be written', async () => {
    await expect(opened.broken.ping()).rejects.toThrow();
  });
});

/** Files of this process that are open below the temporary folder. */
async function countOpenFiles(): Promise<number> {
  const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return links.filter((link) => link.startsWith(tmpdir())).length;
}

async function settles(expected: number): Promise<void> {
  for (let tries = 0; tries < 50 && (await countOpenFiles()) > expected; tries += 1) await delay(10);
  expect(await countOpenFiles()).toBeLessThanOrEqual(expected);
}
