import type { Core } from '../core.ts';
import { dayMs } from '../days.ts';
import { placeholders } from '../db/upsert.ts';

/** For so long it is kept what was sent, and what came of it. */
const keptMs = 30 * dayMs;
const batch = 500;

/** Removes deliveries that came to an end long ago, with their attempts. */
export async function removeOldDeliveries(core: Core, now: number): Promise<void> {
  const before = now - keptMs;
  for (;;) {
    const old: { id: string }[] = await core.database.reads.query(`SELECT id FROM webhook_delivery WHERE finished_at < ? ORDER BY finished_at LIMIT ${batch}`, [before]);
    if (old.length === 0) return;
    const ids = old.map(({ id }) => id);
    // One that is sent again meanwhile stays.
    await core.database.tx((tx) => tx.query(`DELETE FROM webhook_delivery WHERE id IN (${placeholders(ids)}) AND finished_at < ?`, [...ids, before]));
  }
}
