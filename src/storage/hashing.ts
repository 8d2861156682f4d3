import { availableParallelism } from 'node:os';
import { openHashThread } from './hash-thread.ts';
import type { HashThread } from './hash-thread.ts';
import { type DigestName, digestNames, type KnownDigests } from './digests.ts';

/** The digests of one content, computed on another thread as it arrives. `drop` ends it. */
export interface HashJob {
  /**
   * Takes the next bytes; resolves when they are hashed and `chunk` may be reused. Several may be under way. A chunk on a
   * SharedArrayBuffer is read in place, any other is copied.
   */
  update(chunk: Uint8Array): Promise<void>;
  /** The digests of all chunks until now, in the order of their `update`; more may come. */
  digests(): Promise<KnownDigests>;
  /** Forgets the content; what is under way rejects. */
  drop(): void;
}

/** A pool of hashing threads, one per processor but the one that serves. */
export interface Hashing {
  /**
   * Begins a content, of which SHA-256 and the digests called for are wanted, on the thread with the fewest. Threads start with the first and do
   * not keep the process alive.
   */
  begin(names?: readonly DigestName[]): HashJob;
  /** A buffer of {@link batchBytes} on shared memory, used or new. */
  takeBatch(): Buffer;
  /** Gives a buffer back for the next upload; only when nobody reads it any more. */
  giveBatch(batch: Buffer): void;
  /** Stops the threads; jobs under way reject. */
  close(): Promise<void>;
}

/** Bytes per message to a thread: enough that messages are few, small enough to keep the pipeline busy. */
export const batchBytes = 256 * 1024;

/** Idle batches kept: 8 MiB, enough for the bursts of one process. */
const idleBatches = 32;

/** Opens the pool; `threads` defaults to the processors available minus one, and is at least one. */
export function createHashing(threads: number = availableParallelism() - 1): Hashing {
  const pool: (HashThread | undefined)[] = Array.from({ length: Math.max(1, threads) }, () => undefined);
  const idle: Buffer[] = [];
  let closed = false;

  function leastLoaded(): HashThread {
    if (closed) throw new Error('hashing is closed');
    let best = 0;
    for (let index = 0; index < pool.length; index += 1) {
      const thread = pool[index];
      // An idle thread first, then a new one, then the shortest queue.
      if ((thread?.jobs ?? 0.5) < (pool[best]?.jobs ?? 0.5)) best = index;
    }
    return (pool[best] ??= openHashThread(() => {
      pool[best] = undefined;
    }));
  }

  return {
    begin: (names = digestNames) => leastLoaded().begin(names),
    takeBatch: () => idle.pop() ?? Buffer.from(new SharedArrayBuffer(batchBytes)),
    giveBatch(batch) {
      if (idle.length < idleBatches) idle.push(batch);
    },
    async close() {
      closed = true;
      await Promise.all(pool.map((thread) => thread?.close()));
    },
  };
}
