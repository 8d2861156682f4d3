import { addTeamMember, createTeam, deleteTeam, removeTeamMember, updateTeam } from '../src/access/teams.ts';
import type { TeamRow } from '../src/db/tables/access.ts';
import { InvalidInput, InvalidName, TeamExists } from '../src/errors.ts';
import { builder } from './builder.ts';
import { type Failure, mutationField } from './mutation.ts';
import { takesAdmin } from './takes.ts';
import { TeamType } from './team.ts';

const nameErrors: Failure[] = [
  [TeamExists, 'there is a team of that name'],
  [InvalidName, 'no team may be called so'],
  [InvalidInput, 'the description is too long'],
];

mutationField('createTeam', {
  description: 'Makes a team.',
  takes: takesAdmin,
  errors: nameErrors,
  refusals: ['UNAUTHENTICATED', 'FORBIDDEN'],
  input: (t) => ({
    name: t.string({ required: true, description: 'What it is called: 1 to 64 of a-z, 0-9, ".", "_" and "-".' }),
    description: t.string({ description: 'What it is for, up to 1,000 characters.' }),
  }),
  payload: payloadOf('CreateTeamPayload', 'A team that was made.'),
  resolve: async ({ name, description }, { core, actor }) => ({
    team: await createTeam(core, actor, { name, ...(typeof description === 'string' ? { description } : {}) }),
  }),
});

mutationField('updateTeam', {
  description: 'Changes a team. What is left out stays as it is.',
  takes: takesAdmin,
  errors: nameErrors,
  input: (t) => ({
    teamName: t.string({ required: true, description: 'The team.' }),
    name: t.string({ description: 'A new name.' }),
    description: t.string({ description: 'What it is for, up to 1,000 characters; null removes the description.' }),
  }),
  payload: payloadOf('UpdateTeamPayload', 'A team that was changed.'),
  resolve: async ({ teamName, name, description }, { core, actor }) => ({
    team: await updateTeam(core, actor, teamName, { ...(typeof name === 'string' ? { name } : {}), ...(description !== undefined ? { description } : {}) }),
  }),
});

mutationField('deleteTeam', {
  description: 'Deletes a team, and with it every role and right that it was given.',
  takes: takesAdmin,
  errors: [],
  input: (t) => ({ teamName: t.string({ required: true, description: 'The team.' }) }),
  payload: builder.objectRef<TeamRow>('DeleteTeamPayload').implement({
    description: 'A team that was deleted.',
    fields: (t) => ({ deletedTeamId: t.exposeID('id', { description: 'Its id.' }) }),
  }),
  resolve: ({ teamName }, { core, actor }) => deleteTeam(core, actor, teamName),
});

mutationField('addTeamMember', {
  description: 'Puts a user into a team; one who is in it already stays.',
  takes: takesAdmin,
  errors: [],
  input: memberFields,
  payload: payloadOf('AddTeamMemberPayload', 'A team with a new member.'),
  resolve: async ({ teamName, username }, { core, actor }) => ({ team: await addTeamMember(core, actor, teamName, username) }),
});

mutationField('removeTeamMember', {
  description: 'Takes a user out of a team.',
  takes: takesAdmin,
  errors: [],
  input: memberFields,
  payload: payloadOf('RemoveTeamMemberPayload', 'A team that a member has left.'),
  resolve: async ({ teamName, username }, { core, actor }) => ({ team: await removeTeamMember(core, actor, teamName, username) }),
});

function memberFields(t: PothosSchemaTypes.InputFieldBuilder<(typeof builder)['$inferSchemaTypes'], 'InputObject'>) {
  return {
    teamName: t.string({ required: true, description: 'The team.' }),
    username: t.string({ required: true, description: 'The user.' }),
  };
}

function payloadOf(name: string, description: string) {
  return builder.objectRef<{ team: TeamRow }>(name).implement({
    description,
    fields: (t) => ({ team: t.expose('team', { type: TeamType, description: 'The team.' }) }),
  });
}
