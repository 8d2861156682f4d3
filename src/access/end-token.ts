import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { type TokenRow, TokenTable } from '../db/tables/credential.ts';
import { affected } from '../db/upsert.ts';
import { type Actor, selfOf } from './actor.ts';
import { isAdministrator } from './admin.ts';
import { authorizeToken, lockToken, noSuchToken } from './managed-token.ts';
import { secretSha256 } from './secret.ts';
import { recordToken } from './tokens.ts';

/**
 * Ends a token, named by its id or its secret, and all that it minted, at once in this process and within half a second in all others. Every
 * token may end itself and what it minted; otherwise it takes who manages it, or an instance's admin. Throws Unauthenticated, Forbidden, and
 * NotFound where the actor may not know of it or it was revoked before.
 */
export async function revokeToken(core: Core, actor: Actor, idOrSecret: string): Promise<TokenRow> {
  const now = core.clock.now();
  const revoked = await core.database.tx(async (tx) => {
    const token = await findToken(tx, idOrSecret);
    if (!token || token.revokedAt !== null) throw noSuchToken(actor);
    if (!isOwnOf(actor, token) && !isAdministrator(actor)) await authorizeToken(tx, actor, token);
    await tx.update(TokenTable, { id: token.id }, { revokedAt: now });
    const mintedTokens = await affected(tx, 'UPDATE access_token SET revoked_at = ? WHERE parent_id = ? AND revoked_at IS NULL', [now, token.id]);
    await recordToken(tx, 'TOKEN_REVOKED', token, actor, now, mintedTokens > 0 ? { mintedTokens } : {});
    return { ...token, revokedAt: now };
  });
  core.authenticator.forget();
  return revoked;
}

async function findToken(tx: EntityManager, idOrSecret: string): Promise<TokenRow | null> {
  const byId = await lockToken(tx, idOrSecret);
  if (byId) return byId;
  const bySecret = await tx.findOne(TokenTable, { where: { secretSha256: secretSha256(idOrSecret) } });
  return bySecret && lockToken(tx, bySecret.id);
}

/** The token in use, or one that it minted. */
function isOwnOf(actor: Actor, { id, parentId }: TokenRow): boolean {
  const { token: inUse } = selfOf(actor);
  return inUse !== undefined && (id === inUse.id || parentId === inUse.id);
}
