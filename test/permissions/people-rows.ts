import { password } from '../support/app.ts';
import { type FieldRow, mutation } from './field-row.ts';
import { member, team } from './standing.ts';

/** The mutations on users, teams, members and sessions. */
export const peopleRows: FieldRow[] = [
  mutation('setMember', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: context.place.project.id, username: await member(context), role: 'REPORTER' })),
  mutation('setMember', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: context.place.project.id, teamName: (await team(context)).teamName, role: 'REPORTER' })),
  mutation('setMember', { need: 'OWN', of: 'NODE' }, async (context) => ({ namespaceId: context.place.project.id, username: await member(context), role: 'OWNER' })),
  mutation('removeMember', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: context.place.project.id, username: await member(context) })),
  mutation('removeMember', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: context.place.project.id, teamName: (await team(context)).teamName })),
  mutation('createUser', { need: 'ADMIN', of: 'NOTHING' }, ({ number }) => ({ username: `made-${number}` })),
  mutation('updateUser', { need: 'ADMIN', of: 'NOTHING' }, ({ number }) => ({ username: 'w-anybody', displayName: `Anybody ${number}` })),
  mutation('createTeam', { need: 'ADMIN', of: 'NOTHING' }, ({ number }) => ({ name: `made-${number}` })),
  mutation('updateTeam', { need: 'ADMIN', of: 'NOTHING' }, async (context) => ({ teamName: (await team(context)).teamName, description: `number ${context.number}` })),
  mutation('addTeamMember', { need: 'ADMIN', of: 'NOTHING' }, async (context) => ({ teamName: (await team(context)).teamName, username: 'w-anybody' })),
  mutation('removeTeamMember', { need: 'ADMIN', of: 'NOTHING' }, async (context) => ({ ...(await team(context)) })),
  mutation('deleteTeam', { need: 'ADMIN', of: 'NOTHING' }, async (context) => ({ teamName: (await team(context)).teamName })),
  mutation('changePassword', { need: 'ACCOUNT', of: 'NOTHING' }, () => ({ currentPassword: password, newPassword: password })),
  mutation('signIn', { need: 'ANYBODY', of: 'NOTHING' }, () => ({ username: 'w-anybody', password })),
  mutation('signOut', { need: 'ANYBODY', of: 'NOTHING' }, () => ({})),
];
