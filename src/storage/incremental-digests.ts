import { createHash } from 'node:crypto';
import { allDigests, type DigestName, digestNames, type Digests, type KnownDigests } from './digests.ts';

/** Digests of a content that arrives in pieces, on the calling thread. */
export interface IncrementalDigests {
  update(chunk: Uint8Array): void;
  /** Those of what has come so far; more may come. */
  digests(): KnownDigests;
}

/** Starts the digests of a new content: SHA-256, and those called for. */
export function startDigests(names: readonly DigestName[] = digestNames): IncrementalDigests {
  const hashes = [...new Set<DigestName>(['sha256', ...names])].map((name) => [name, createHash(name)] as const);
  const unknown = { md5: null, sha1: null, sha512: null };
  return {
    update(chunk) {
      for (const [, hash] of hashes) hash.update(chunk);
    },
    digests() {
      return { ...unknown, ...(Object.fromEntries(hashes.map(([name, hash]) => [name, hash.copy().digest('hex')])) as { sha256: string }) };
    },
  };
}

/** All digests of a content in memory, on the calling thread: about 1 ms for 256 KiB. */
export function digestsOf(content: Uint8Array): Digests {
  return allDigests(someDigestsOf(content, digestNames));
}

/** As {@link digestsOf}: SHA-256, and those called for. */
export function someDigestsOf(content: Uint8Array, names: readonly DigestName[]): KnownDigests {
  const running = startDigests(names);
  running.update(content);
  return running.digests();
}
