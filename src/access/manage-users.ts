import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { type UserRow, UserTable } from '../db/tables/access.ts';
import { instanceId } from '../db/tables/namespace.ts';
import { forUpdate } from '../db/upsert.ts';
import { Forbidden, InvalidInput, NotFound, Unauthenticated } from '../errors.ts';
import { record } from '../events/record.ts';
import type { Actor } from './actor.ts';
import { authorizeAdmin } from './admin.ts';
import { personOf } from './own-tokens.ts';
import { endSessionsOf } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { checkDisplayName, checkPassword, createUser, findUser, hashPassword, type NewUser } from './users.ts';

/** Makes a user, as an administrator; throws UserExists, InvalidName, InvalidInput and what authorisation throws. */
export async function registerUser(core: Core, actor: Actor, input: NewUser): Promise<UserRow> {
  authorizeAdmin(actor);
  return createUser(core, input, actor);
}

export interface UserChanges {
  displayName?: string;
  /** A new one ends the user's sessions. */
  password?: string;
  isAdmin?: boolean;
  /** Blocking ends the user's sessions and, as long as it lasts, all that their tokens can do. */
  isBlocked?: boolean;
}

/**
 * Changes a user, as an administrator. Nobody blocks or demotes themselves, so an administrator always remains. Throws NotFound,
 * InvalidInput and what authorisation throws.
 */
export async function updateUser(core: Core, actor: Actor, username: string, changes: UserChanges): Promise<UserRow> {
  authorizeAdmin(actor);
  checkDisplayName(changes.displayName);
  const passwordHash = changes.password === undefined ? undefined : await hashPassword('password', changes.password);
  const now = core.clock.now();
  const next = await core.database.tx(async (tx) => {
    const adminIds = await lockAdmins(tx);
    const user = await lockUser(tx, username);
    if (!user) throw new NotFound('User', `There is no user "${username}".`);
    const { displayName = user.displayName, isAdmin = user.isAdmin, isBlocked = user.isBlocked } = changes;
    checkAdmins(actor, adminIds, user, isAdmin && !isBlocked);
    const row: UserRow = { ...user, displayName, isAdmin, isBlocked, ...(passwordHash === undefined ? {} : { passwordHash }) };
    const changed = (['displayName', 'passwordHash', 'isAdmin', 'isBlocked'] as const).filter((field) => row[field] !== user[field]);
    if (changed.length === 0) return row;
    await tx.update(UserTable, { id: user.id }, row);
    if (isBlocked || passwordHash !== undefined) await endSessionsOf(tx, user.id, isBlocked ? '' : actor.sessionId);
    // What it was changed to is told, but for the password.
    const payload = { userId: user.id, username: user.username, ...changes, ...(changes.password === undefined ? {} : { password: 'changed' }) };
    await record(tx, { type: 'USER_CHANGED', namespaceId: instanceId, actor, occurredAt: now, payload });
    return row;
  });
  core.authenticator.forget();
  return next;
}

/** Changes the actor's own password, which ends their other sessions. Throws InvalidInput, TooManyRequests and what authorisation throws. */
export async function changePassword(core: Core, actor: Actor, given: { currentPassword: string; newPassword: string; address: string }): Promise<UserRow> {
  const { username } = personOf(actor);
  checkPassword('newPassword', given.newPassword);
  const user = await signIn(core, { username, password: given.currentPassword, address: given.address }).catch((error: unknown) => {
    if (error instanceof Unauthenticated) throw new InvalidInput('currentPassword', 'This is not your current password.');
    throw error;
  });
  const passwordHash = await hashPassword('newPassword', given.newPassword);
  const now = core.clock.now();
  await core.database.tx(async (tx) => {
    await tx.update(UserTable, { id: user.id }, { passwordHash });
    await endSessionsOf(tx, user.id, actor.sessionId);
    await record(tx, { type: 'USER_CHANGED', namespaceId: instanceId, actor, occurredAt: now, payload: { userId: user.id, username, password: 'changed' } });
  });
  core.authenticator.forget();
  return { ...user, passwordHash };
}

/** The administrators that are not blocked; nobody else can change who is, until the transaction ends. */
async function lockAdmins(tx: EntityManager): Promise<string[]> {
  const rows: { id: string }[] = await tx.query(`SELECT id FROM user WHERE is_admin = 1 AND is_blocked = 0 ORDER BY id${forUpdate(tx)}`);
  return rows.map(({ id }) => id);
}

async function lockUser(tx: EntityManager, username: string): Promise<UserRow | null> {
  await tx.query(`SELECT id FROM user WHERE username = ?${forUpdate(tx)}`, [username.toLowerCase()]);
  return findUser(tx, username);
}

/** Two administrators may be demoting each other: who does it must be one still, and one must remain. */
function checkAdmins(actor: Actor, adminIds: readonly string[], user: UserRow, staysAdmin: boolean): void {
  if (!adminIds.includes(actor.user?.id ?? '')) throw new Forbidden('Only administrators of this server may do this.');
  if (!adminIds.includes(user.id) || staysAdmin) return;
  if (adminIds.length === 1) throw new InvalidInput('username', 'This is the last administrator; name another one first.');
  if (user.id === actor.user?.id) throw new InvalidInput('username', 'You cannot block or demote yourself; ask another administrator.');
}
