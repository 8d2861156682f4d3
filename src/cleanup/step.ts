import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { type CleanupPolicyRow, CleanupPolicyTable, type CleanupRunRow, CleanupRunTable } from '../db/tables/policy.ts';
import { type PackageRow, PackageTable } from '../db/tables/package.ts';
import { forUpdate, placeholders } from '../db/upsert.ts';
import { getNamespace } from '../namespaces/repository.ts';
import { touchPackage } from '../packages/claim.ts';
import { removeFiles, removeVersions } from '../packages/remove.ts';
import { type Examined, examineAgain, examineNext, type Removable, type Scope } from './candidates.ts';
import { type Lease, leaseMs } from './lease.ts';

/** What one step removes at most. Of files more, since each step looks at all of them that a package has. */
const maxRemoved = { VERSION: 100, BUILD: 1_000 };

/** What a step came to. */
export type StepResult = { state: 'AGAIN'; lease: Lease } | { state: 'DONE' | 'LOST' };

/**
 * One step of a run, in one transaction: looks at the next packages, removes what may go of them, and moves the run's position, so that
 * each step is done once or not at all. LOST: the run is another process's now, or gone. What was published, tagged or changed since
 * the step before is judged as it is now.
 */
export function step(core: Core, lease: Lease): Promise<StepResult> {
  return core.database.tx(async (tx) => {
    const run = await lockRun(tx, lease);
    const policy = run && (await tx.findOne(CleanupPolicyTable, { where: { id: run.policyId } }));
    if (!run || !policy) return { state: 'LOST' };
    const now = core.clock.now();
    const scope = { rules: policy, node: await getNamespace(tx, policy.namespaceId), formats: core.formats };
    const examined = await examineNext(tx, core.database.dialect, scope, run.position, now);
    if (examined.length === 0) {
      await tx.query("UPDATE cleanup_run SET state = 'DONE', updated_at = ?, finished_at = ? WHERE id = ?", [now, now, run.id]);
      return { state: 'DONE' };
    }
    const removal = await removeFrom(core, tx, policy, scope, examined, now);
    const until = now + leaseMs;
    await tx.query(
      'UPDATE cleanup_run SET position = ?, examined_packages = examined_packages + ?, removed_versions = removed_versions + ?, ' +
        'removed_files = removed_files + ?, removed_bytes = removed_bytes + ?, updated_at = ?, leased_until = ? WHERE id = ?',
      [removal.lastId ?? run.position, removal.packages, removal.versions, removal.files, removal.bytes, now, until, run.id],
    );
    return { state: 'AGAIN', lease: { runId: run.id, until } };
  });
}

/** The run, locked until the transaction ends, if the lease is still good. */
async function lockRun(tx: EntityManager, { runId, until }: Lease): Promise<CleanupRunRow | undefined> {
  await tx.query(`SELECT id FROM cleanup_run WHERE id = ?${forUpdate(tx)}`, [runId]);
  const run = await tx.findOne(CleanupRunTable, { where: { id: runId } });
  return run?.state === 'RUNNING' && run.leasedUntil === until ? run : undefined;
}

/** What a step did. */
interface Removal {
  /** The last package that is through; undefined: not even the first. */
  lastId: string | undefined;
  packages: number;
  versions: number;
  files: number;
  bytes: number;
}

/** Removes what may go of these packages until a step's worth is gone. */
async function removeFrom(core: Core, tx: EntityManager, policy: CleanupPolicyRow, scope: Scope, examined: readonly Examined[], now: number): Promise<Removal> {
  const locked = await lockAndJudge(core, tx, scope, examined, now);
  const removal: Removal = { lastId: undefined, packages: 0, versions: 0, files: 0, bytes: 0 };
  for (const { id } of examined) {
    const removable = locked.get(id)?.removable ?? [];
    const going = removable.slice(0, maxRemoved[policy.target] - removal.versions - removal.files);
    if (going.length > 0) {
      const owner = await tx.findOneByOrFail(PackageTable, { id });
      await touchPackage(tx, id, now);
      await remove(core, tx, owner, going, policy, now);
      removal[policy.target === 'BUILD' ? 'files' : 'versions'] += going.length;
      removal.bytes += going.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    }
    if (going.length < removable.length) break;
    removal.lastId = id;
    removal.packages += 1;
  }
  return removal;
}

/**
 * Locks the packages of which something may go and judges them once more: from now on nobody publishes, tags or deletes there. All in
 * the order of their ids, before anything is changed, so that nobody who waits for one of them holds what this needs later.
 */
async function lockAndJudge(core: Core, tx: EntityManager, scope: Scope, examined: readonly Examined[], now: number): Promise<Map<string, Examined>> {
  const ids = examined.filter(({ removable }) => removable.length > 0).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  await tx.query(`SELECT id FROM package WHERE id IN (${placeholders(ids)}) ORDER BY id${forUpdate(tx)}`, ids);
  const again = await examineAgain(tx, core.database.dialect, scope, ids, now);
  return new Map(again.map((found) => [found.id, found]));
}

async function remove(core: Core, tx: EntityManager, owner: PackageRow, going: readonly Removable[], { id, name, target }: CleanupPolicyRow, now: number): Promise<void> {
  const namespace = await getNamespace(tx, owner.namespaceId);
  const found = { package: owner, namespace };
  const removal = { actor: undefined, now, payload: { cleanupPolicyId: id, cleanupPolicy: name } };
  await (target === 'BUILD' ? removeFiles(tx, found, going, removal) : removeVersions(core, tx, found, going, removal));
}
