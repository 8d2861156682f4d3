import { hash, verify } from '@node-rs/argon2';
import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import type { Database } from '../db/database.ts';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { MembershipTable, type Role, type UserRow, UserTable } from '../db/tables/access.ts';
import { InvalidInput, InvalidName, Unauthenticated, UserExists } from '../errors.ts';
import { newId } from '../ids.ts';

export interface NewUser {
  username: string;
  displayName?: string;
  /** At least 8 characters; absent: the user can only use tokens. */
  password?: string;
  isAdmin?: boolean;
}

/** Lower case, as it is compared. Throws InvalidName. */
export function normalizeUsername(username: string): string {
  const normalized = username.toLowerCase();
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(normalized)) {
    throw new InvalidName(username, 'A user name has 1 to 64 of the characters a-z, 0-9, ".", "_" and "-", and starts and ends with a letter or digit.');
  }
  return normalized;
}

/** Makes a user; throws UserExists, InvalidName, InvalidInput. The caller has checked that it may. */
export async function createUser(core: Core, input: NewUser): Promise<UserRow> {
  const username = normalizeUsername(input.username);
  if (input.password !== undefined && (input.password.length < 8 || input.password.length > 1024)) {
    throw new InvalidInput('password', 'A password has 8 to 1,024 characters.');
  }
  const user: UserRow = {
    id: newId('user', core.clock.now()),
    username,
    displayName: input.displayName ?? input.username,
    passwordHash: input.password === undefined ? null : await hash(input.password),
    isAdmin: input.isAdmin ?? false,
    isBlocked: false,
    createdAt: core.clock.now(),
  };
  try {
    await core.database.tx((tx) => tx.insert(UserTable, user));
  } catch (error) {
    if (isDuplicateKey(error)) throw new UserExists(username);
    throw error;
  }
  return user;
}

/** The user of that name, whatever its case. */
export function findUser(manager: EntityManager, username: string): Promise<UserRow | null> {
  return manager.findOne(UserTable, { where: { username: username.toLowerCase() } });
}

// Verified where there is no user or no password, so that the answer takes as long as for a wrong password.
let decoy: Promise<string> | undefined;

/** The user with that password; throws Unauthenticated, with one message for every reason. */
export async function signIn(database: Database, username: string, password: string): Promise<UserRow> {
  const user = await findUser(database.reads, username);
  decoy ??= hash('no password');
  const isRight = await verify(user?.passwordHash ?? (await decoy), password);
  if (!user || user.passwordHash === null || user.isBlocked || !isRight) {
    throw new Unauthenticated('Wrong user name or password.');
  }
  return user;
}

/** Gives a user a role on a node and everything below it, in place of the one it had there. */
export async function setMember(core: Core, userId: string, namespaceId: string, role: Role): Promise<void> {
  await core.database.tx((tx) =>
    tx.upsert(MembershipTable, { userId, namespaceId, role, createdAt: core.clock.now() }, ['userId', 'namespaceId']),
  );
}
