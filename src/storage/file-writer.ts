import { unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { DurableMove } from './durable-move.ts';
import type { ObjectWriter } from './object-store.ts';

/**
 * Writes `file`, which is open at `temporaryPath`, and moves it to `path` on commit. The bytes are on the disk before the
 * name is, and the name before `commit` resolves, so a write that was acknowledged survives a power cut and no reader
 * ever meets half an object.
 */
export function createFileWriter(file: FileHandle, temporaryPath: string, path: string, move: DurableMove): ObjectWriter {
  return createWriter(file, 0, {
    async keep() {
      await file.datasync();
      closeSoon(file);
      await move(temporaryPath, path);
    },
    async drop() {
      await file.close().catch(() => {});
      await unlink(temporaryPath).catch(() => {});
    },
  });
}

/** Writes on in `file`, which is open and has so many bytes. */
export function createFileAppender(file: FileHandle, sizeBytes: number): ObjectWriter {
  return createWriter(file, sizeBytes, {
    async keep() {
      await file.datasync();
      closeSoon(file);
    },
    async drop() {
      await file.truncate(sizeBytes).catch(() => {});
      await file.close().catch(() => {});
    },
  });
}

/** Nothing that was synced can be lost by it any more. */
function closeSoon(file: FileHandle): void {
  file.close().catch(() => {});
}

/** How a file that was written ends. `drop` never throws. */
interface Ending {
  keep(): Promise<void>;
  drop(): Promise<void>;
}

function createWriter(file: FileHandle, position: number, ending: Ending): ObjectWriter {
  let state: 'open' | 'broken' | 'ended' = 'open';

  function expectOpen(): void {
    if (state !== 'open') throw new Error(`the writer is ${state}`);
  }

  async function discard(): Promise<void> {
    state = 'ended';
    await ending.drop();
  }

  return {
    async write(chunk) {
      expectOpen();
      try {
        for (let offset = 0; offset < chunk.byteLength; ) {
          const { bytesWritten } = await file.write(chunk, offset, chunk.byteLength - offset, position);
          offset += bytesWritten;
          position += bytesWritten;
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
        await ending.keep();
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
