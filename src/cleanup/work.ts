import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { expectedFailure } from '../outage.ts';
import { giveBack, type Lease, takeRun } from './lease.ts';
import { startDueRuns } from './start.ts';
import { step, type StepResult } from './step.ts';

/** How long to wait before a step that failed is tried again. */
const retryAfterMs = [1_000, 5_000, 15_000];

export interface WorkOptions {
  /** Ends the work after the step that is under way. */
  signal?: AbortSignal;
  /** By default some seconds. */
  retryAfterMs?: readonly number[];
}

/** Starts the runs that are due and works on all runs that no other process works on, step by step, until none is left. */
export async function workOff(core: Core, options: WorkOptions = {}): Promise<void> {
  await startDueRuns(core);
  for (;;) {
    const lease = options.signal?.aborted ? undefined : await takeRun(core);
    if (!lease) return;
    await runSteps(core, lease, options);
  }
}

async function runSteps(core: Core, taken: Lease, options: WorkOptions): Promise<void> {
  let lease = taken;
  for (;;) {
    if (options.signal?.aborted) return giveBack(core, lease);
    const result = await tryStep(core, lease, options);
    if (result?.state !== 'AGAIN') return;
    lease = result.lease;
  }
}

/** A step, tried again where it fails; when it keeps failing the run does. Undefined: it failed, or the work is to end. */
async function tryStep(core: Core, lease: Lease, options: WorkOptions): Promise<StepResult | undefined> {
  for (const delayMs of [...(options.retryAfterMs ?? retryAfterMs), undefined]) {
    try {
      return await step(core, lease);
    } catch (error) {
      core.log.error({ err: error, runId: lease.runId }, 'a step of a cleanup failed');
      if (delayMs === undefined) return fail(core, lease, error);
      await sleep(delayMs, undefined, options.signal ? { signal: options.signal, ref: false } : { ref: false }).catch(() => undefined);
      if (options.signal?.aborted) {
        await giveBack(core, lease);
        return undefined;
      }
    }
  }
  return undefined;
}

async function fail(core: Core, { runId, until }: Lease, error: unknown): Promise<undefined> {
  const message = expectedFailure(error)?.message ?? `An internal error; the log of the server has it under ${runId}.`;
  const now = core.clock.now();
  await core.database.tx((tx) =>
    tx.query("UPDATE cleanup_run SET state = 'FAILED', message = ?, updated_at = ?, finished_at = ? WHERE id = ? AND leased_until = ?", [message, now, now, runId, until]),
  );
  return undefined;
}
