import type { EntityManager } from 'typeorm';
import { affected, placeholders, upsert } from '../db/upsert.ts';
import { UploadNotReady } from '../errors.ts';
import type { StagedObject } from '../storage/digests.ts';

/**
 * Within a publish: makes staged objects into blobs. Content that is there already keeps its object, and the fresh copy
 * goes to the sweep at once. The rows stay locked until commit, so the sweep either removed a blob before (then a new row
 * with the fresh object is made) or sees it referenced. Throws UploadNotReady where the sweep has taken a staged object
 * away because it waited too long.
 */
export async function adoptBlobs(tx: EntityManager, objects: readonly StagedObject[], now: number): Promise<void> {
  // In one order everywhere, so that two publishes of the same files cannot wait for each other.
  const inOrder = [...objects].sort((a, b) => (a.digests.sha256 < b.digests.sha256 ? -1 : 1));
  for (const { key, sizeBytes, digests } of inOrder) {
    await upsert(
      tx,
      'stored_blob',
      { sha256: digests.sha256, size_bytes: sizeBytes, md5: digests.md5, sha1: digests.sha1, sha512: digests.sha512, object_key: key, created_at: now, referenced_at: now },
      ['sha256'],
      { referenced_at: 'new.referenced_at' },
    );
  }
  const rows: { object_key: string }[] = await tx.query(
    `SELECT object_key FROM stored_blob WHERE sha256 IN (${placeholders(inOrder)})`,
    inOrder.map(({ digests }) => digests.sha256),
  );
  const used = new Set(rows.map((row) => row.object_key));
  for (const { key } of inOrder) {
    // due_at 0: the sweep is removing this object right now.
    const sql = used.has(key) ? 'DELETE FROM discard WHERE object_key = ? AND due_at > 0' : 'UPDATE discard SET due_at = 1 WHERE object_key = ? AND due_at > 0';
    const struck = await affected(tx, sql, [key]);
    if (struck === 0 && used.has(key)) throw new UploadNotReady('The upload waited too long and is gone; upload it again.');
  }
}
