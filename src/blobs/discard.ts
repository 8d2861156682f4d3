import type { Core } from '../core.ts';
import { affected } from '../db/upsert.ts';

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

/** MySQL counts only rows whose value changed: one that was doomed by an earlier, interrupted sweep counts as none. */
async function isDoomed(core: Core, key: string): Promise<boolean> {
  const rows: unknown[] = await core.database.reads.query('SELECT 1 FROM discard WHERE object_key = ? AND due_at = 0', [key]);
  return rows.length > 0;
}
