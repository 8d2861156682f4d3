import type { Core } from '../core.ts';
import { affected } from '../db/upsert.ts';

/** For how long a process has a run for itself after each step: longer than a step takes, with all its tries. */
export const leaseMs = 2 * 60 * 1000;

/** The run that a process has for itself. It is its own for as long as the row says `until`, which no two processes ever write. */
export interface Lease {
  runId: string;
  until: number;
}

/** Takes a run that nobody works on, the oldest; undefined where there is none. */
export async function takeRun(core: Core): Promise<Lease | undefined> {
  for (;;) {
    const now = core.clock.now();
    const [free]: { id: string; leasedUntil: number }[] = await core.database.reads.query(
      "SELECT id, leased_until AS leasedUntil FROM cleanup_run WHERE state = 'RUNNING' AND leased_until <= ? ORDER BY id LIMIT 1",
      [now],
    );
    if (!free) return undefined;
    const until = now + leaseMs;
    const taken = await core.database.tx((tx) =>
      affected(tx, "UPDATE cleanup_run SET leased_until = ? WHERE id = ? AND state = 'RUNNING' AND leased_until = ?", [until, free.id, free.leasedUntil]),
    );
    if (taken === 1) return { runId: free.id, until };
  }
}

/** Gives a run back, so that any process may go on with it at once. */
export async function giveBack(core: Core, { runId, until }: Lease): Promise<void> {
  await core.database.tx((tx) => tx.query('UPDATE cleanup_run SET leased_until = 0 WHERE id = ? AND leased_until = ?', [runId, until]));
}
