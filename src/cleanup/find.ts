import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { type Action, authorize, notThere } from '../access/decide.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type CleanupPolicyRow, CleanupPolicyTable } from '../db/tables/policy.ts';
import { findNamespace, getNamespace } from '../namespaces/repository.ts';

/** A policy with the node whose subtree it holds for. */
export interface LocatedPolicy {
  policy: CleanupPolicyRow;
  namespace: NamespaceRow;
}

/** A policy on whose node the actor may act so; throws what authorisation throws, and the same whether it is not there or must not be known. */
export async function getPolicyFor(manager: EntityManager, actor: Actor, action: Action, policyId: string): Promise<LocatedPolicy> {
  const what = 'Cleanup policy';
  const policy = await manager.findOne(CleanupPolicyTable, { where: { id: policyId } });
  if (!policy) throw notThere(actor, what);
  const namespace = await getNamespace(manager, policy.namespaceId);
  authorize(actor, action, namespace, undefined, what);
  return { policy, namespace };
}

/** The node that a policy is to be made for. Throws what authorisation throws. */
export async function getNodeToManage(manager: EntityManager, actor: Actor, namespaceId: string): Promise<NamespaceRow> {
  const namespace = await findNamespace(manager, namespaceId);
  if (!namespace) throw notThere(actor, 'Namespace');
  authorize(actor, 'MANAGE', namespace);
  return namespace;
}
