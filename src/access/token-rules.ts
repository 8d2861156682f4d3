import type { Core } from '../core.ts';
import type { TokenScope } from '../db/tables/credential.ts';
import { Forbidden, InvalidInput } from '../errors.ts';
import type { Actor } from './actor.ts';
import { checkPattern } from './name-pattern.ts';

/** What is chosen of any new token. */
export interface TokenWish {
  /** 1 to 255 characters. */
  name: string;
  scopes?: readonly TokenScope[];
  /** Ids of the formats it is limited to. */
  formats?: readonly string[];
  /** What names of packages must match; see {@link checkPattern}. */
  namePattern?: string;
  /** Milliseconds since the epoch. */
  expiresAt?: number;
}

/** Throws InvalidInput where a token cannot be made so, whoever asks. */
export function checkWish(core: Core, { name, scopes, formats, namePattern, expiresAt }: TokenWish): void {
  if (name.length === 0 || name.length > 255) throw new InvalidInput('name', 'A token needs a name of 1 to 255 characters.');
  if (scopes?.length === 0) throw new InvalidInput('scopes', 'A token needs at least one scope.');
  if (formats?.length === 0) throw new InvalidInput('formats', 'A token that is limited to formats needs at least one; leave them out for all.');
  const unknown = formats?.find((format) => !core.formats.find(format));
  if (unknown !== undefined) throw new InvalidInput('formats', `This server does not speak "${unknown}".`);
  if (namePattern !== undefined) checkPattern('namePattern', namePattern);
  if (expiresAt !== undefined && expiresAt <= core.clock.now()) throw new InvalidInput('expiresAt', 'A token must expire in the future.');
}

/** Throws Forbidden unless the credential is good for managing tokens: it has the scope ADMIN, and no limits to leave behind. */
export function mustManageTokens(actor: Actor): void {
  const why = whyNoTokens(actor);
  if (why !== undefined) throw new Forbidden(why);
}

/** Whether {@link mustManageTokens} would let it pass. */
export function managesTokens(actor: Actor): boolean {
  return whyNoTokens(actor) === undefined;
}

function whyNoTokens({ token, scopes }: Actor): string | undefined {
  if (token?.formats || token?.namePattern !== undefined) return 'This token is limited to certain packages and manages no tokens.';
  return scopes.has('ADMIN') ? undefined : 'This token lacks the scope ADMIN needed to manage tokens.';
}

/** Throws Forbidden where a credential lacks a scope that it is to pass on. */
export function mustHave(actor: Actor, scopes: readonly TokenScope[]): void {
  const excess = scopes.find((scope) => !actor.scopes.has(scope));
  if (excess !== undefined) throw new Forbidden(`This token lacks the scope ${excess} itself, so it cannot pass it on.`);
}

/**
 * When a token made with this credential expires: as wished, or with the credential, which may make none that outlives it. Otherwise a
 * token that is good for a day could be made good for ever. Throws InvalidInput; undefined: never.
 */
export function expiryWithin({ token }: Actor, wished: number | undefined): number | undefined {
  const limit = token?.expiresAt ?? undefined;
  if (limit === undefined) return wished;
  if (wished !== undefined && wished > limit) {
    throw new InvalidInput('expiresAt', `The token in use expires at ${new Date(limit).toISOString()}; what is made with it cannot expire later.`);
  }
  return wished ?? limit;
}
