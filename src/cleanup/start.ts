import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { dayMs } from '../days.ts';
import { isIn } from '../db/condition.ts';
import { type CleanupPolicyRow, CleanupPolicyTable, type CleanupRunRow, CleanupRunTable } from '../db/tables/policy.ts';
import { newId } from '../ids.ts';
import { getPolicyFor } from './find.ts';
import { lockPolicy, recordChange } from './manage.ts';

/** Runs of a policy that are kept, with the one under way. */
export const keptRuns = 100;

/** Older runs that a start removes at most. */
const maxForgotten = 500;

/**
 * Starts a run of a policy, whether it is switched on or not, and wakes the worker; where one is under way, that is the one. The run is
 * as it was at the start: it goes on in the background. Throws what authorisation throws.
 */
export async function runCleanup(core: Core, actor: Actor, policyId: string): Promise<CleanupRunRow> {
  const run = await core.database.tx(async (tx) => {
    await lockPolicy(tx, policyId);
    const found = await getPolicyFor(tx, actor, 'MANAGE', policyId);
    const { run: started, isNew } = await startRun(core, tx, found.policy, principalId(actor) ?? null);
    if (isNew) await recordChange(tx, actor, found, 'STARTED', started.startedAt);
    return started;
  });
  core.cleanupBell.ring();
  return run;
}

/** Starts a run of every policy that is switched on and due. */
export async function startDueRuns(core: Core): Promise<void> {
  const due: { id: string }[] = await core.database.reads.query('SELECT id FROM cleanup_policy WHERE is_enabled = 1 AND next_run_at <= ? ORDER BY next_run_at', [
    core.clock.now(),
  ]);
  for (const { id } of due) {
    await core.database.tx(async (tx) => {
      await lockPolicy(tx, id);
      const policy = await tx.findOne(CleanupPolicyTable, { where: { id } });
      // Another process may have been faster.
      if (policy?.isEnabled && policy.nextRunAt <= core.clock.now()) await startRun(core, tx, policy, null);
    });
  }
}

/** The caller holds the policy's lock: that is why there is never a second run of it. */
async function startRun(core: Core, tx: EntityManager, { id: policyId }: CleanupPolicyRow, startedById: string | null): Promise<{ run: CleanupRunRow; isNew: boolean }> {
  const now = core.clock.now();
  await tx.query('UPDATE cleanup_policy SET next_run_at = ? WHERE id = ?', [now + dayMs, policyId]);
  const running = await tx.findOne(CleanupRunTable, { where: { policyId, state: 'RUNNING' } });
  if (running) return { run: running, isNew: false };
  const run: CleanupRunRow = {
    id: newId('cleanupRun', now),
    policyId,
    state: 'RUNNING',
    startedById,
    position: '',
    examinedPackages: 0,
    removedVersions: 0,
    removedFiles: 0,
    removedBytes: 0,
    message: null,
    startedAt: now,
    updatedAt: now,
    finishedAt: null,
    leasedUntil: 0,
  };
  await tx.insert(CleanupRunTable, run);
  await forgetOldRuns(tx, policyId);
  return { run, isNew: true };
}

async function forgetOldRuns(tx: EntityManager, policyId: string): Promise<void> {
  const old: { id: string }[] = await tx.query(`SELECT id FROM cleanup_run WHERE policy_id = ? ORDER BY id DESC LIMIT ${maxForgotten} OFFSET ${keptRuns}`, [policyId]);
  if (old.length === 0) return;
  const { sql, parameters } = isIn('id', old.map(({ id }) => id));
  await tx.query(`DELETE FROM cleanup_run WHERE ${sql}`, [...parameters]);
}
