import { changePassword, registerUser, updateUser } from '../src/access/manage-users.ts';
import type { UserRow } from '../src/db/tables/access.ts';
import { InvalidInput, InvalidName, UserExists } from '../src/errors.ts';
import { builder } from './builder.ts';
import { mutationField } from './mutation.ts';
import { takesAdmin } from './takes.ts';
import { UserType } from './user.ts';
import './user-queries.ts';

mutationField('createUser', {
  description: 'Makes a user.',
  takes: takesAdmin,
  errors: [
    [UserExists, 'there is a user of that name'],
    [InvalidName, 'nobody may be called so'],
    [InvalidInput, 'the password or the display name is too short or too long'],
  ],
  refusals: ['UNAUTHENTICATED', 'FORBIDDEN'],
  input: (t) => ({
    username: t.string({ required: true, description: 'What they sign in with: 1 to 64 of a-z, 0-9, ".", "_" and "-". Never changes.' }),
    displayName: t.string({ description: 'For people, 1 to 255 characters; by default the user name.' }),
    password: t.string({ description: '8 to 1,024 characters. Without one they can use tokens only.' }),
    isAdmin: t.boolean({ description: 'Whether they administer this server; by default not.' }),
  }),
  payload: payloadOf('CreateUserPayload', 'A user that was made.'),
  resolve: async ({ username, displayName, password, isAdmin }, { core, actor }) => ({
    user: await registerUser(core, actor, {
      username,
      ...(typeof displayName === 'string' ? { displayName } : {}),
      ...(typeof password === 'string' ? { password } : {}),
      ...(typeof isAdmin === 'boolean' ? { isAdmin } : {}),
    }),
  }),
});

mutationField('updateUser', {
  description: 'Changes a user. What is left out stays as it is.',
  takes: `${takesAdmin} They can block or demote each other but not themselves, so that one always remains.`,
  errors: [[InvalidInput, 'the password or the display name is too short or too long, or the caller would block or demote themselves']],
  input: (t) => ({
    username: t.string({ required: true, description: 'The user.' }),
    displayName: t.string({ description: 'A new name for people, 1 to 255 characters.' }),
    password: t.string({ description: 'A new password, 8 to 1,024 characters. Ends their browser sessions.' }),
    isAdmin: t.boolean({ description: 'Whether they administer this server.' }),
    isBlocked: t.boolean({
      description: 'Whether they are locked out: at once, with all their tokens. Their browser sessions end; tokens work again when they are let in again.',
    }),
  }),
  payload: payloadOf('UpdateUserPayload', 'A user that was changed.'),
  resolve: async ({ username, displayName, password, isAdmin, isBlocked }, { core, actor }) => ({
    user: await updateUser(core, actor, username, {
      ...(typeof displayName === 'string' ? { displayName } : {}),
      ...(typeof password === 'string' ? { password } : {}),
      ...(typeof isAdmin === 'boolean' ? { isAdmin } : {}),
      ...(typeof isBlocked === 'boolean' ? { isBlocked } : {}),
    }),
  }),
});

mutationField('changePassword', {
  description: "Changes the caller's own password and ends their other browser sessions. Tokens stay.",
  takes: 'For everybody who has signed in as a user and knows the password. Wrong ones are counted as in `signIn`; too many are TOO_MANY_REQUESTS.',
  errors: [[InvalidInput, 'the current password is wrong, or the new one too short or too long']],
  refusals: ['UNAUTHENTICATED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'],
  input: (t) => ({
    currentPassword: t.string({ required: true, description: 'The password as it is.' }),
    newPassword: t.string({ required: true, description: 'The new one, 8 to 1,024 characters.' }),
  }),
  payload: payloadOf('ChangePasswordPayload', 'A password that was changed.'),
  resolve: async (input, { core, actor, clientAddress }) => ({ user: await changePassword(core, actor, { ...input, address: clientAddress }) }),
});

function payloadOf(name: string, description: string) {
  return builder.objectRef<{ user: UserRow }>(name).implement({
    description,
    fields: (t) => ({ user: t.expose('user', { type: UserType, description: 'The user.' }) }),
  });
}
