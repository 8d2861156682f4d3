import type { Core } from '../../core.ts';
import { containsText, isIn, whereAll } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { TeamRow } from '../../db/tables/access.ts';
import { userColumns } from './users.ts';

const columns = 't.id AS id, t.name AS name, t.description AS description, t.created_at AS createdAt';

/** Teams by id. */
export async function loadTeams(core: Core, ids: readonly string[]): Promise<Map<string, TeamRow>> {
  const { sql, parameters } = whereAll([isIn('t.id', ids)]);
  const rows: TeamRow[] = await core.database.reads.query(`SELECT ${columns} FROM team t${sql}`, parameters);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Ids of the teams that each user is in. */
export async function loadTeamIdsOfUsers(core: Core, userIds: readonly string[]): Promise<Map<string, string[]>> {
  const { sql, parameters } = whereAll([isIn('user_id', userIds)]);
  const rows: { userId: string; teamId: string }[] = await core.database.reads.query(`SELECT user_id AS userId, team_id AS teamId FROM team_member${sql}`, parameters);
  return new Map([...Map.groupBy(rows, ({ userId }) => userId)].map(([userId, found]) => [userId, found.map(({ teamId }) => teamId)]));
}

/** All teams, by name; `search` is part of name or description. */
export function teamListQuery(core: Core, search: string | undefined): ListQuery {
  return {
    from: 'team t',
    where: search ? [containsText(core.database.dialect, "CONCAT(t.name, ' ', COALESCE(t.description, ''))", search)] : [],
    order: [{ sql: 't.name', direction: 'ASC' }],
    select: columns,
    key: 't.id AS id',
    row: 'JOIN team t ON t.id = hit.id',
  };
}

/** The users in each of these teams, by user name. */
export function teamMemberListQuery(teamIds: readonly string[]): ListQuery {
  return {
    from: 'team_member m JOIN user u ON u.id = m.user_id',
    where: [],
    order: [{ sql: 'u.username', direction: 'ASC' }],
    select: userColumns,
    key: 'u.id AS id',
    row: 'JOIN user u ON u.id = hit.id',
    parent: { sql: 'm.team_id', ids: teamIds },
  };
}
