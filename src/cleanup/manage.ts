import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { principalId } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { dayMs } from '../days.ts';
import { type CleanupPolicyRow, CleanupPolicyTable } from '../db/tables/policy.ts';
import { forUpdate } from '../db/upsert.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { getNodeToManage, getPolicyFor, type LocatedPolicy } from './find.ts';
import { changedRules, type PolicyChanges } from './policy.ts';

/** A policy that is there, or the node for which there is to be one. */
export type PolicyTarget = { policyId: string } | { namespaceId: string };

/**
 * Makes a policy for a node, or changes one. It runs by itself a day after it was made or switched on for the first time. Throws
 * InvalidInput and what authorisation throws.
 */
export async function setCleanupPolicy(core: Core, actor: Actor, target: PolicyTarget, changes: PolicyChanges): Promise<CleanupPolicyRow> {
  return core.database.tx((tx) => ('policyId' in target ? change(core, tx, actor, target.policyId, changes) : create(core, tx, actor, target.namespaceId, changes)));
}

async function create(core: Core, tx: EntityManager, actor: Actor, namespaceId: string, changes: PolicyChanges): Promise<CleanupPolicyRow> {
  const now = core.clock.now();
  const namespace = await getNodeToManage(tx, actor, namespaceId);
  const policy: CleanupPolicyRow = {
    id: newId('cleanupPolicy', now),
    namespaceId,
    ...changedRules(undefined, changes),
    createdById: principalId(actor) ?? null,
    createdAt: now,
    updatedAt: now,
    nextRunAt: now + dayMs,
  };
  // The query builder would want `formats` as TypeORM's partial of an array.
  await tx.insert(CleanupPolicyTable, policy as never);
  await recordChange(tx, actor, { policy, namespace }, 'CREATED', now);
  return policy;
}

async function change(core: Core, tx: EntityManager, actor: Actor, policyId: string, changes: PolicyChanges): Promise<CleanupPolicyRow> {
  const now = core.clock.now();
  await lockPolicy(tx, policyId);
  const { policy, namespace } = await getPolicyFor(tx, actor, 'MANAGE', policyId);
  const rules = changedRules(policy, changes);
  const isSwitchedOn = rules.isEnabled && !policy.isEnabled;
  const next = { ...policy, ...rules, updatedAt: now, nextRunAt: isSwitchedOn ? now + dayMs : policy.nextRunAt };
  await tx.update(CleanupPolicyTable, { id: policyId }, next as never);
  await recordChange(tx, actor, { policy: next, namespace }, 'UPDATED', now);
  return next;
}

/** Deletes a policy with its runs; one that is under way ends with it. Throws what authorisation throws. */
export async function deleteCleanupPolicy(core: Core, actor: Actor, policyId: string): Promise<LocatedPolicy> {
  return core.database.tx(async (tx) => {
    await lockPolicy(tx, policyId);
    const found = await getPolicyFor(tx, actor, 'MANAGE', policyId);
    await tx.delete(CleanupPolicyTable, { id: policyId });
    await recordChange(tx, actor, found, 'DELETED', core.clock.now());
    return found;
  });
}

/** Locks a policy, if it is there, until the transaction ends: its changes and the starts of its runs come one after the other. */
export async function lockPolicy(tx: EntityManager, policyId: string): Promise<void> {
  await tx.query(`SELECT id FROM cleanup_policy WHERE id = ?${forUpdate(tx)}`, [policyId]);
}

/** Tells of something that a person did with a policy, and what that says. */
export async function recordChange(tx: EntityManager, actor: Actor, { policy, namespace }: LocatedPolicy, change: 'CREATED' | 'UPDATED' | 'DELETED' | 'STARTED', now: number): Promise<void> {
  const { id: policyId, name, target, isEnabled, formats, namePattern, keepNewest, olderThanDays, notDownloadedForDays, removePattern, keepPattern } = policy;
  const rules = { target, isEnabled: Boolean(isEnabled), formats, namePattern, keepNewest, olderThanDays, notDownloadedForDays, removePattern, keepPattern };
  await record(tx, { type: 'CLEANUP_CHANGED', namespaceId: namespace.id, actor, occurredAt: now, payload: { policyId, name, change, ...rules } });
}
