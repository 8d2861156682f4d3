import { mkdir, open, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ObjectWriter } from './object-store.ts';

/** Whether a file system error means that there is no such file. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Writes `file`, which is open at `temporaryPath`, and moves it to `path` on commit. The bytes are on the disk before the
 * name is, and the name before `commit` resolves, so a write that was acknowledged survives a power cut and no reader
 * ever meets half an object.
 */
export function createFileWriter(file: FileHandle, temporaryPath: string, path: string): ObjectWriter {
  let state: 'open' | 'broken' | 'ended' = 'open';

  function expectOpen(): void {
    if (state !== 'open') throw new Error(`the writer is ${state}`);
  }

  async function discard(): Promise<void> {
    state = 'ended';
    await file.close().catch(() => {});
    await unlink(temporaryPath).catch(() => {});
  }

  return {
    async write(chunk) {
      expectOpen();
      try {
        for (let offset = 0; offset < chunk.byteLength; ) {
          const { bytesWritten } = await file.write(chunk, offset, chunk.byteLength - offset);
          offset += bytesWritten;
        }
      } catch (error) {
        // A gap in the middle must never be committed, whatever the caller does next.
        if (state === 'open') state = 'broken';
        throw error;
      }
    },

    async commit() {
      try {
        expectOpen();
        state = 'ended';
        await file.datasync();
        await file.close();
        await moveDurably(temporaryPath, path);
      } catch (error) {
        await discard();
        throw error;
      }
    },

    async abort() {
      if (state !== 'ended') await discard();
    },
  };
}

/** Gives a file, whose bytes are on the disk, another name, and makes folders for that; the name is on the disk when this resolves. */
export async function moveDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  try {
    await rename(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(folder, { recursive: true });
    await rename(from, to);
    // A new folder is an entry of its parent, and as volatile as a new file until that is flushed too. Which of them are
    // new is not knowable where several writers meet, so all are flushed; this happens once per folder.
    for (let at = folder; at !== dirname(at); at = dirname(at)) await syncFolder(dirname(at)).catch(() => {});
  }
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
