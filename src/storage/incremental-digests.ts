import { createHash } from 'node:crypto';
import { digestNames } from './digests.ts';
import type { Digests } from './digests.ts';

/** All digests of a content that arrives in pieces, on the calling thread. */
export interface IncrementalDigests {
  update(chunk: Uint8Array): void;
  /** Ends it; may be called once. */
  digests(): Digests;
}

/** Starts the digests of a new content. */
export function startDigests(): IncrementalDigests {
  const hashes = digestNames.map((name) => [name, createHash(name)] as const);
  return {
    update(chunk) {
      for (const [, hash] of hashes) hash.update(chunk);
    },
    digests() {
      return Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')])) as unknown as Digests;
    },
  };
}

/** All digests of a content in memory, on the calling thread: about 1 ms for 256 KiB. */
export function digestsOf(content: Uint8Array): Digests {
  const running = startDigests();
  running.update(content);
  return running.digests();
}
