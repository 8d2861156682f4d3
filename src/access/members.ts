import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { MembershipTable, type Role, TeamMembershipTable } from '../db/tables/access.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { forUpdate } from '../db/upsert.ts';
import { NotFound } from '../errors.ts';
import { record } from '../events/record.ts';
import { findNamespace } from '../namespaces/repository.ts';
import type { Actor } from './actor.ts';
import { authorize, notThere } from './decide.ts';
import { checkOwnerRemains } from './last-owner.ts';
import { findPrincipal, type PrincipalName } from './principal.ts';

/** A user or a team in a node. */
export type MemberKey = PrincipalName & { namespaceId: string };

/** A membership as it is now. */
export interface Member {
  /** Where it is. */
  namespace: NamespaceRow;
  kind: 'USER' | 'TEAM';
  principalId: string;
  role: Role;
  createdAt: number;
}

/** Gives a user a role on a node and everything below it, in place of the one it had there. The caller has checked that it may. */
export async function insertMember(core: Core, userId: string, namespaceId: string, role: Role): Promise<void> {
  await core.database.tx((tx) =>
    tx.upsert(MembershipTable, { userId, namespaceId, role, createdAt: core.clock.now() }, ['userId', 'namespaceId']),
  );
}

/**
 * Gives a user or a team a role on a node and everything below it, in place of the one they had there. Nobody gives or changes a role
 * above their own. Throws InvalidInput (no such user or team, the last owner) and what authorisation throws.
 */
export async function setMember(core: Core, actor: Actor, { role, ...key }: MemberKey & { role: Role }): Promise<Member> {
  const now = core.clock.now();
  const member = await core.database.tx(async (tx) => {
    const { namespace, kind, id, name, current } = await lockMember(tx, actor, key);
    checkRank(actor, namespace, role);
    const { table, row } = rowOf(kind, id, namespace.id);
    const createdAt = current?.createdAt ?? now;
    if (current?.role !== role) {
      if (current) await tx.update(table, row, { role });
      else await tx.insert(table, { ...row, role, createdAt });
      if (role !== 'OWNER' && current?.role === 'OWNER') await checkOwnerRemains(tx, actor, namespace);
      const payload = { kind, principalId: id, name, role, previousRole: current?.role ?? null };
      await record(tx, { type: 'MEMBER_SET', namespaceId: namespace.id, actor, occurredAt: now, payload });
    }
    return { namespace, kind, principalId: id, role, createdAt };
  });
  core.authenticator.forget();
  return member;
}

/** Takes the role that a user or a team was given on this very node. Throws NotFound, InvalidInput and what authorisation throws. */
export async function removeMember(core: Core, actor: Actor, key: MemberKey): Promise<Member> {
  const member = await core.database.tx(async (tx) => {
    const { namespace, kind, id, name, current } = await lockMember(tx, actor, key);
    if (!current) throw new NotFound('Member', 'There is no such member on this very namespace; roles given above are taken there.');
    const { table, row } = rowOf(kind, id, namespace.id);
    await tx.delete(table, row);
    if (current.role === 'OWNER') await checkOwnerRemains(tx, actor, namespace);
    await record(tx, { type: 'MEMBER_REMOVED', namespaceId: namespace.id, actor, occurredAt: core.clock.now(), payload: { kind, principalId: id, name, previousRole: current.role } });
    return { namespace, kind, principalId: id, ...current };
  });
  core.authenticator.forget();
  return member;
}

interface Locked {
  namespace: NamespaceRow;
  kind: 'USER' | 'TEAM';
  id: string;
  name: string;
  current: { role: Role; createdAt: number } | null;
}

/** What is to be changed, if the actor may; nobody else changes members of the node until the transaction ends. */
async function lockMember(tx: EntityManager, actor: Actor, { namespaceId, ...given }: MemberKey): Promise<Locked> {
  await tx.query(`SELECT id FROM namespace WHERE id = ?${forUpdate(tx)}`, [namespaceId]);
  const namespace = await findNamespace(tx, namespaceId);
  if (!namespace) throw notThere(actor, 'Namespace');
  authorize(actor, 'MANAGE', namespace);
  // Only now, or anybody could find out what users there are.
  const { kind, id, name } = await findPrincipal(tx, given);
  const { table, row } = rowOf(kind, id, namespaceId);
  const found = await tx.findOne(table, { where: row });
  if (found) checkRank(actor, namespace, found.role);
  return { namespace, kind, id, name, current: found && { role: found.role, createdAt: found.createdAt } };
}

/** Throws Forbidden where a role is above the actor's own: whoever manages the node has all but OWNER. */
function checkRank(actor: Actor, namespace: NamespaceRow, role: Role): void {
  if (role === 'OWNER') authorize(actor, 'OWN', namespace);
}

function rowOf(kind: 'USER' | 'TEAM', id: string, namespaceId: string) {
  return kind === 'USER' ? { table: MembershipTable, row: { userId: id, namespaceId } } : { table: TeamMembershipTable, row: { teamId: id, namespaceId } };
}
