import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import type { Role } from '../db/tables/access.ts';
import { type TokenKind, type TokenRow, type TokenScope, TokenTable, tokenScopes } from '../db/tables/credential.ts';
import type { BuildInfo } from '../formats/format.ts';
import { InvalidInput, NotFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { newSecret, secretHint, secretSha256 } from './secret.ts';

export type { TokenRow };

export interface NewToken {
  name: string;
  /** Default PERSONAL. */
  kind?: TokenKind;
  /** Whose rights it has; for PERSONAL. */
  userId?: string;
  /** Where it has its role; for all others. */
  namespaceId?: string;
  role?: Role;
  parentId?: string;
  /** Default: every format. */
  formats?: readonly string[];
  /** Default: packages of any name. */
  namePattern?: string;
  mintsJobs?: boolean;
  build?: BuildInfo;
  createdById?: string;
  /** Default: all. */
  scopes?: readonly TokenScope[];
  /** Milliseconds since the epoch; default: never. */
  expiresAt?: number;
  /** Default: a fresh one. */
  secret?: string;
}

/** A token just made: the only time its secret is seen. */
export interface CreatedToken {
  token: TokenRow;
  secret: string;
}

/** Inserts a token. */
export async function insertToken(tx: EntityManager, now: number, input: NewToken): Promise<CreatedToken> {
  const secret = input.secret ?? newSecret();
  const token: TokenRow = {
    id: newId('token', now),
    name: input.name,
    secretSha256: secretSha256(secret),
    hint: secretHint(secret),
    kind: input.kind ?? 'PERSONAL',
    previousSha256: null,
    previousExpiresAt: null,
    userId: input.userId ?? null,
    namespaceId: input.namespaceId ?? null,
    role: input.role ?? null,
    parentId: input.parentId ?? null,
    scopes: [...(input.scopes ?? tokenScopes)],
    formats: input.formats ? [...input.formats] : null,
    namePattern: input.namePattern ?? null,
    mintsJobs: input.mintsJobs ?? false,
    build: input.build ?? null,
    createdById: input.createdById ?? input.userId ?? null,
    createdAt: now,
    expiresAt: input.expiresAt ?? null,
    revokedAt: null,
    lastUsedAt: null,
  };
  await tx.insert(TokenTable, token as never);
  return { token, secret };
}

/** As {@link insertToken}, in a transaction of its own; throws InvalidInput. */
export async function createToken(core: Core, input: NewToken): Promise<CreatedToken> {
  if (input.name.length === 0 || input.name.length > 255) throw new InvalidInput('name', 'A token needs a name of 1 to 255 characters.');
  if (input.scopes?.length === 0) throw new InvalidInput('scopes', 'A token needs at least one scope.');
  const now = core.clock.now();
  if (input.expiresAt !== undefined && input.expiresAt <= now) throw new InvalidInput('expiresAt', 'A token must expire in the future.');
  return core.database.tx((tx) => insertToken(tx, now, input));
}

/** The tokens of a user that are still good, newest first. */
export async function listTokens(core: Core, userId: string): Promise<TokenRow[]> {
  const rows = await core.database.reads.find(TokenTable, { where: { userId }, order: { createdAt: 'DESC', id: 'DESC' } });
  const now = core.clock.now();
  return rows.filter(({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || expiresAt > now));
}

/** Revokes a token of the user, named by its id or by its secret; throws NotFound where the user has no such token. */
export async function revokeToken(core: Core, userId: string, idOrSecret: string): Promise<void> {
  const now = core.clock.now();
  await core.database.tx(async (tx) => {
    const mine = await tx.find(TokenTable, { where: { userId } });
    const sha256 = secretSha256(idOrSecret);
    const token = mine.find((row) => row.revokedAt === null && (row.id === idOrSecret || row.secretSha256 === sha256));
    if (!token) throw new NotFound('Token');
    await tx.update(TokenTable, { id: token.id }, { revokedAt: now });
  });
}
