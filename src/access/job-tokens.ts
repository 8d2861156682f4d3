import type { Core } from '../core.ts';
import { isForeignKeyViolation } from '../db/driver-errors.ts';
import type { TokenScope } from '../db/tables/credential.ts';
import { Forbidden, InvalidInput, Unauthenticated } from '../errors.ts';
import { type DeclaredBuild, readBuild } from '../packages/build.ts';
import { type Actor, type ActorToken, isSignedIn } from './actor.ts';
import { matchesPattern } from './name-pattern.ts';
import { lockToken } from './managed-token.ts';
import { checkWish, mustHave } from './token-rules.ts';
import { type CreatedToken, insertToken, isGood, recordToken } from './tokens.ts';

/** How long a job's token is good unless told, in seconds. */
export const defaultTtlSeconds = 60 * 60;
/** How long at most. */
export const maxTtlSeconds = 24 * 60 * 60;

/** What is chosen of a job's token; what is left out is as the minter has it. */
export interface JobTokenWish {
  name: string;
  /** Whole seconds, 1 to {@link maxTtlSeconds}; default {@link defaultTtlSeconds}. Cut at the end of the minter's own time. */
  ttlSeconds?: number;
  /** Some of the minter's, never ADMIN; default: all of them but that. */
  scopes?: readonly TokenScope[];
  formats?: readonly string[];
  namePattern?: string;
  /** Lands on each version that it publishes. */
  build?: DeclaredBuild;
}

/**
 * Makes a token for one run of a pipeline. Only deploy and project tokens with the right to mint do that, and what they mint has their node
 * and role, and never more than their scopes, formats, names and time. It ends when its minter is revoked. Throws Unauthenticated, Forbidden,
 * InvalidInput.
 */
export async function mintJobToken(core: Core, actor: Actor, wish: JobTokenWish): Promise<CreatedToken> {
  const minter = minterOf(actor);
  const { name, ttlSeconds = defaultTtlSeconds } = wish;
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > maxTtlSeconds) {
    throw new InvalidInput('ttlSeconds', `A job's token is good for 1 to ${maxTtlSeconds} seconds.`);
  }
  const build = wish.build && readBuild(wish.build);
  const limits = { scopes: narrowScopes(actor, wish.scopes), ...narrowLimits(minter, wish) };
  checkWish(core, { name, ...limits });
  const now = core.clock.now();
  try {
    return await core.database.tx(async (tx) => {
      const parent = await lockToken(tx, minter.id);
      if (!parent || !isGood(parent, now) || parent.namespaceId === null || parent.role === null) throw new Unauthenticated('The token is unknown or revoked.');
      const created = await insertToken(tx, now, {
        kind: 'JOB',
        name,
        ...limits,
        namespaceId: parent.namespaceId,
        role: parent.role,
        parentId: parent.id,
        createdById: parent.id,
        expiresAt: Math.min(now + ttlSeconds * 1000, parent.expiresAt ?? Infinity),
        ...(build && Object.keys(build).length > 0 ? { build } : {}),
      });
      await recordToken(tx, 'TOKEN_CREATED', created.token, actor, now);
      return created;
    });
  } catch (error) {
    // Its node was deleted a moment ago, and it with it.
    if (isForeignKeyViolation(error)) throw new Unauthenticated('The token is unknown or revoked.');
    throw error;
  }
}

function minterOf(actor: Actor): ActorToken {
  if (!isSignedIn(actor)) throw new Unauthenticated();
  if (actor.narrowedTo) throw new Forbidden('This token stands for another one; use that.');
  if (!actor.token?.mintsJobs || actor.token.namespaceId === null) {
    throw new Forbidden('Only a deploy or project token that was given the right to mint job tokens can do this.');
  }
  return actor.token;
}

function narrowScopes(actor: Actor, wished: readonly TokenScope[] | undefined): readonly TokenScope[] {
  const scopes = wished ?? [...actor.scopes].filter((scope) => scope !== 'ADMIN');
  if (scopes.includes('ADMIN')) throw new InvalidInput('scopes', "A job's token is for packages: READ, WRITE and DELETE.");
  mustHave(actor, scopes);
  return scopes;
}

function narrowLimits(minter: ActorToken, wish: JobTokenWish): { formats?: readonly string[]; namePattern?: string } {
  const formats = wish.formats ?? (minter.formats && [...minter.formats]);
  const excess = minter.formats && formats?.find((format) => !minter.formats?.has(format));
  if (excess !== undefined) throw new Forbidden(`This token is not good for ${excess} packages itself.`);
  const namePattern = wish.namePattern ?? minter.namePattern;
  if (namePattern !== undefined && minter.namePattern !== undefined && !isWithin(namePattern, minter.namePattern)) {
    throw new Forbidden(`This token is good only for packages that match "${minter.namePattern}" itself.`);
  }
  return { ...(formats ? { formats } : {}), ...(namePattern === undefined ? {} : { namePattern }) };
}

/**
 * Whether every name that matches `pattern` matches `other`, too. Read as a name, `pattern` has stars, which only stars of `other` can
 * match: so what stands for them matches as well.
 */
export function isWithin(pattern: string, other: string): boolean {
  return matchesPattern(other, pattern);
}
