import type { Core } from '../core.ts';
import type { TokenScope } from '../db/tables/credential.ts';
import { Forbidden, Unauthenticated } from '../errors.ts';
import type { Actor } from './actor.ts';
import { type CreatedToken, createToken, revokeToken } from './tokens.ts';

/** What a person chooses of a new token. */
export interface OwnToken {
  name: string;
  /** Default: those of the credential in use. */
  scopes?: readonly TokenScope[];
  /** Milliseconds since the epoch; default: never. */
  expiresAt?: number;
}

/**
 * Makes a token for the actor. A credential cannot make one that may do more than itself, and needs the scope ADMIN to make
 * any. Throws Unauthenticated, Forbidden, InvalidInput.
 */
export async function createOwnToken(core: Core, actor: Actor, input: OwnToken): Promise<CreatedToken> {
  if (!actor.user) throw new Unauthenticated();
  mustManage(actor);
  const scopes = input.scopes ?? [...actor.scopes];
  const excess = scopes.find((scope) => !actor.scopes.has(scope));
  if (excess !== undefined) throw new Forbidden(`This token lacks the scope ${excess} itself, so it cannot pass it on.`);
  return createToken(core, { ...input, userId: actor.user.id, scopes });
}

/** Revokes a token of the actor's own; without the scope ADMIN only the one in use. Throws Unauthenticated, Forbidden, NotFound. */
export async function revokeOwnToken(core: Core, actor: Actor, tokenId: string): Promise<void> {
  if (!actor.user) throw new Unauthenticated();
  if (tokenId !== actor.token?.id) mustManage(actor);
  await revokeToken(core, actor.user.id, tokenId);
  core.authenticator.forget();
}

function mustManage(actor: Actor): void {
  if (actor.token?.formats || actor.token?.namePattern !== undefined) throw new Forbidden('This token is limited to certain packages and manages no tokens.');
  if (!actor.scopes.has('ADMIN')) throw new Forbidden('This token lacks the scope ADMIN needed to manage tokens.');
}
