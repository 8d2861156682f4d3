import { ulid } from 'ulid';
import type { Core } from '../core.ts';
import { DiscardTable } from '../db/tables/file.ts';
import { UploadNotReady } from '../errors.ts';
import type { StagedObject } from '../storage/digests.ts';
import type { HashJob } from '../storage/hashing.ts';
import { type GrowingObject, growObject, type StageOptions, stageObject } from '../storage/stage.ts';
import type { UploadLimits } from '../storage/upload-source.ts';
import { removeObject } from './discard.ts';

/** How long staged bytes may wait for the publish that takes them over, in milliseconds. */
const patienceMs = 24 * 60 * 60 * 1000;

/**
 * Streams a body into the object store while hashing it. Before the first byte the object is entered for removal, and
 * only the publish that takes it over strikes that entry out: whatever happens in between, nothing is left for good.
 * Throws FileTooLarge, DigestMismatch, InvalidInput, UploadNotReady where it took more than a day, and what the source throws.
 */
export async function stage(core: Core, source: AsyncIterable<Uint8Array>, options: StageOptions & { keepMs?: number }): Promise<StagedObject> {
  return stageAs(core, options.keepMs, (key) => stageObject(core.store, core.hashing, key, source, options));
}

/** As {@link stage}, but the object may grow: `job`, which is to hash it, stays the caller's. */
export async function stageGrowing(core: Core, job: HashJob, source: AsyncIterable<Uint8Array>, options: UploadLimits & { keepMs: number }): Promise<GrowingObject> {
  return stageAs(core, options.keepMs, (key) => growObject(core.store, core.hashing, { key, sizeBytes: 0, job }, source, options));
}

async function stageAs<Staged>(core: Core, keepMs: number | undefined, put: (key: string) => Promise<Staged>): Promise<Staged> {
  const id = ulid(core.clock.now()).toLowerCase();
  // The last characters are random, the first are the time: they spread the objects over folders.
  const key = `objects/${id.slice(-2)}/${id}`;
  const dueAt = core.clock.now() + Math.max(patienceMs, keepMs ?? 0);
  await core.database.single((tx) => tx.insert(DiscardTable, { objectKey: key, dueAt }));
  return orDiscard(core, [{ key }], async () => {
    const object = await put(key);
    if (core.clock.now() < dueAt) return object;
    // It came in so slowly that the sweep may have been here before the object was: then nobody else knows of it any more.
    await core.store.delete(key);
    throw new UploadNotReady('The upload took too long; send it again.');
  });
}

/**
 * Removes staged bytes that nobody will publish; what cannot be removed now is left to the sweep. It is safe to call where
 * the outcome of the publish is unknown (the connection broke at COMMIT): what was published stays.
 */
export async function discardStaged(core: Core, objects: readonly { key: string }[]): Promise<void> {
  for (const { key } of objects) {
    try {
      await removeObject(core, key, Number.MAX_SAFE_INTEGER);
    } catch (error) {
      core.log.warn({ err: error, key }, 'staged bytes are left to the sweep');
    }
  }
}

/** Runs what is to publish staged objects; where it fails they are removed. */
export async function orDiscard<T>(core: Core, objects: readonly { key: string }[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await discardStaged(core, objects);
    throw error;
  }
}
