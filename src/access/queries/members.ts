import { isIn } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { Role } from '../../db/tables/access.ts';
import { ancestorIds } from '../../namespaces/queries/namespaces.ts';

/** A membership as lists have it. */
export interface MemberRecord {
  /** Where the role was given. */
  namespaceId: string;
  kind: 'USER' | 'TEAM';
  principalId: string;
  /** Name of the user or the team. */
  principalName: string;
  role: Role;
  createdAt: number;
}

const members =
  "(SELECT m.namespace_id AS node_id, 'USER' AS principal_kind, m.user_id AS principal_id, u.username AS principal_name, m.role AS member_role, m.created_at AS member_since " +
  'FROM membership m JOIN user u ON u.id = m.user_id ' +
  "UNION ALL SELECT m.namespace_id AS node_id, 'TEAM' AS principal_kind, m.team_id AS principal_id, t.name AS principal_name, m.role AS member_role, m.created_at AS member_since " +
  'FROM team_membership m JOIN team t ON t.id = m.team_id) m';

const columns = ['node_id', 'principal_kind', 'principal_id', 'principal_name', 'member_role', 'member_since'];

/** What was given on these nodes themselves, or with `includeInherited` also above them; by name. */
export function memberListQuery(nodes: readonly { id: string; lineage: string }[], includeInherited: boolean): ListQuery {
  const ids = nodes.map(({ id }) => id);
  const above = [...new Set(nodes.flatMap((node) => [...ancestorIds(node), node.id]))];
  return {
    from: includeInherited ? `${members} JOIN namespace n ON n.lineage LIKE CONCAT('%', m.node_id, '/%')` : members,
    where: includeInherited ? [isIn('m.node_id', above)] : [],
    order: ['principal_name', 'principal_id', 'node_id'].map((sql) => ({ sql, direction: 'ASC' })),
    select:
      'node_id AS namespaceId, principal_kind AS kind, principal_id AS principalId, principal_name AS principalName, member_role AS role, member_since AS createdAt',
    // Every column is in the key, so that nothing has to be joined again.
    key: columns.join(', '),
    row: '',
    parent: { sql: includeInherited ? 'n.id' : 'm.node_id', ids },
  };
}
