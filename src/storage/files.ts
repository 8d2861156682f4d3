import { randomUUID } from 'node:crypto';
import { open, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { bufferBytes } from './copy-buffers.ts';
import { createDurableMove } from './durable-move.ts';
import { copyFile } from './file-copy.ts';
import { createFileAppender, createFileWriter } from './file-writer.ts';
import { assertKey, isKey } from './key.ts';
import { isMissing } from './missing-file.ts';
import { ObjectMissing } from './object-store.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** A temporary file that nobody has written to for this long belongs to a process that died. */
const leftoverAgeMs = 24 * 60 * 60 * 1000;

/**
 * Objects as files below `root`, one per key. What is being written lives in `root/tmp` under names that are no keys.
 * Folders are made on demand, so opening cannot fail; {@link ObjectStore.ping} tells whether the disk takes writes.
 */
export function openFileStore(root: string): ObjectStore {
  const temporaryFolder = join(root, 'tmp');
  const move = createDurableMove();
  let swept = false;

  function pathOf(key: string): string {
    assertKey(key);
    return join(root, key);
  }

  async function openTemporary(): Promise<{ file: FileHandle; path: string }> {
    const path = join(temporaryFolder, `${randomUUID()}.part`);
    try {
      return { file: await open(path, 'wx'), path };
    } catch (error) {
      if (!isMissing(error)) throw error;
      await mkdir(temporaryFolder, { recursive: true });
      return { file: await open(path, 'wx'), path };
    }
  }

  async function openObject(key: string): Promise<FileHandle> {
    try {
      return await open(pathOf(key), 'r');
    } catch (error) {
      throw isMissing(error) ? new ObjectMissing(key) : error;
    }
  }

  async function sizeBytes(key: string): Promise<number | undefined> {
    try {
      return (await stat(pathOf(key))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  return {
    kind: 'files',

    async create(key) {
      const path = pathOf(key);
      if (!swept) {
        swept = true;
        void removeLeftovers(temporaryFolder);
      }
      const temporary = await openTemporary();
      return createFileWriter(temporary.file, temporary.path, path, move);
    },

    async append(key, sizeBytes) {
      const file = await open(pathOf(key), 'r+').catch((error: unknown) => {
        throw isMissing(error) ? new ObjectMissing(key) : error;
      });
      return createFileAppender(file, sizeBytes);
    },

    async read(key, range) {
      const file = await openObject(key);
      return file.createReadStream({ ...range, highWaterMark: bufferBytes }) as Readable;
    },

    async copyTo(key, sink, range) {
      const file = await openObject(key);
      try {
        await copyFile(file, sink, range);
      } finally {
        await file.close();
      }
    },

    sizeBytes,

    async *list() {
      // The folders of keys are few levels deep, and one of them at a time is held in memory.
      const folders = [''];
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        const found: StoredObject[] = [];
        for (const entry of await readdir(join(root, folder), { withFileTypes: true }).catch(noneIfMissing)) {
          const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
          if (entry.isDirectory() && key !== 'tmp') folders.push(key);
          const size = entry.isFile() && isKey(key) ? await sizeBytes(key) : undefined;
          if (size !== undefined) found.push({ key, sizeBytes: size });
        }
        if (found.length > 0) yield found;
      }
    },

    async delete(key) {
      try {
        await unlink(pathOf(key));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },

    async ping() {
      // Permission bits say nothing about a full or read-only disk; a byte written does.
      const { file, path } = await openTemporary();
      try {
        await file.write('.');
      } finally {
        await file.close();
        await unlink(path);
      }
    },
  };
}

/** A folder that is not there (any more) is an empty one. */
function noneIfMissing(error: unknown): never[] {
  if (isMissing(error)) return [];
  throw error;
}

/** Best effort: whatever cannot be listed or removed now is met again at the next start. */
async function removeLeftovers(folder: string): Promise<void> {
  const oldest = Date.now() - leftoverAgeMs;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < oldest) await unlink(path).catch(() => {});
  }
}
