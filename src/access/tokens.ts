import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import type { Role } from '../db/tables/access.ts';
import { type TokenKind, type TokenRow, TokenTable, tokenScopes } from '../db/tables/credential.ts';
import { instanceId } from '../db/tables/namespace.ts';
import { type EventType, record } from '../events/record.ts';
import type { BuildInfo, JsonObject } from '../formats/format.ts';
import { newId } from '../ids.ts';
import type { Actor } from './actor.ts';
import { newSecret, secretHint, secretSha256 } from './secret.ts';
import { checkWish, type TokenWish } from './token-rules.ts';

export type { TokenRow };

/** A token as it is to be; what is left out of the wish is not limited. */
export interface NewToken extends TokenWish {
  /** Default PERSONAL. */
  kind?: TokenKind;
  /** Whose rights it has; for PERSONAL. */
  userId?: string;
  /** Where it has its role; for all others. */
  namespaceId?: string;
  role?: Role;
  /** The token that mints it; for JOB. */
  parentId?: string;
  mintsJobs?: boolean;
  build?: BuildInfo;
  /** Default: its user. */
  createdById?: string;
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
    scopes: [...new Set(input.scopes ?? tokenScopes)],
    formats: input.formats ? [...new Set(input.formats)] : null,
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

/**
 * As {@link insertToken}, in a transaction of its own, with its event; throws InvalidInput. The caller has checked that `by` may (undefined:
 * the operator, at the command line).
 */
export async function createToken(core: Core, input: NewToken, by?: Actor): Promise<CreatedToken> {
  checkWish(core, input);
  const now = core.clock.now();
  return core.database.tx(async (tx) => {
    const created = await insertToken(tx, now, input);
    await recordToken(tx, 'TOKEN_CREATED', created.token, by, now);
    return created;
  });
}

/** Records what happened to a token, at its node; at the instance for one of a person. Of a new one it is told what it may do. */
export function recordToken(tx: EntityManager, type: EventType, token: TokenRow, actor: Actor | undefined, occurredAt: number, more: JsonObject = {}): Promise<void> {
  const { id: tokenId, name, kind, userId, role, scopes, formats, namePattern, mintsJobs, parentId, expiresAt } = token;
  const power = type === 'TOKEN_CREATED' ? { role, scopes, formats, namePattern, mintsJobs, parentId, expiresAt } : {};
  return record(tx, { type, namespaceId: token.namespaceId ?? instanceId, actor, occurredAt, payload: { tokenId, name, kind, ...(userId === null ? {} : { userId }), ...power, ...more } });
}

/** Whether a token is good at an instant, as far as its own row says. */
export function isGood({ revokedAt, expiresAt }: Pick<TokenRow, 'revokedAt' | 'expiresAt'>, now: number): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

/** The tokens of a user that are still good, newest first. */
export async function listTokens(core: Core, userId: string): Promise<TokenRow[]> {
  const rows = await core.database.reads.find(TokenTable, { where: { userId }, order: { createdAt: 'DESC', id: 'DESC' } });
  const now = core.clock.now();
  return rows.filter((row) => isGood(row, now));
}
