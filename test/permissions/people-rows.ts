import { createUser } from '../../src/access/users.ts';
import { MembershipTable, TeamMemberTable, TeamTable } from '../../src/db/tables/access.ts';
import { newId } from '../../src/ids.ts';
import { password } from '../support/app.ts';
import { type FieldContext, type FieldRow, mutation } from './field-row.ts';

/** A user who is in the project; gives their name. */
function member({ app, place, number, fixture }: FieldContext): Promise<string> {
  return fixture('member', async () => {
    const { id, username } = await createUser(app.core, { username: `member-${number}` });
    await app.core.database.tx((tx) => tx.insert(MembershipTable, { userId: id, namespaceId: place.project.id, role: 'GUEST', createdAt: 1 }));
    return username;
  });
}

/** A team with one user in it; gives both names. */
function team({ app, number, fixture }: FieldContext): Promise<{ teamName: string; username: string }> {
  return fixture('team with a member', async () => {
    const { id: userId, username } = await createUser(app.core, { username: `player-${number}` });
    const id = newId('team', number);
    const teamName = `team-${number}`;
    await app.core.database.tx(async (tx) => {
      await tx.insert(TeamTable, { id, name: teamName, description: null, createdAt: 1 });
      await tx.insert(TeamMemberTable, { teamId: id, userId, createdAt: 1 });
    });
    return { teamName, username };
  });
}

/** The mutations on users, teams, members and sessions. */
export const peopleRows: FieldRow[] = [
  mutation('setMember', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: context.place.project.id, username: await member(context), role: 'REPORTER' })),
  mutation('removeMember', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: context.place.project.id, username: await member(context) })),
  mutation('createUser', { need: 'ADMIN', of: 'NOTHING' }, ({ number }) => ({ username: `made-${number}` })),
  mutation('updateUser', { need: 'ADMIN', of: 'NOTHING' }, ({ number }) => ({ username: 'w-anybody', displayName: `Anybody ${number}` })),
  mutation('createTeam', { need: 'ADMIN', of: 'NOTHING' }, ({ number }) => ({ name: `made-${number}` })),
  mutation('updateTeam', { need: 'ADMIN', of: 'NOTHING' }, async (context) => ({ teamName: (await team(context)).teamName, description: `number ${context.number}` })),
  mutation('addTeamMember', { need: 'ADMIN', of: 'NOTHING' }, async (context) => ({ teamName: (await team(context)).teamName, username: 'w-anybody' })),
  mutation('removeTeamMember', { need: 'ADMIN', of: 'NOTHING' }, team),
  mutation('deleteTeam', { need: 'ADMIN', of: 'NOTHING' }, async (context) => ({ teamName: (await team(context)).teamName })),
  mutation('changePassword', { need: 'ACCOUNT', of: 'NOTHING' }, () => ({ currentPassword: password, newPassword: password })),
  mutation('signIn', { need: 'ANYBODY', of: 'NOTHING' }, () => ({ username: 'w-anybody', password })),
  mutation('signOut', { need: 'ANYBODY', of: 'NOTHING' }, () => ({})),
];
