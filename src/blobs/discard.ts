import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { affected, placeholders } from '../db/upsert.ts';

const batch = 500;

/**
 * Removes an object that is entered for removal and due before `now`; returns whether it did. One that a publish has taken
 * over is no longer entered, and stays.
 */
export async function removeObject(core: Core, key: string, now: number): Promise<boolean> {
  // Doomed first: from here on no publish can take the object over, and a crash leaves the row for the next sweep.
  const doomed = await core.database.tx((tx) => affected(tx, 'UPDATE discard SET due_at = 0 WHERE object_key = ? AND due_at <= ?', [key, now]));
  if (doomed === 0 && !(await isDoomed(core, key))) return false;
  await core.store.delete(key);
  await core.database.tx((tx) => tx.query('DELETE FROM discard WHERE object_key = ?', [key]));
  return true;
}

/** Lets the next sweep have objects that were to be kept for longer. */
export async function removeSoon(tx: EntityManager, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += batch) {
    const some = keys.slice(at, at + batch);
    // due_at 0: the sweep is removing this object right now.
    await tx.query(`UPDATE discard SET due_at = 1 WHERE due_at > 0 AND object_key IN (${placeholders(some)})`, some);
  }
}

/** MySQL counts only rows whose value changed: one that was doomed by an earlier, interrupted sweep counts as none. */
async function isDoomed(core: Core, key: string): Promise<boolean> {
  const rows: unknown[] = await core.database.reads.query('SELECT 1 FROM discard WHERE object_key = ? AND due_at = 0', [key]);
  return rows.length > 0;
}
