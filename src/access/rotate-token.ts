import type { Core } from '../core.ts';
import { TokenTable } from '../db/tables/credential.ts';
import { Forbidden, InvalidInput } from '../errors.ts';
import type { Actor } from './actor.ts';
import { authorizeToken, lockToken, noSuchToken } from './managed-token.ts';
import { mustNotExceed } from './node-tokens.ts';
import { newSecret, secretHint, secretSha256 } from './secret.ts';
import { mustHave } from './token-rules.ts';
import { type CreatedToken, isGood, recordToken, type TokenRow } from './tokens.ts';

/** How long the old secret may stay good at most, in seconds. */
export const maxOverlapSeconds = 7 * 24 * 60 * 60;

/**
 * Gives a token a new secret; the old one stays good for so many seconds, the one before it no longer. Whoever may do this holds the new
 * secret then, so it takes who may make such a token: nobody gets one that may do more or lives longer than what they have. Throws
 * InvalidInput, Unauthenticated, Forbidden, and NotFound where the actor may not know of it or it has ended.
 */
export async function rotateToken(core: Core, actor: Actor, tokenId: string, overlapSeconds = 0): Promise<CreatedToken> {
  if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > maxOverlapSeconds) {
    throw new InvalidInput('overlapSeconds', `The old secret can stay good for 0 to ${maxOverlapSeconds} seconds.`);
  }
  const now = core.clock.now();
  const rotated = await core.database.tx(async (tx) => {
    const token = await lockToken(tx, tokenId);
    if (!token || !isGood(token, now)) throw noSuchToken(actor);
    const namespace = await authorizeToken(tx, actor, token);
    if (token.kind === 'JOB') throw new InvalidInput('tokenId', "A job's token is not rotated; mint a new one.");
    if (namespace && token.role !== null) mustNotExceed(actor, namespace, { role: token.role, scopes: token.scopes, mintsJobs: Boolean(token.mintsJobs) });
    mustHave(actor, token.scopes);
    mustNotOutlive(actor, token);
    const secret = newSecret();
    const changes = {
      secretSha256: secretSha256(secret),
      hint: secretHint(secret),
      previousSha256: token.secretSha256,
      previousExpiresAt: now + overlapSeconds * 1000,
    };
    await tx.update(TokenTable, { id: token.id }, changes);
    await recordToken(tx, 'TOKEN_ROTATED', token, actor, now, { overlapSeconds });
    return { token: { ...token, ...changes }, secret };
  });
  core.authenticator.forget();
  return rotated;
}

function mustNotOutlive({ token: inUse }: Actor, { expiresAt }: TokenRow): void {
  const limit = inUse?.expiresAt ?? null;
  if (limit !== null && (expiresAt === null || expiresAt > limit)) throw new Forbidden('That token lives longer than the one in use, which cannot have its secret.');
}
