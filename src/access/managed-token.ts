import type { EntityManager } from 'typeorm';
import { type TokenRow, TokenTable } from '../db/tables/credential.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { forUpdate } from '../db/upsert.ts';
import type { EntrepotError } from '../errors.ts';
import { findNamespace } from '../namespaces/repository.ts';
import { type Actor, selfOf } from './actor.ts';
import { authorize, hasAtLeast, notThere, roleOn } from './decide.ts';
import { mustManageTokens } from './token-rules.ts';

/** A token by id, locked until the transaction ends. */
export async function lockToken(tx: EntityManager, id: string): Promise<TokenRow | null> {
  // MariaDB would not compare other characters with a column of ASCII.
  if (!/^tok_\w+$/.test(id)) return null;
  await tx.query(`SELECT id FROM access_token WHERE id = ?${forUpdate(tx)}`, [id]);
  return tx.findOne(TokenTable, { where: { id } });
}

/** How a token is refused that is not there, or is nobody's business. */
export function noSuchToken(actor: Actor): EntrepotError {
  return notThere(actor, 'Token', 'There is no such token, or it is not yours to manage.');
}

/**
 * Throws unless the actor manages the token: one of their own, or of a node that they manage; returns that node. To everybody else it is not
 * there. Whoever has the right, but not with this credential, is told so: Forbidden.
 */
export async function authorizeToken(tx: EntityManager, actor: Actor, token: TokenRow): Promise<NamespaceRow | null> {
  if (token.namespaceId === null) {
    if (token.userId === null || token.userId !== selfOf(actor).user?.id) throw noSuchToken(actor);
    mustManageTokens(actor);
    return null;
  }
  const namespace = await findNamespace(tx, token.namespaceId);
  const isKnown = token.id === selfOf(actor).token?.id || (namespace !== null && hasAtLeast(roleOn(actor, namespace), 'MAINTAINER'));
  if (!namespace || !isKnown) throw noSuchToken(actor);
  authorize(actor, 'MANAGE', namespace);
  return namespace;
}
