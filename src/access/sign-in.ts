import { createHash } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Core } from '../core.ts';
import { Mutex } from '../db/mutex.ts';
import type { UserRow } from '../db/tables/access.ts';
import { Unauthenticated } from '../errors.ts';
import { checkFailures, clearFailures, countFailure, failureSubjects } from './sign-in-failures.ts';
import { comparablePassword, findUser } from './users.ts';

/** A user name and a password, and where they came from. */
export interface SignInAttempt {
  username: string;
  password: string;
  /** Of the client, as `clientAddressOf` tells it; empty where there is none. */
  address: string;
}

// Verified where there is no user or no password, so that the answer takes as long as for a wrong password.
let decoy: Promise<string> | undefined;

/**
 * Attempts at one user name wait for each other, so that each sees what the ones before it came to; and no more than so many
 * passwords are verified at once, which takes memory and a thread of the pool that files are read with.
 */
const lanes = Array.from({ length: 3 }, () => new Mutex());

/**
 * The user with that password; throws Unauthenticated, with one message for every reason, and TooManyRequests after too many wrong
 * passwords, without looking at this one: within 15 minutes of the first, 10 from one address for one user name, 100 from one
 * address, 100 for one user name. Processes count together. Of attempts at the same moment one process looks at no more than that for a
 * user name, and each further process at one more at most; from an address it is three per process, less one.
 */
export function signIn(core: Pick<Core, 'database' | 'clock'>, attempt: SignInAttempt): Promise<UserRow> {
  return laneOf(attempt.username).run(() => verifyAttempt(core, attempt));
}

async function verifyAttempt({ database, clock }: Pick<Core, 'database' | 'clock'>, { username, password, address }: SignInAttempt): Promise<UserRow> {
  const subjects = failureSubjects(username, address);
  const failures = await checkFailures(database.reads, subjects, clock.now());
  const user = await findUser(database.reads, username);
  decoy ??= hash('no password');
  const isRight = await verify(user?.passwordHash ?? (await decoy), comparablePassword(password));
  if (!user || user.passwordHash === null || user.isBlocked || !isRight) {
    await database.tx((tx) => countFailure(tx, subjects, clock.now()));
    throw new Unauthenticated('Wrong user name or password.');
  }
  if (failures.pair > 0) await database.tx((tx) => clearFailures(tx, subjects));
  return user;
}

function laneOf(username: string): Mutex {
  const [byte = 0] = createHash('sha256').update(username.toLowerCase()).digest();
  return lanes[byte % lanes.length] as Mutex;
}
