import type { EntityManager } from 'typeorm';
import { affected, forUpdate, placeholders, upsert } from '../db/upsert.ts';
import { ContentMissing, UploadNotReady } from '../errors.ts';
import type { StagedObject } from '../storage/digests.ts';

const batch = 500;

/**
 * Within a publish: makes staged objects into blobs. Content that is there already keeps its object, and the fresh copy
 * goes to the sweep at once. The rows stay locked until commit, so the sweep either removed a blob before (then a new row
 * with the fresh object is made) or sees it referenced. Blobs that are to be named once more, `known` by their SHA-256, are locked
 * as well. Throws UploadNotReady where the sweep has taken a staged object away because it waited too long, ContentMissing where
 * a known blob is gone.
 */
export async function adoptBlobs(tx: EntityManager, objects: readonly StagedObject[], now: number, known: readonly string[] = []): Promise<void> {
  // In one order everywhere, so that two publishes of the same files cannot wait for each other.
  const staged = new Set(objects.map(({ digests }) => digests.sha256));
  const steps = [
    ...objects.map((object) => ({ sha256: object.digests.sha256, take: () => insertBlob(tx, object, now) })),
    ...[...new Set(known)].filter((sha256) => !staged.has(sha256)).map((sha256) => ({ sha256, take: () => lockBlob(tx, sha256, now) })),
  ];
  for (const { take } of steps.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))) await take();
  if (objects.length > 0) await strikeOut(tx, objects);
}

/** Has the grace of blobs that something is about to name no longer begin now. They are locked as `adoptBlobs` does. */
export async function beginGrace(tx: EntityManager, sha256s: readonly string[], now: number): Promise<void> {
  const sorted = [...new Set(sha256s)].sort();
  for (let at = 0; at < sorted.length; at += batch) {
    const some = sorted.slice(at, at + batch);
    await tx.query(`SELECT sha256 FROM stored_blob WHERE sha256 IN (${placeholders(some)}) ORDER BY sha256${forUpdate(tx)}`, some);
    await tx.query(`UPDATE stored_blob SET referenced_at = ? WHERE sha256 IN (${placeholders(some)})`, [now, ...some]);
  }
}

/** What was staged stays: it is a blob now, or another copy of one. */
async function strikeOut(tx: EntityManager, objects: readonly StagedObject[]): Promise<void> {
  const rows: { object_key: string }[] = await tx.query(
    `SELECT object_key FROM stored_blob WHERE sha256 IN (${placeholders(objects)})`,
    objects.map(({ digests }) => digests.sha256),
  );
  const used = new Set(rows.map((row) => row.object_key));
  for (const { key } of objects) {
    // due_at 0: the sweep is removing this object right now.
    const sql = used.has(key) ? 'DELETE FROM discard WHERE object_key = ? AND due_at > 0' : 'UPDATE discard SET due_at = 1 WHERE object_key = ? AND due_at > 0';
    const struck = await affected(tx, sql, [key]);
    if (struck === 0 && used.has(key)) throw new UploadNotReady('The upload waited too long and is gone; upload it again.');
  }
}

async function insertBlob(tx: EntityManager, { key, sizeBytes, digests }: StagedObject, now: number): Promise<void> {
  await upsert(
    tx,
    'stored_blob',
    { sha256: digests.sha256, size_bytes: sizeBytes, md5: digests.md5, sha1: digests.sha1, sha512: digests.sha512, object_key: key, created_at: now, referenced_at: now },
    ['sha256'],
    { referenced_at: 'new.referenced_at' },
  );
}

async function lockBlob(tx: EntityManager, sha256: string, now: number): Promise<void> {
  const rows: unknown[] = await tx.query(`SELECT sha256 FROM stored_blob WHERE sha256 = ?${forUpdate(tx)}`, [sha256]);
  if (rows.length === 0) throw new ContentMissing(`sha256:${sha256}`);
  await tx.query('UPDATE stored_blob SET referenced_at = ? WHERE sha256 = ?', [now, sha256]);
}
