import { DigestMismatch } from '../errors.ts';
import { openBatches } from './batches.ts';
import { digestNames } from './digests.ts';
import type { Digests, StagedObject } from './digests.ts';
import type { Hashing } from './hashing.ts';
import { digestsOf } from './incremental-digests.ts';
import type { ObjectStore, ObjectWriter } from './object-store.ts';
import { openUploadSource } from './upload-source.ts';
import type { UploadLimits, UploadSource } from './upload-source.ts';

/** Content up to this size is hashed at once on the main thread and handed back with the staged object. */
export const smallContentBytes = 256 * 1024;

/** What the bytes must be. Digests in hex of either case. */
export interface StageOptions extends UploadLimits {
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
  const digests = digestsOf(content);
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
  const writer = await store.create(key);
  const digests = await orAbort(writer, async () => {
    const batches = openBatches(hashing, writer, (error) => upload.fail(error));
    const take = async (chunk: Uint8Array) => {
      await batches.add(chunk);
      upload.free(chunk);
    };
    try {
      for (const chunk of head) await take(chunk);
      for (let chunk = await upload.next(); chunk !== undefined; chunk = await upload.next()) await take(chunk);
      const found = await batches.finish();
      verifyDigests(found, options.expected);
      options.signal?.throwIfAborted();
      return found;
    } finally {
      batches.release();
    }
  });
  await writer.commit(digests);
  return { key, sizeBytes: upload.sizeBytes, digests };
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
export function verifyDigests(actual: Digests, expected: Partial<Digests> = {}): void {
  for (const name of digestNames) {
    const wanted = expected[name]?.toLowerCase();
    if (wanted !== undefined && wanted !== actual[name]) throw new DigestMismatch(name, wanted, actual[name]);
  }
}
