import type { Core } from '../core.ts';
import { Forbidden, Unauthenticated } from '../errors.ts';
import { type Actor, type ActorUser, isSignedIn, selfOf } from './actor.ts';
import { expiryWithin, mustHave, mustManageTokens, type TokenWish } from './token-rules.ts';
import { type CreatedToken, createToken } from './tokens.ts';

/** The person behind a request, for what only a person has. Throws Unauthenticated, or Forbidden for a token of a namespace and for a narrowed one. */
export function personOf(actor: Actor): ActorUser {
  const { user } = selfOf(actor);
  if (user) return user;
  if (actor.user) throw new Forbidden('This token stands for another one; use that.');
  throw isSignedIn(actor) ? new Forbidden('This token belongs to no user; sign in as one, or use a personal token.') : new Unauthenticated();
}

/**
 * Makes a token for the actor. A credential cannot make one that may do more or lives longer than itself, and needs the scope ADMIN to
 * make any; without scopes in the wish the new one has those of the credential. Throws Unauthenticated, Forbidden, InvalidInput.
 */
export async function createOwnToken(core: Core, actor: Actor, wish: TokenWish): Promise<CreatedToken> {
  const user = personOf(actor);
  mustManageTokens(actor);
  const scopes = wish.scopes ?? [...actor.scopes];
  mustHave(actor, scopes);
  const expiresAt = expiryWithin(actor, wish.expiresAt);
  return createToken(core, { ...wish, userId: user.id, scopes, ...(expiresAt === undefined ? {} : { expiresAt }) }, actor);
}
