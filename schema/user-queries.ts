import { selfOf } from '../src/access/actor.ts';
import { isAdministrator, authorizeAdmin } from '../src/access/admin.ts';
import { type UserDetails, type UserRecord, userListQuery } from '../src/access/queries/users.ts';
import { findUser } from '../src/access/users.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity, listConnection } from './connection.ts';
import type { Context } from './context.ts';
import { needs } from './gate.ts';
import { userDetails } from './loaders.ts';
import { UserType } from './user.ts';

/** Lists of users. */
export const UserConnection = connectionType(UserType, 'User', 'users');

const forWhom = 'Null for all but the user themselves and administrators.';

builder.objectFields(UserType, (t) => ({
  isAdmin: t.boolean({
    ...needs('ADMIN'),
    nullable: true,
    description: `Whether they administer this server. ${forWhom}`,
    resolve: async ({ id }, _args, context) => (await detailsOf(context, id))?.isAdmin ?? null,
  }),
  isBlocked: t.boolean({
    ...needs('ADMIN'),
    nullable: true,
    description: `Whether they are locked out. ${forWhom}`,
    resolve: async ({ id }, _args, context) => (await detailsOf(context, id))?.isBlocked ?? null,
  }),
  hasPassword: t.boolean({
    ...needs('ADMIN'),
    nullable: true,
    description: `Whether they can sign in with a password; if not, they use tokens only. ${forWhom}`,
    resolve: async ({ id }, _args, context) => (await detailsOf(context, id))?.hasPassword ?? null,
  }),
  createdAt: t.field({
    ...needs('ADMIN'),
    type: 'DateTime',
    nullable: true,
    description: `When they were made. ${forWhom}`,
    resolve: async ({ id }, _args, context) => (await detailsOf(context, id))?.createdAt ?? null,
  }),
}));

builder.queryFields((t) => ({
  users: t.connection(
    {
      type: UserType,
      nullable: true,
      description: 'The users of this server, by user name; for administrators only.',
      args: { search: t.arg.string({ description: 'Part of user name or display name, in any case.' }) },
      complexity: listComplexity,
      resolve: (_root, { search, ...page }, { core, actor }) => {
        authorizeAdmin(actor);
        const list = { orderName: 'username', positionOf: ({ username }: UserRecord) => [username] };
        return listConnection<UserRecord>(core.database.reads, userListQuery(core, search ?? undefined), page, list) as never;
      },
    },
    UserConnection,
  ),
  user: t.field({
    type: UserType,
    nullable: true,
    description: 'A user by name, for administrators; anybody else finds only themselves.',
    args: { username: t.arg.string({ required: true, description: 'The user name, in any case.' }) },
    resolve: async (_root, { username }, { core, actor }) => {
      if (!isAdministrator(actor) && actor.user?.username !== username.toLowerCase()) return null;
      return findUser(core.database.reads, username);
    },
  }),
}));

async function detailsOf(context: Context, id: string): Promise<UserDetails | null> {
  const { actor } = context;
  return selfOf(actor).user?.id === id || isAdministrator(actor) ? userDetails(context, id) : null;
}
