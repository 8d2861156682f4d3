import { DigestMismatch } from '../errors.ts';
import { openBatches } from './batches.ts';
import { type DigestName, digestNames, type Digests, type KnownDigests, type StagedObject } from './digests.ts';
import type { HashJob, Hashing } from './hashing.ts';
import { someDigestsOf } from './incremental-digests.ts';
import type { ObjectStore, ObjectWriter } from './object-store.ts';
import { openUploadSource } from './upload-source.ts';
import type { UploadLimits, UploadSource } from './upload-source.ts';

/** Content up to this size is hashed at once on the main thread and handed back with the staged object. */
export const smallContentBytes = 256 * 1024;

/** What the bytes must be, and what is wanted of them. */
export interface StageOptions extends UploadLimits {
  /** The digests to compute beside SHA-256 and those expected; default: all. */
  digests?: readonly DigestName[] | undefined;
  /** Digests in hex of either case. */
  expected?: Partial<Digests> | undefined;
}

/**
 * Reads `source` once, with back-pressure and in flat memory, into a new object under `key`, and computes its digests.
 * The object is durable when this resolves. On any failure nothing is left under `key`, and it throws
 * - FileTooLarge as soon as `limitBytes` is passed (or `expectedBytes` promises to),
 * - InvalidInput of `body` where the size is not `expectedBytes`,
 * - DigestMismatch where a digest is not the one of `expected`,
 * - the signal's reason, the source's error (unless `onCut` takes it) or the store's.
 * A Readable is not destroyed, so that a request can still be answered.
 */
export async function stageObject(
  store: ObjectStore,
  hashing: Hashing,
  key: string,
  source: AsyncIterable<Uint8Array>,
  options: StageOptions,
): Promise<StagedObject> {
  const upload = openUploadSource(source, options);
  try {
    const head: Uint8Array[] = [];
    for (let chunk = await upload.next(); chunk !== undefined; chunk = await upload.next()) {
      head.push(chunk);
      if (upload.sizeBytes > smallContentBytes) return await stageLarge(store, hashing, key, head, upload, options);
    }
    return await stageSmall(store, key, Buffer.concat(head), options);
  } finally {
    upload.release();
  }
}

/** Small content is checked before the store hears of it. */
async function stageSmall(store: ObjectStore, key: string, content: Buffer, options: StageOptions): Promise<StagedObject> {
  const digests = someDigestsOf(content, namesOf(store, options));
  verifyDigests(digests, options.expected);
  options.signal?.throwIfAborted();
  const writer = await store.create(key);
  await orAbort(writer, () => writer.write(content));
  await writer.commit(digests);
  return { key, sizeBytes: content.byteLength, digests, content };
}

async function stageLarge(
  store: ObjectStore,
  hashing: Hashing,
  key: string,
  head: readonly Uint8Array[],
  upload: UploadSource,
  options: StageOptions,
): Promise<StagedObject> {
  const job = hashing.begin(namesOf(store, options));
  try {
    const writer = await store.create(key);
    const digests = await orAbort(writer, async () => {
      await writeAll(hashing, job, writer, head, upload, options.signal);
      const found = await job.digests();
      verifyDigests(found, options.expected);
      return found;
    });
    await writer.commit(digests);
    return { key, sizeBytes: upload.sizeBytes, digests };
  } finally {
    job.drop();
  }
}

/** An object of this process that grows: its first bytes, and the job that has hashed them. */
export interface GrowingObject {
  key: string;
  sizeBytes: number;
  job: HashJob;
}

/**
 * As {@link stageObject}, but adds to an object, or begins one of no bytes; returns what it is then. The digests, which are of all of it, stay with the job.
 * After a failure the object is as it was, but no longer to be added to.
 */
export async function growObject(
  store: ObjectStore,
  hashing: Hashing,
  { key, sizeBytes, job }: GrowingObject,
  source: AsyncIterable<Uint8Array>,
  limits: UploadLimits,
): Promise<GrowingObject> {
  if (!store.append) throw new Error(`objects of ${store.kind} do not grow`);
  const upload = openUploadSource(source, limits);
  try {
    const writer = await (sizeBytes === 0 ? store.create(key) : store.append(key, sizeBytes));
    await orAbort(writer, () => writeAll(hashing, job, writer, [], upload, limits.signal));
    await writer.commit();
    return { key, sizeBytes: sizeBytes + upload.sizeBytes, job };
  } finally {
    upload.release();
  }
}

/** Writes and hashes side by side. */
async function writeAll(hashing: Hashing, job: HashJob, writer: ObjectWriter, head: readonly Uint8Array[], upload: UploadSource, signal: AbortSignal | undefined): Promise<void> {
  const batches = openBatches(hashing, job, writer, (error) => upload.fail(error));
  const take = async (chunk: Uint8Array) => {
    await batches.add(chunk);
    upload.free(chunk);
  };
  try {
    for (const chunk of head) await take(chunk);
    for (let chunk = await upload.next(); chunk !== undefined; chunk = await upload.next()) await take(chunk);
    await batches.finish();
    signal?.throwIfAborted();
  } finally {
    batches.release();
  }
}

function namesOf({ compares }: ObjectStore, { digests = digestNames, expected = {} }: StageOptions): DigestName[] {
  return [...digests, ...(Object.keys(expected) as DigestName[]), ...(compares ? [compares] : [])];
}

async function orAbort<Result>(writer: ObjectWriter, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Throws DigestMismatch where a digest that was announced, in hex of either case, is not the one of the bytes. */
export function verifyDigests(actual: KnownDigests, expected: Partial<Digests> = {}): void {
  for (const name of digestNames) {
    const wanted = expected[name]?.toLowerCase();
    const found = actual[name];
    if (wanted === undefined || wanted === found) continue;
    if (found === null) throw new Error(`${name} is to be compared, but was not computed`);
    throw new DigestMismatch(name, wanted, found);
  }
}
