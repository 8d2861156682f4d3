import type { Core } from '../core.ts';
import { dayMs } from '../days.ts';
import { instanceId } from '../db/tables/namespace.ts';
import { affected } from '../db/upsert.ts';
import { nodeDefinitions } from '../settings/definitions.ts';
import { resolveSetting } from '../settings/resolve.ts';
import { listStoredSettings } from '../settings/rows.ts';

/** Events that one transaction removes at most. */
const batch = 1_000;

/**
 * Removes the events that are older than the instance keeps them; returns how many. Only ever the beginning of the log, with the news of
 * that in the same transaction, so that numbers have no gaps and whoever reads on from one can tell that something is missing. Any number
 * of processes may do this at once; stopped half-way it has done half.
 */
export async function purgeEvents(core: Core, now: number): Promise<number> {
  const before = now - (await retentionDays(core)) * dayMs;
  let total = 0;
  for (let isMore = true; isMore; ) {
    const { removed, found } = await purgeBatch(core, before);
    total += removed;
    isMore = found === batch;
  }
  await forgetNamespaces(core, before);
  return total;
}

async function retentionDays(core: Core): Promise<number> {
  const definition = nodeDefinitions.eventRetentionDays;
  return Number(resolveSetting(definition, [instanceId], await listStoredSettings(core.database.reads, [instanceId], [definition.name])).effective);
}

/** `found`: how many were old; another process may have removed them meanwhile. */
function purgeBatch(core: Core, before: number): Promise<{ found: number; removed: number }> {
  return core.database.tx(async (tx) => {
    const oldest: { seq: number; occurredAt: number }[] = await tx.query(`SELECT seq, occurred_at AS occurredAt FROM event WHERE seq > 0 ORDER BY seq LIMIT ${batch}`);
    // Up to the first that stays, be there older ones behind it: they were committed later than they say.
    const kept = oldest.findIndex(({ occurredAt }) => occurredAt >= before);
    const old = kept === -1 ? oldest : oldest.slice(0, kept);
    const last = old.at(-1);
    if (!last) return { found: 0, removed: 0 };
    const removed = await affected(tx, 'DELETE FROM event WHERE seq > 0 AND seq <= ?', [last.seq]);
    // Last, since who numbers new events waits for this row.
    await tx.query('UPDATE event_log SET purged_seq = ?, purged_before = ? WHERE id = 1 AND purged_seq < ?', [last.seq, before, last.seq]);
    return { found: old.length, removed };
  });
}

/** Of namespaces that were deleted nothing is kept longer than what happened in them. */
async function forgetNamespaces(core: Core, before: number): Promise<void> {
  await core.database.tx((tx) =>
    tx.query('DELETE FROM deleted_namespace WHERE deleted_at < ? AND NOT EXISTS (SELECT 1 FROM event e WHERE e.namespace_id = deleted_namespace.id)', [before]),
  );
}
