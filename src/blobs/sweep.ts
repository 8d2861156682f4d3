import type { EntityManager } from 'typeorm';
import { removeExpiredSignIns } from '../access/expire.ts';
import type { Core } from '../core.ts';
import { forUpdate, placeholders } from '../db/upsert.ts';
import { purgeEvents } from '../events/retain.ts';
import { removeExpiredUploads } from '../uploads/expire.ts';
import { removeOldDeliveries } from '../webhooks/expire.ts';
import { removeObject } from './discard.ts';
import { removeExpiredHolds } from './hold.ts';
import { lockKeptUntil } from './keep.ts';
import { purgeDeleted } from './purge.ts';
import { isUnreferenced } from './unreferenced.ts';

/** A blob that nothing names is kept for this long after it was named last, or let go of. */
const graceMs = 60 * 60 * 1000;
const batch = 100;

export interface SweepOptions {
  /** Default one hour. */
  graceMs?: number;
  /** How long deleted files and versions stay restorable; default: as their namespace sets it. */
  retentionMs?: number;
}

export interface SweepReport {
  purgedFiles: number;
  purgedVersions: number;
  removedBlobs: number;
  removedObjects: number;
  /** Of the log, for their age. */
  removedEvents: number;
}

/**
 * Removes what nothing needs any more: files and versions deleted long ago, blobs without a file that nobody holds, objects without a blob, old events.
 * May run at any time, also beside publishes and beside another sweep; stopping it half-way loses nothing.
 */
export async function sweep(core: Core, options: SweepOptions = {}): Promise<SweepReport> {
  const now = core.clock.now();
  await removeExpiredUploads(core, now);
  await removeExpiredHolds(core, now);
  await removeExpiredSignIns(core, now);
  await removeOldDeliveries(core, now);
  const purged = await purgeDeleted(core, now, options.retentionMs);
  const removedBlobs = await removeBlobs(core, now - (options.graceMs ?? graceMs), now);
  const removedObjects = await removeObjects(core, now);
  const removedEvents = await purgeEvents(core, now);
  return { ...purged, removedBlobs, removedObjects, removedEvents };
}

async function removeBlobs(core: Core, before: number, now: number): Promise<number> {
  let removed = 0;
  let after = '';
  for (;;) {
    const candidates: { sha256: string }[] = await core.database.reads.query(
      `SELECT sha256 FROM stored_blob WHERE sha256 > ? AND referenced_at <= ? AND ${isUnreferenced} ORDER BY sha256 LIMIT ${batch}`,
      [after, before],
    );
    const last = candidates.at(-1);
    if (!last) return removed;
    after = last.sha256;
    removed += await core.database.tx((tx) => removeUnreferenced(tx, candidates.map(({ sha256 }) => sha256), before, now));
  }
}

/** Under the row lock that a publish of the same content takes too, the candidates are judged once more; while a copy is being made they all stay. */
async function removeUnreferenced(tx: EntityManager, candidates: string[], before: number, now: number): Promise<number> {
  if ((await lockKeptUntil(tx, now)) > now) return 0;
  await tx.query(`SELECT sha256 FROM stored_blob WHERE sha256 IN (${placeholders(candidates)}) ORDER BY sha256${forUpdate(tx)}`, candidates);
  const rows: { sha256: string; object_key: string }[] = await tx.query(
    `SELECT sha256, object_key FROM stored_blob WHERE sha256 IN (${placeholders(candidates)}) AND referenced_at <= ? AND ${isUnreferenced}`,
    [...candidates, before],
  );
  for (const row of rows) {
    await tx.query('INSERT INTO discard (object_key, due_at) VALUES (?, ?)', [row.object_key, now]);
    await tx.query('DELETE FROM stored_blob WHERE sha256 = ?', [row.sha256]);
  }
  return rows.length;
}

async function removeObjects(core: Core, now: number): Promise<number> {
  let removed = 0;
  let after = '';
  for (;;) {
    const due: { object_key: string }[] = await core.database.reads.query(
      `SELECT object_key FROM discard WHERE object_key > ? AND due_at <= ? ORDER BY object_key LIMIT ${batch}`,
      [after, now],
    );
    const last = due.at(-1);
    if (!last) return removed;
    after = last.object_key;
    for (const { object_key: key } of due) if (await removeObject(core, key, now)) removed += 1;
  }
}
