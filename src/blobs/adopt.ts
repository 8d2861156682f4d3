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
  const steps: { sha256: string; object?: StagedObject }[] = [
    ...objects.map((object) => ({ sha256: object.digests.sha256, object })),
    ...[...new Set(known)].filter((sha256) => !staged.has(sha256)).map((sha256) => ({ sha256 })),
  ];
  let waiting: string[] = [];
  for (const { sha256, object } of steps.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))) {
    if (!object) waiting.push(sha256);
    else {
      await lockKnown(tx, waiting, now);
      waiting = [];
      await insertBlob(tx, object, now);
    }
  }
  await lockKnown(tx, waiting, now);
  if (objects.length > 0) await strikeOut(tx, objects);
}

/** Has the grace of blobs that something is about to name no longer begin now. They are locked as `adoptBlobs` does. */
export async function beginGrace(tx: EntityManager, sha256s: readonly string[], now: number): Promise<void> {
  await lockBlobs(tx, [...new Set(sha256s)].sort(), now);
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
    // Of content that came first where fewer digests are needed, the others are known from now on.
    { referenced_at: 'new.referenced_at', ...Object.fromEntries(['md5', 'sha1', 'sha512'].map((name) => [name, `COALESCE(${name}, new.${name})`])) },
  );
}

async function lockKnown(tx: EntityManager, sorted: readonly string[], now: number): Promise<void> {
  const there = await lockBlobs(tx, sorted, now);
  const missing = sorted.find((sha256) => !there.has(sha256));
  if (missing !== undefined) throw new ContentMissing(`sha256:${missing}`);
}

/** Locks blobs in the order in which they are given, which is that of their SHA-256, and notes that they are named now; returns those that are there. */
async function lockBlobs(tx: EntityManager, sorted: readonly string[], now: number): Promise<Set<string>> {
  const there = new Set<string>();
  for (let at = 0; at < sorted.length; at += batch) {
    const some = sorted.slice(at, at + batch);
    const rows: { sha256: string }[] = await tx.query(`SELECT sha256 FROM stored_blob WHERE sha256 IN (${placeholders(some)}) ORDER BY sha256${forUpdate(tx)}`, some);
    await tx.query(`UPDATE stored_blob SET referenced_at = ? WHERE sha256 IN (${placeholders(some)})`, [now, ...some]);
    for (const { sha256 } of rows) there.add(sha256);
  }
  return there;
}
