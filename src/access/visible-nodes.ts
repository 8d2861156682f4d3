import type { Condition } from '../db/condition.ts';
import type { Actor } from './actor.ts';
import { roles } from '../db/tables/access.ts';

/**
 * The same rule as `decide(actor, 'READ', node)` as SQL over a namespace row called `alias`, so that lists and counts
 * are filtered by the database and never show what a single read would refuse.
 */
export function readableNodes(actor: Actor, alias: string): Condition {
  if (!actor.scopes.has('READ')) return { sql: '1 = 0', parameters: [] };
  if (actor.user?.isAdmin) return { sql: '1 = 1', parameters: [] };
  if (!actor.user) return { sql: `${alias}.visibility = 'PUBLIC'`, parameters: [] };
  const readers = [...actor.roles].filter(([, role]) => roles.indexOf(role) >= roles.indexOf('REPORTER'));
  const below = readers.map(() => ` OR ${alias}.lineage LIKE ?`).join('');
  return {
    sql: `(${alias}.visibility IN ('PUBLIC', 'INTERNAL')${below})`,
    // Ids contain `_`, which LIKE takes as "any character"; ids are random and of one length, so no other can match.
    parameters: readers.map(([namespaceId]) => `%${namespaceId}/%`),
  };
}
