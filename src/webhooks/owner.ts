import { type Actor, principalId } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { UserTable } from '../db/tables/access.ts';
import { TokenTable } from '../db/tables/credential.ts';
import type { WebhookRow } from '../db/tables/webhook.ts';
import { Unauthenticated } from '../errors.ts';
import { kindOfId } from '../ids.ts';

/** What is kept of whoever sets a webhook up. */
export type Owner = Pick<WebhookRow, 'ownerId' | 'ownerScopes' | 'ownerExpiresAt'>;

/** The owner that an actor becomes: never with more than the credential in use, nor for longer. Throws Unauthenticated. */
export function ownerFrom(actor: Actor): Owner {
  const ownerId = principalId(actor);
  if (ownerId === undefined) throw new Unauthenticated();
  return { ownerId, ownerScopes: [...actor.scopes], ownerExpiresAt: actor.token?.expiresAt ?? null };
}

/** The owner with the rights of this moment. Throws Unauthenticated where that is nobody any more. */
export async function actorOfOwner(core: Core, { ownerId, ownerScopes, ownerExpiresAt }: Owner): Promise<Actor> {
  if (ownerExpiresAt !== null && ownerExpiresAt <= core.clock.now()) throw new Unauthenticated('The token that it was set up with has expired.');
  const actor = kindOfId(ownerId) === 'token' ? await tokenActor(core, ownerId) : await userActor(core, ownerId);
  return { ...actor, scopes: new Set(ownerScopes.filter((scope) => actor.scopes.has(scope))) };
}

async function tokenActor(core: Core, id: string): Promise<Actor> {
  const token = await core.database.reads.findOne(TokenTable, { where: { id } });
  if (!token) throw new Unauthenticated('The token that it was set up with is gone.');
  return core.authenticator.actorOfToken(token);
}

async function userActor(core: Core, id: string): Promise<Actor> {
  const user = await core.database.reads.findOne(UserTable, { where: { id } });
  if (!user || user.isBlocked) throw new Unauthenticated('The user who set it up is blocked.');
  return core.authenticator.actorOfUser(user);
}
