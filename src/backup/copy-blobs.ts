import { createHash } from 'node:crypto';
import { ObjectMissing, type ObjectStore } from '../storage/object-store.ts';
import type { BlobToCopy, TakeBlob } from './blob-list.ts';

/** Objects that are copied, or asked for, at once. */
const atOnce = 8;

/** What came of copying. */
export interface CopyReport {
  copied: number;
  copiedBytes: number;
  /** Were there already. */
  present: number;
  /** Could not be copied: missing at the source, or with other bytes than they should have. */
  failed: number;
}

/**
 * Copies content from one store to another under the same keys: what is there with the right size is not copied again, so it goes on where it was
 * interrupted. Every byte that is copied is checked against the content's SHA-256, and nothing wrong is left. `each` hands over what is wanted; `onProblem` is told what could
 * not be copied, in words, as it is found.
 */
export async function copyBlobs(from: ObjectStore, to: ObjectStore, each: (take: TakeBlob) => Promise<void>, onProblem: (text: string) => void): Promise<CopyReport> {
  const report: CopyReport = { copied: 0, copiedBytes: 0, present: 0, failed: 0 };
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  await each(async (blob) => {
    const copying = copyOne(from, to, blob, report, onProblem).catch((error: unknown) => void (failure ??= { error }));
    const ended = copying.finally(() => running.delete(ended));
    running.add(ended);
    if (running.size >= atOnce) await Promise.race(running);
    if (failure) throw failure.error;
  }).finally(() => Promise.all(running));
  if (failure) throw (failure as { error: unknown }).error;
  return report;
}

async function copyOne(from: ObjectStore, to: ObjectStore, blob: BlobToCopy, report: CopyReport, onProblem: (text: string) => void): Promise<void> {
  const found = await to.sizeBytes(blob.objectKey);
  if (found === blob.sizeBytes) {
    report.present += 1;
    return;
  }
  if (found !== undefined) await to.delete(blob.objectKey);
  const problem = await copyBytes(from, to, blob);
  if (problem !== undefined) {
    report.failed += 1;
    onProblem(problem);
    return;
  }
  report.copied += 1;
  report.copiedBytes += blob.sizeBytes;
}

/** Returns what is wrong with the source, in words. */
async function copyBytes(from: ObjectStore, to: ObjectStore, { objectKey, sha256 }: BlobToCopy): Promise<string | undefined> {
  const writer = await to.create(objectKey);
  try {
    const hash = createHash('sha256');
    const compared = to.compares && createHash(to.compares);
    for await (const chunk of await from.read(objectKey)) {
      hash.update(chunk as Buffer);
      compared?.update(chunk as Buffer);
      await writer.write(chunk as Buffer);
    }
    if (hash.digest('hex') === sha256) {
      await writer.commit({ md5: compared?.digest('hex') ?? null });
      return undefined;
    }
    await writer.abort();
    return `blob ${sha256} has other bytes where it is to be copied from (${objectKey})`;
  } catch (error) {
    await writer.abort();
    if (error instanceof ObjectMissing) return `blob ${sha256} is missing where it is to be copied from (${objectKey})`;
    throw error;
  }
}
