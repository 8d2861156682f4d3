import { isAdministrator } from '../src/access/admin.ts';
import type { ActorRecord } from '../src/access/queries/actors.ts';
import type { UserRecord } from '../src/access/queries/users.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { userById } from './loaders.ts';

/** Whoever does something. */
export const ActorInterface = builder.interfaceRef<ActorRecord>('Actor').implement({
  description: 'Whoever does something: a person, or a token without one.',
  resolveType: (actor) => ('username' in actor ? 'User' : 'TokenActor'),
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    displayName: t.exposeString('displayName', { description: 'For people.' }),
  }),
});

/** A person. */
export const UserType = builder.objectRef<UserRecord>('User').implement({
  description: 'A person.',
  interfaces: [ActorInterface, builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    username: t.exposeString('username', { description: 'What the person signs in with.' }),
  }),
});

/** The caller's own user; others are found by administrators only, so that ids do not list the people of a server. */
export async function findSelf(context: Context, id: string): Promise<UserRecord | null> {
  return context.actor.user?.id === id || isAdministrator(context.actor) ? userById(context, id) : null;
}
