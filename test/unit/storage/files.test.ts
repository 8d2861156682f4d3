import { mkdir, mkdtemp, open, readdir, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openFileStore } from '../../../src/storage/files.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

const temporaries = () => readdir(join(root, 'tmp'));

/** The class behind every open file, to watch its calls. */
async function fileHandlePrototype(): Promise<FileHandle> {
  const handle = await open(tmpdir(), 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

describe('file store', () => {
  test('puts an object where its key says, and nothing else', async () => {
    const writer = await openFileStore(root).create('objects/ab/01k');
    await writer.write(Buffer.from('hello'));
    expect(await temporaries()).toHaveLength(1);
    await writer.commit();
    expect((await stat(join(root, 'objects/ab/01k'))).size).toBe(5);
    expect(await temporaries()).toEqual([]);
  });

  test('flushes the bytes before the name appears, and the folders after', async () => {
    const prototype = await fileHandlePrototype();
    const steps: string[] = [];
    const exists = () => stat(join(root, 'objects/ab/01k')).then(() => 'named', () => 'unnamed');
    const datasync = prototype.datasync;
    vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: FileHandle) {
      steps.push(`bytes ${await exists()}`);
      return datasync.call(this);
    });
    const sync = prototype.sync;
    vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
      steps.push(`${await readlink(`/proc/self/fd/${this.fd}`)} ${await exists()}`);
      return sync.call(this);
    });
    const writer = await openFileStore(root).create('objects/ab/01k');
    await writer.commit();
    const folders = ['', '/objects', '/objects/ab'].map((folder) => `${root}${folder} named`);
    expect(steps[0]).toBe('bytes unnamed');
    expect(steps).toEqual(expect.arrayContaining(folders));
  });

  test('leaves no temporary file when it aborts', async () => {
    const writer = await openFileStore(root).create('a');
    const writing = writer.write(Buffer.alloc(1_000_000));
    await writer.abort();
    await writing.catch(() => {});
    expect(await temporaries()).toEqual([]);
  });

  test('leaves no temporary file when the commit fails', async () => {
    await writeFile(join(root, 'objects'), 'in the way');
    const writer = await openFileStore(root).create('objects/ab/01k');
    await writer.write(Buffer.from('x'));
    await expect(writer.commit()).rejects.toThrow();
    expect(await temporaries()).toEqual([]);
  });

  test('never commits after a write failed', async () => {
    const prototype = await fileHandlePrototype();
    vi.spyOn(prototype, 'write').mockRejectedValueOnce(Object.assign(new Error('disk full'), { code: 'ENOSPC' }));
    const store = openFileStore(root);
    const writer = await store.create('a');
    await expect(writer.write(Buffer.from('lost'))).rejects.toThrow('disk full');
    await expect(writer.commit()).rejects.toThrow();
    expect(await store.sizeBytes('a')).toBeUndefined();
    expect(await temporaries()).toEqual([]);
  });

  test('finishes a write that the disk takes in parts', async () => {
    const prototype = await fileHandlePrototype();
    const write = prototype.write as (chunk: Uint8Array, offset: number, length: number) => Promise<{ bytesWritten: number }>;
    function writeLittle(this: FileHandle, chunk: Uint8Array, offset: number, length: number) {
      return write.call(this, chunk, offset, Math.min(length, 3));
    }
    vi.spyOn(prototype, 'write').mockImplementation(writeLittle as never);
    const store = openFileStore(root);
    const writer = await store.create('a');
    await writer.write(Buffer.from('abcdefgh'));
    await writer.commit();
    expect(await text(await store.read('a'))).toBe('abcdefgh');
  });

  test('removes what a dead process left, and nothing younger', async () => {
    await mkdir(join(root, 'tmp'));
    const [old, young] = ['old.part', 'young.part'].map((name) => join(root, 'tmp', name)) as [string, string];
    await writeFile(old, '');
    await writeFile(young, '');
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(old, twoDaysAgo, twoDaysAgo);
    const writer = await openFileStore(root).create('a');
    await vi.waitFor(async () => expect(await temporaries()).not.toContain('old.part'));
    await writer.abort();
    expect(await temporaries()).toEqual(['young.part']);
  });

  test('leaves nothing of a ping', async () => {
    await openFileStore(root).ping();
    expect(await temporaries()).toEqual([]);
  });
});
