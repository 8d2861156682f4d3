import type { EntityManager } from 'typeorm';
import { type GrantLevel, grantLevels, type Role, roles } from '../../db/tables/access.ts';

/** What a user has been given, themselves or through their teams. */
export interface Rights {
  roles: Map<string, Role>;
  grants: Map<string, GrantLevel>;
}

/** The rights of a user; of several on one thing the highest. */
export async function loadRights(manager: EntityManager, userId: string): Promise<Rights> {
  const teams = 'SELECT team_id FROM team_member WHERE user_id = ?';
  const [memberships, grants] = await Promise.all([
    manager.query(
      'SELECT namespace_id AS id, role AS level FROM membership WHERE user_id = ? ' +
        `UNION ALL SELECT namespace_id AS id, role AS level FROM team_membership WHERE team_id IN (${teams})`,
      [userId, userId],
    ) as Promise<{ id: string; level: Role }[]>,
    manager.query(
      'SELECT package_id AS id, level FROM package_grant WHERE principal_id = ? ' +
        `UNION ALL SELECT package_id AS id, level FROM package_grant WHERE principal_id IN (${teams})`,
      [userId, userId],
    ) as Promise<{ id: string; level: GrantLevel }[]>,
  ]);
  return { roles: highest(memberships, roles), grants: highest(grants, grantLevels) };
}

function highest<Level>(rows: readonly { id: string; level: Level }[], order: readonly Level[]): Map<string, Level> {
  const found = new Map<string, Level>();
  for (const { id, level } of rows) {
    const other = found.get(id);
    if (other === undefined || order.indexOf(level) > order.indexOf(other)) found.set(id, level);
  }
  return found;
}
