import { hash } from '@node-rs/argon2';
import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { type UserRow, UserTable } from '../db/tables/access.ts';
import { instanceId } from '../db/tables/namespace.ts';
import { InvalidInput, InvalidName, UserExists } from '../errors.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import type { Actor } from './actor.ts';

export interface NewUser {
  username: string;
  /** 1 to 255 characters; default: the user name. */
  displayName?: string;
  /** 8 to 1,024 characters; absent: the user can only use tokens. */
  password?: string;
  isAdmin?: boolean;
}

/** Lower case, as it is compared. Throws InvalidName. */
export function normalizeUsername(username: string): string {
  return normalizePrincipalName(username, 'user');
}

/** The same for names of users and of teams, which follow one rule. Throws InvalidName. */
export function normalizePrincipalName(name: string, what: 'user' | 'team'): string {
  const normalized = name.toLowerCase();
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(normalized)) {
    throw new InvalidName(name, `A ${what} name has 1 to 64 of the characters a-z, 0-9, ".", "_" and "-", and starts and ends with a letter or digit.`);
  }
  return normalized;
}

/** Makes a user; throws UserExists, InvalidName, InvalidInput. The caller has checked that it may; `actor` is who does it, if anybody. */
export async function createUser(core: Core, { password, ...input }: NewUser, actor?: Actor): Promise<UserRow> {
  const username = normalizeUsername(input.username);
  checkDisplayName(input.displayName);
  // Hashing takes its time, and memory: not in the transaction.
  const passwordHash = password === undefined ? null : await hashPassword('password', password);
  try {
    return await core.database.tx((tx) => insertUser(tx, core.clock.now(), { ...input, passwordHash }, actor));
  } catch (error) {
    if (isDuplicateKey(error)) throw new UserExists(username);
    throw error;
  }
}

/** Inserts a user, with the event of it; throws InvalidName. The rest has been checked. */
export async function insertUser(tx: EntityManager, now: number, input: Omit<NewUser, 'password'> & { passwordHash?: string | null }, actor?: Actor): Promise<UserRow> {
  const user: UserRow = {
    id: newId('user', now),
    username: normalizeUsername(input.username),
    displayName: input.displayName ?? input.username,
    passwordHash: input.passwordHash ?? null,
    isAdmin: input.isAdmin ?? false,
    isBlocked: false,
    createdAt: now,
  };
  await tx.insert(UserTable, user);
  const { id: userId, username, isAdmin } = user;
  await record(tx, { type: 'USER_CREATED', namespaceId: instanceId, actor, occurredAt: now, payload: { userId, username, isAdmin } });
  return user;
}

/** The user of that name, whatever its case. */
export function findUser(manager: EntityManager, username: string): Promise<UserRow | null> {
  return manager.findOne(UserTable, { where: { username: username.toLowerCase() } });
}

/** Throws InvalidInput, of `field`, for a password that is too short or too long, or no text. */
export function checkPassword(field: string, password: string): void {
  if (password.length < 8 || password.length > 1024) throw new InvalidInput(field, 'A password has 8 to 1,024 characters.');
  // All halves of characters are alike to the hash.
  if (!password.isWellFormed()) throw new InvalidInput(field, 'A password has no halves of characters.');
}

/** A password as it is hashed: keyboards differ in what they make of an "ä" (RFC 8265 §4.2.2, OpaqueString). */
export function comparablePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** What is stored of a password: Argon2id in PHC form. Throws InvalidInput as {@link checkPassword} does. */
export async function hashPassword(field: string, password: string): Promise<string> {
  checkPassword(field, password);
  return hash(comparablePassword(password));
}

/** Throws InvalidInput for a name for people that is empty or too long. */
export function checkDisplayName(displayName: string | undefined): void {
  if (displayName !== undefined && (displayName === '' || displayName.length > 255)) {
    throw new InvalidInput('displayName', 'A display name has 1 to 255 characters.');
  }
}
