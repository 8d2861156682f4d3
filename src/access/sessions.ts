import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import type { UserRow } from '../db/tables/access.ts';
import { SessionTable } from '../db/tables/credential.ts';
import { forUpdate } from '../db/upsert.ts';
import { Unauthenticated } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Actor } from './actor.ts';
import { secretSha256 } from './secret.ts';
import { type SignInAttempt, signIn } from './sign-in.ts';

/** A session ends so long after it was opened, however much it is used. */
export const sessionSeconds = 30 * 24 * 60 * 60;

/** A session just opened: the only time its secret is seen. */
export interface OpenedSession {
  user: UserRow;
  secret: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Signs a browser in; ends the session it comes with, if it has one. Throws Unauthenticated, TooManyRequests. */
export async function openSession(core: Core, actor: Actor, attempt: SignInAttempt): Promise<OpenedSession> {
  const user = await signIn(core, attempt);
  const secret = randomBytes(32).toString('base64url');
  const now = core.clock.now();
  const expiresAt = now + sessionSeconds * 1000;
  await core.database.tx(async (tx) => {
    // The user may have been blocked, or the password changed, since it was verified: such a session would outlive that.
    const same = await tx.query(`SELECT 1 FROM user WHERE id = ? AND password_hash = ? AND is_blocked = 0${forUpdate(tx)}`, [user.id, user.passwordHash]);
    if (same.length === 0) throw new Unauthenticated('Wrong user name or password.');
    if (actor.sessionId !== undefined) await tx.delete(SessionTable, { id: actor.sessionId });
    await tx.insert(SessionTable, { id: newId('session', now), secretSha256: secretSha256(secret), userId: user.id, createdAt: now, expiresAt });
  });
  if (actor.sessionId !== undefined) core.authenticator.forget();
  return { user, secret, expiresAt };
}

/** Signs a browser out, or all browsers of its user; says whether the actor came with a session at all. */
export async function endSession(core: Core, { sessionId, user }: Actor, everywhere: boolean): Promise<boolean> {
  if (sessionId === undefined || !user) return false;
  await core.database.tx(async (tx) => {
    if (everywhere) await endSessionsOf(tx, user.id);
    else await tx.delete(SessionTable, { id: sessionId });
  });
  core.authenticator.forget();
  return true;
}

/** Ends all sessions of a user but one, in the transaction that gives the reason. */
export async function endSessionsOf(tx: EntityManager, userId: string, exceptId = ''): Promise<void> {
  await tx.query('DELETE FROM session WHERE user_id = ? AND id <> ?', [userId, exceptId]);
}

/** Removes sessions whose time is over. */
export async function removeExpiredSessions(core: Core, now: number): Promise<void> {
  await core.database.tx((tx) => tx.query('DELETE FROM session WHERE expires_at <= ?', [now]));
}
