import type { Core } from '../../core.ts';
import { isIn, whereAll } from '../../db/condition.ts';
import type { UserRow } from '../../db/tables/access.ts';

/** What may be told of a user to whoever sees their work. */
export type UserRecord = Pick<UserRow, 'id' | 'username' | 'displayName'>;

/** Users by id. */
export async function loadUsers(core: Core, ids: readonly string[]): Promise<Map<string, UserRecord>> {
  const { sql, parameters } = whereAll([isIn('id', ids)]);
  const rows: UserRecord[] = await core.database.reads.query(`SELECT id, username, display_name AS displayName FROM user${sql}`, parameters);
  return new Map(rows.map((row) => [row.id, row]));
}
