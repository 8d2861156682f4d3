import { isAdministrator } from '../src/access/admin.ts';
import { personOf } from '../src/access/own-tokens.ts';
import { teamListQuery, teamMemberListQuery } from '../src/access/queries/teams.ts';
import type { UserRecord } from '../src/access/queries/users.ts';
import { findTeam } from '../src/access/teams.ts';
import type { TeamRow } from '../src/db/tables/access.ts';
import { Forbidden } from '../src/errors.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity, listConnection } from './connection.ts';
import type { Context } from './context.ts';
import { needs } from './gate.ts';
import { defineList } from './list.ts';
import { teamById, teamIdsOfUser } from './loaders.ts';
import { UserConnection } from './user-queries.ts';
import { UserType } from './user.ts';

const listMembers = defineList<TeamRow, object, UserRecord>({
  name: 'team members',
  idOf: ({ id }) => id,
  query: (_context, teams) => teamMemberListQuery(teams.map(({ id }) => id)),
  orderName: () => 'username',
  positionOf: (_args, { username }) => [username],
});

/** A group of users. */
export const TeamType = builder.objectRef<TeamRow>('Team').implement({
  description: 'A group of users, which is given roles and rights like a user.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    name: t.exposeString('name', { description: 'What it is called; unique among teams.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    members: t.connection(
      {
        ...needs('ADMIN'),
        type: UserType,
        nullable: true,
        description: 'Who is in it, by user name; for its members and administrators.',
        complexity: listComplexity,
        resolve: async (team, args, context, info) => {
          await checkMember(context, team);
          return listMembers(context, team, args, info) as never;
        },
      },
      UserConnection,
    ),
  }),
});

builder.queryFields((t) => ({
  teams: t.connection(
    {
      type: TeamType,
      nullable: true,
      description: 'All teams, by name; for everybody who has signed in as a user, since roles are given to them.',
      args: { search: t.arg.string({ description: 'Part of name or description, in any case.' }) },
      complexity: listComplexity,
      resolve: (_root, { search, ...page }, { core, actor }) => {
        personOf(actor);
        const list = { orderName: 'name', positionOf: ({ name }: TeamRow) => [name] };
        return listConnection<TeamRow>(core.database.reads, teamListQuery(core, search ?? undefined), page, list) as never;
      },
    },
    connectionType(TeamType, 'Team', 'teams'),
  ),
  team: t.field({
    type: TeamType,
    nullable: true,
    description: 'A team by name; null where there is none, and for callers who have not signed in as a user.',
    args: { name: t.arg.string({ required: true, description: 'The name, in any case.' }) },
    resolve: (_root, { name }, { core, actor }) => (actor.user ? findTeam(core.database.reads, name) : null),
  }),
}));

/** A team by id, for those who may list them. */
export async function findTeamForUser(context: Context, id: string): Promise<TeamRow | null> {
  return context.actor.user ? teamById(context, id) : null;
}

async function checkMember(context: Context, { id }: TeamRow): Promise<void> {
  if (isAdministrator(context.actor)) return;
  const user = personOf(context.actor);
  const teamIds = await teamIdsOfUser(context, user.id);
  if (!teamIds?.includes(id)) throw new Forbidden('Only members of the team and administrators see who is in it.');
}
