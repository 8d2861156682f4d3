import type { Core } from '../../core.ts';
import { containsText, isIn, whereAll } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { UserRow } from '../../db/tables/access.ts';

/** What may be told of a user to whoever sees their work. */
export type UserRecord = Pick<UserRow, 'id' | 'username' | 'displayName'>;

/** What only administrators and the user themselves are told besides. */
export type UserDetails = Pick<UserRow, 'id' | 'isAdmin' | 'isBlocked' | 'createdAt'> & { hasPassword: boolean };

/** Columns of a {@link UserRecord}; `u` is the user. */
export const userColumns = 'u.id AS id, u.username AS username, u.display_name AS displayName';

/** Users by id. */
export async function loadUsers(core: Core, ids: readonly string[]): Promise<Map<string, UserRecord>> {
  const { sql, parameters } = whereAll([isIn('u.id', ids)]);
  const rows: UserRecord[] = await core.database.reads.query(`SELECT ${userColumns} FROM user u${sql}`, parameters);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The rest of them, by id. */
export async function loadUserDetails(core: Core, ids: readonly string[]): Promise<Map<string, UserDetails>> {
  const { sql, parameters } = whereAll([isIn('id', ids)]);
  const rows: { id: string; isAdmin: number; isBlocked: number; createdAt: number; hasPassword: number }[] = await core.database.reads.query(
    `SELECT id, is_admin AS isAdmin, is_blocked AS isBlocked, created_at AS createdAt, password_hash IS NOT NULL AS hasPassword FROM user${sql}`,
    parameters,
  );
  return new Map(
    rows.map((row) => [row.id, { ...row, isAdmin: Boolean(row.isAdmin), isBlocked: Boolean(row.isBlocked), hasPassword: Boolean(row.hasPassword) }]),
  );
}

/** All users, by user name; `search` is part of user name or display name. */
export function userListQuery(core: Core, search: string | undefined): ListQuery {
  return {
    from: 'user u',
    where: search ? [containsText(core.database.dialect, "CONCAT(u.username, ' ', u.display_name)", search)] : [],
    order: [{ sql: 'u.username', direction: 'ASC' }],
    select: userColumns,
    key: 'u.id AS id',
    row: 'JOIN user u ON u.id = hit.id',
  };
}
