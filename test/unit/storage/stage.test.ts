import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DigestMismatch, FileTooLarge, InvalidInput } from '../../../src/errors.ts';
import { openFileStore } from '../../../src/storage/files.ts';
import { createHashing } from '../../../src/storage/hashing.ts';
import { digestsOf } from '../../../src/storage/incremental-digests.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { smallContentBytes, stageObject } from '../../../src/storage/stage.ts';
import type { StageOptions } from '../../../src/storage/stage.ts';

const hashing = createHashing(1);
afterAll(() => hashing.close());

let root: string;
let store: ObjectStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stage-'));
  store = openFileStore(root);
});
afterEach(() => rm(root, { recursive: true }));

const key = 'objects/ab/01k';
const limitBytes = 100 * 2 ** 20;

async function* pieces(content: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

function stage(source: AsyncIterable<Uint8Array>, options: Partial<StageOptions> = {}, into = store) {
  return stageObject(into, hashing, key, source, { limitBytes, ...options });
}

/** Files below the store's folder, at any depth. */
async function files(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

const small = randomBytes(1000);
const large = randomBytes(3 * 2 ** 20 + 11);

describe('stageObject', () => {
  test.each([0, 1, smallContentBytes - 1, smallContentBytes, smallContentBytes + 1, 5 * smallContentBytes, 4_000_003])(
    'stores %i bytes with their digests',
    async (size) => {
      const content = randomBytes(size);
      const staged = await stage(pieces(content, 50_001), { expectedBytes: size, expected: digestsOf(content) });
      expect(staged).toMatchObject({ key, sizeBytes: size, digests: digestsOf(content) });
      expect(staged.content?.equals(content)).toBe(size <= smallContentBytes ? true : undefined);
      expect((await buffer(await store.read(key))).equals(content)).toBe(true);
      expect(await files()).toEqual(['01k']);
    },
  );

  test('takes digests in upper case', async () => {
    await stage(pieces(small), { expected: { sha256: digestsOf(small).sha256.toUpperCase() } });
  });

  test('takes a content at the limit, in one chunk or in many', async () => {
    await stage(pieces(large), { limitBytes: large.length });
    await store.delete(key);
    await stage(pieces(large, large.length), { limitBytes: large.length });
  });

  test('stages many at a time', async () => {
    const contents = Array.from({ length: 6 }, (_, index) => randomBytes(index * 400_000));
    const staged = await Promise.all(
      contents.map((content, index) => stageObject(store, hashing, `objects/${index}`, pieces(content), { limitBytes })),
    );
    expect(staged.map(({ digests }) => digests)).toEqual(contents.map((content) => digestsOf(content)));
  });
});

async function* failing(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* pieces(content);
  throw new Error('connection lost');
}

describe('stageObject keeps what came of a source that breaks, where it is told to', () => {
  test.each([0, 1000, large.length])('after %i bytes', async (size) => {
    const content = large.subarray(0, size);
    const cuts: unknown[] = [];
    const staged = await stage(failing(content), { expectedBytes: size + 10, onCut: (error) => cuts.push(error) });
    expect(cuts).toEqual([new Error('connection lost')]);
    expect(staged).toMatchObject({ sizeBytes: size, digests: digestsOf(content) });
    expect((await buffer(await store.read(key))).equals(content)).toBe(true);
  });

  test('but nothing where the digest is not that of the part, or the signal fired', async () => {
    const onCut = () => {};
    await expect(stage(failing(large), { onCut, expected: { md5: '0'.repeat(32) } })).rejects.toThrow(DigestMismatch);
    const stopped = AbortSignal.abort(new Error('server stops'));
    await expect(stage(failing(large), { onCut, signal: stopped })).rejects.toThrow('server stops');
    expect(await files()).toEqual([]);
  });
});

describe('stageObject leaves nothing where', () => {
  const wrong = '0'.repeat(32);

  type ErrorClass = new (...args: never[]) => Error;
  const largeMd5 = digestsOf(large).md5;
  test.each<[string, Buffer, Partial<StageOptions>, ErrorClass, object]>([
    ['the limit is passed', small, { limitBytes: 999 }, FileTooLarge, { limitBytes: 999 }],
    ['the limit is passed', large, { limitBytes: large.length - 1 }, FileTooLarge, { limitBytes: large.length - 1 }],
    ['a digest is wrong', small, { expected: { md5: wrong } }, DigestMismatch, { algorithm: 'md5', expected: wrong }],
    ['a digest is wrong', large, { expected: { md5: wrong } }, DigestMismatch, { actual: largeMd5 }],
    ['bytes are missing', small, { expectedBytes: 1001 }, InvalidInput, { field: 'body' }],
    ['bytes are missing', large, { expectedBytes: large.length + 1 }, InvalidInput, { field: 'body' }],
    ['there are bytes too many', small, { expectedBytes: 999 }, InvalidInput, { field: 'body' }],
    ['there are bytes too many', large, { expectedBytes: large.length - 1 }, InvalidInput, { field: 'body' }],
  ])('%s (%#)', async (_name, content, options, type, fields) => {
    const outcome = stage(pieces(content), options);
    await expect(outcome).rejects.toThrow(type);
    await expect(outcome).rejects.toMatchObject(fields);
    expect(await files()).toEqual([]);
  });

  test.each([1000, large.length])('the source fails after %i bytes', async (size) => {
    const content = large.subarray(0, size);
    await expect(stage(failing(content))).rejects.toThrow('connection lost');
    expect(await files()).toEqual([]);
  });

  test('the size announced is over the limit, without reading a byte', async () => {
    let read = 0;
    const source = (async function* () {
      read += 1;
      yield small;
    })();
    await expect(stage(source, { limitBytes: 10, expectedBytes: 11 })).rejects.toThrow(FileTooLarge);
    expect(read).toBe(0);
  });

  test('the limit is passed, as soon as it is', async () => {
    let given = 0;
    const endless = (async function* () {
      for (;;) {
        given += 65_536;
        yield Buffer.alloc(65_536);
      }
    })();
    await expect(stage(endless, { limitBytes: 2 ** 20 })).rejects.toThrow(FileTooLarge);
    expect(given).toBeLessThanOrEqual(2 ** 20 + 65_536);
    expect(await files()).toEqual([]);
  });

  test.each([0, 2 ** 20])('the signal fires while the client is silent after %i bytes', async (size) => {
    const abort = new AbortController();
    const silent = (async function* () {
      yield* pieces(large.subarray(0, size));
      await new Promise(() => {});
    })();
    const outcome = expect(stage(silent, { signal: abort.signal })).rejects.toThrow('server stops');
    await delay(50);
    abort.abort(new Error('server stops'));
    await outcome;
    expect(await files()).toEqual([]);
  });

  test('the store fails while the client is silent', async () => {
    let aborted = 0;
    const full: ObjectStore = {
      ...store,
      create: async () => ({
        write: async () => {
          throw new Error('disk full');
        },
        commit: async () => {},
        abort: async () => {
          aborted += 1;
        },
      }),
    };
    const silent = (async function* () {
      // One batch goes to the store, and nothing ever follows.
      yield* pieces(large.subarray(0, smallContentBytes + 1));
      await new Promise(() => {});
    })();
    await expect(stage(silent, {}, full)).rejects.toThrow('disk full');
    expect(aborted).toBe(1);
  });

  test('the hashing stops', async () => {
    const closing = createHashing(1);
    const source = (async function* () {
      yield* pieces(large);
      await closing.close();
      yield* pieces(large);
    })();
    await expect(stageObject(store, closing, key, source, { limitBytes })).rejects.toThrow();
    expect(await files()).toEqual([]);
  });
});

describe('the source of stageObject', () => {
  test('is read no faster than the store writes', async () => {
    let given = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow: ObjectStore = {
      ...store,
      create: async (name) => {
        const writer = await store.create(name);
        return { ...writer, write: async (chunk) => gate.then(() => writer.write(chunk)) };
      },
    };
    const source = (async function* () {
      for await (const piece of pieces(Buffer.alloc(20 * 2 ** 20))) {
        given += piece.length;
        yield piece;
      }
    })();
    const staging = stage(source, {}, slow);
    await delay(100);
    expect(given).toBeLessThanOrEqual(2 * 2 ** 20);
    release();
    expect((await staging).sizeBytes).toBe(20 * 2 ** 20);
  });

  test('is not destroyed when it is a stream that was refused, so that a request can be answered', async () => {
    const source = Readable.from(pieces(large), { objectMode: false });
    await expect(stage(source, { limitBytes: 2 ** 20 })).rejects.toThrow(FileTooLarge);
    await delay(10);
    expect(source.destroyed).toBe(false);
    source.destroy();
  });

  test('is told to end when it is a generator', async () => {
    let ended = false;
    const source = (async function* () {
      try {
        yield* pieces(large);
      } finally {
        ended = true;
      }
    })();
    await expect(stage(source, { limitBytes: 10 })).rejects.toThrow(FileTooLarge);
    await delay(10);
    expect(ended).toBe(true);
  });
});
