import type { DigestName, KnownDigests } from './digests.ts';
import type { Hashing } from './hashing.ts';
import type { ObjectStore } from './object-store.ts';

/** SHA-256 and the digests called for of an object that is there; reads all of it. Throws ObjectMissing. */
export async function readDigests(store: ObjectStore, hashing: Hashing, key: string, names: readonly DigestName[]): Promise<KnownDigests> {
  const job = hashing.begin(names);
  try {
    for await (const chunk of await store.read(key)) await job.update(chunk as Buffer);
    return await job.digests();
  } finally {
    job.drop();
  }
}
