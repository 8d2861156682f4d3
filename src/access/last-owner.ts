import type { EntityManager } from 'typeorm';
import { instanceId, type NamespaceRow } from '../db/tables/namespace.ts';
import { InvalidInput } from '../errors.ts';
import type { Actor } from './actor.ts';

/**
 * Throws InvalidInput where a top-level namespace has lost its last owner, unless an administrator does it: below there are owners above,
 * at the top nobody but administrators could name a new one. Owners who are blocked, and teams of nobody else, do not count. To be asked
 * after the change, in its transaction.
 */
export async function checkOwnerRemains(tx: EntityManager, actor: Actor, { id, parentId }: NamespaceRow): Promise<void> {
  if (parentId !== instanceId || actor.user?.isAdmin) return;
  const owners: unknown[] = await tx.query(
    "SELECT 1 FROM membership m JOIN user u ON u.id = m.user_id WHERE m.namespace_id = ? AND m.role = 'OWNER' AND u.is_blocked = 0 " +
      'UNION ALL SELECT 1 FROM team_membership t JOIN team_member i ON i.team_id = t.team_id JOIN user u ON u.id = i.user_id ' +
      "WHERE t.namespace_id = ? AND t.role = 'OWNER' AND u.is_blocked = 0 LIMIT 1",
    [id, id],
  );
  if (owners.length === 0) throw new InvalidInput('role', 'This would leave the namespace without an owner; name another one first, or ask an administrator.');
}
