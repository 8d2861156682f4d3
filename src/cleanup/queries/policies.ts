import { In } from 'typeorm';
import type { Actor } from '../../access/actor.ts';
import { decide } from '../../access/decide.ts';
import type { Core } from '../../core.ts';
import type { ListQuery } from '../../db/keyset.ts';
import { NamespaceTable } from '../../db/tables/namespace.ts';
import { type CleanupPolicyRow, CleanupPolicyTable, type CleanupRunRow, CleanupRunTable } from '../../db/tables/policy.ts';

/** The policies of nodes, oldest first. The caller has seen to it that they may be read. */
export async function loadPoliciesOf(core: Core, namespaceIds: readonly string[]): Promise<Map<string, CleanupPolicyRow[]>> {
  const rows = await core.database.reads.find(CleanupPolicyTable, { where: { namespaceId: In([...namespaceIds]) }, order: { id: 'ASC' } });
  return Map.groupBy(rows, ({ namespaceId }) => namespaceId);
}

/** Policies by id that the actor may inspect. */
export async function loadPolicies(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, CleanupPolicyRow>> {
  const { reads } = core.database;
  const rows = await reads.find(CleanupPolicyTable, { where: { id: In([...ids]) } });
  const nodes = await reads.find(NamespaceTable, { where: { id: In(rows.map(({ namespaceId }) => namespaceId)) } });
  const open = new Set(nodes.filter((node) => decide(actor, 'INSPECT', node).allowed).map(({ id }) => id));
  return new Map(rows.filter(({ namespaceId }) => open.has(namespaceId)).map((row) => [row.id, row]));
}

/** Runs by id whose policies the actor may inspect. */
export async function loadRuns(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, CleanupRunRow>> {
  const rows = await core.database.reads.find(CleanupRunTable, { where: { id: In([...ids]) } });
  const policies = await loadPolicies(core, actor, [...new Set(rows.map(({ policyId }) => policyId))]);
  return new Map(rows.filter(({ policyId }) => policies.has(policyId)).map((row) => [row.id, row]));
}

/** A run as lists have it. */
export type RunRecord = Omit<CleanupRunRow, 'position' | 'leasedUntil'>;

const runColumns =
  'r.id AS id, r.policy_id AS policyId, r.state AS state, r.started_by_id AS startedById, r.examined_packages AS examinedPackages, ' +
  'r.removed_versions AS removedVersions, r.removed_files AS removedFiles, r.removed_bytes AS removedBytes, r.message AS message, r.started_at AS startedAt, ' +
  'r.updated_at AS updatedAt, r.finished_at AS finishedAt';

/** The runs of each policy, newest first. */
export function runListQuery(policyIds: readonly string[]): ListQuery {
  return {
    from: 'cleanup_run r',
    where: [],
    order: [{ sql: 'r.id', direction: 'DESC' }],
    select: runColumns,
    key: 'r.id AS id',
    row: 'JOIN cleanup_run r ON r.id = hit.id',
    parent: { sql: 'r.policy_id', ids: policyIds },
  };
}
