import type { HashJob, Hashing } from './hashing.ts';
import type { ObjectWriter } from './object-store.ts';

/** Batches one upload may hold at once: one filling, and enough on their way that neither disk nor hashing waits. */
const batchesPerUpload = 4;

/** Chunks of an upload, gathered into batches that are written and hashed side by side. */
export interface Batches {
  /** Copies a chunk in; waits while every batch is under way, which is the back-pressure on the client. */
  add(chunk: Uint8Array): Promise<void>;
  /** Sends the rest; resolves when all is written and hashed. */
  finish(): Promise<void>;
  /** Ends it, finished or not. The job stays the caller's. */
  release(): void;
}

/** Gathers for `writer` and `job`. The first failure of either side goes to `onFailure`, since `add` may not be called for long. */
export function openBatches(hashing: Hashing, job: HashJob, writer: ObjectWriter, onFailure: (error: unknown) => void): Batches {
  const free: Buffer[] = [];
  let taken = 0;
  let filling: Buffer | undefined;
  let filled = 0;
  let written: Promise<void> = Promise.resolve();
  let failure: { error: unknown } | undefined;
  let wake: (() => void) | undefined;
  let underWay = 0;
  let released = false;

  async function take(): Promise<Buffer> {
    for (;;) {
      if (failure !== undefined) throw failure.error;
      const batch = free.pop();
      if (batch !== undefined) return batch;
      if (taken < batchesPerUpload) {
        taken += 1;
        return hashing.takeBatch();
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  function send(batch: Buffer, length: number): void {
    const bytes = batch.subarray(0, length);
    underWay += 1;
    written = written.then(() => writer.write(bytes));
    Promise.all([written, job.update(bytes)])
      .then(
        // Only a batch that both have finished with may be filled again; after a failure that is unknown.
        () => (released ? hashing.giveBatch(batch) : free.push(batch)),
        (error: unknown) => {
          failure ??= { error };
          if (!released) onFailure(error);
        },
      )
      .finally(() => {
        underWay -= 1;
        wake?.();
      });
  }

  return {
    async add(chunk) {
      for (let offset = 0; offset < chunk.byteLength; ) {
        filling ??= await take();
        const part = chunk.subarray(offset, offset + filling.byteLength - filled);
        filling.set(part, filled);
        offset += part.byteLength;
        filled += part.byteLength;
        if (filled === filling.byteLength) {
          send(filling, filled);
          filling = undefined;
          filled = 0;
        }
      }
    },
    async finish() {
      if (filling !== undefined) send(filling, filled);
      filling = undefined;
      while (underWay > 0 && failure === undefined) await new Promise<void>((resolve) => (wake = resolve));
      if (failure !== undefined) throw failure.error;
    },
    release() {
      released = true;
      if (filling !== undefined) hashing.giveBatch(filling);
      for (const batch of free) hashing.giveBatch(batch);
    },
  };
}
