import type { Core } from '../core.ts';
import { isForeignKeyViolation } from '../db/driver-errors.ts';
import type { Role } from '../db/tables/access.ts';
import type { TokenScope } from '../db/tables/credential.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { Forbidden, InvalidInput } from '../errors.ts';
import { findNamespace } from '../namespaces/repository.ts';
import { type Actor, principalId } from './actor.ts';
import { authorize, hasAtLeast, notThere, roleOn } from './decide.ts';
import { checkWish, expiryWithin, mustHave, type TokenWish } from './token-rules.ts';
import { type CreatedToken, insertToken, recordToken } from './tokens.ts';

/** The kinds of token that belong to a node and are made by its managers. */
export type NodeTokenKind = 'DEPLOY' | 'PROJECT';

/** What is chosen of a new token of a node. */
export interface NodeTokenWish extends TokenWish {
  namespaceId: string;
  kind: NodeTokenKind;
  scopes: readonly TokenScope[];
  /** PROJECT only, and needed there; that of a DEPLOY token follows from its scopes. */
  role?: Role;
  /** Default false. */
  mintsJobs?: boolean;
}

/** What a token of a node may do there. */
export interface NodePower {
  role: Role;
  scopes: readonly TokenScope[];
  mintsJobs: boolean;
}

/**
 * Makes a token of a node for an actor that manages it. It has no role above the actor's there, no scope that the credential lacks, and
 * does not outlive it. Throws InvalidInput and what authorisation throws.
 */
export async function createNamespaceToken(core: Core, actor: Actor, wish: NodeTokenWish): Promise<CreatedToken> {
  const role = checkNodeToken(core, wish);
  const now = core.clock.now();
  try {
    return await core.database.tx(async (tx) => {
      const namespace = await findNamespace(tx, wish.namespaceId);
      if (!namespace) throw notThere(actor, 'Namespace');
      authorize(actor, 'MANAGE', namespace);
      mustNotExceed(actor, namespace, { role, scopes: wish.scopes, mintsJobs: wish.mintsJobs ?? false });
      const expiresAt = expiryWithin(actor, wish.expiresAt);
      const createdById = principalId(actor);
      const created = await insertToken(tx, now, {
        ...wish,
        role,
        ...(createdById === undefined ? {} : { createdById }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      await recordToken(tx, 'TOKEN_CREATED', created.token, actor, now);
      return created;
    });
  } catch (error) {
    // It was deleted a moment ago.
    if (isForeignKeyViolation(error)) throw notThere(actor, 'Namespace');
    throw error;
  }
}

/** The role that a wish comes to. Throws InvalidInput where no such token can be, whoever asks. */
export function checkNodeToken(core: Core, wish: NodeTokenWish): Role {
  checkWish(core, wish);
  const { kind, role, scopes } = wish;
  if (kind === 'PROJECT') {
    if (role === undefined) throw new InvalidInput('role', 'A token of the kind PROJECT needs a role.');
    return role;
  }
  if (role !== undefined) throw new InvalidInput('role', 'The role of a deploy token follows from its scopes; leave it out.');
  if (scopes.includes('ADMIN')) throw new InvalidInput('scopes', 'A deploy token is for packages: READ, WRITE and DELETE.');
  return scopes.includes('DELETE') ? 'MAINTAINER' : scopes.includes('WRITE') ? 'DEVELOPER' : 'REPORTER';
}

/** Throws Forbidden where a token of a node may do more than the actor who is to hand it out. */
export function mustNotExceed(actor: Actor, namespace: Pick<NamespaceRow, 'lineage'>, { role, scopes, mintsJobs }: NodePower): void {
  const own = roleOn(actor, namespace);
  if (!hasAtLeast(own, role)) throw new Forbidden(`Your role here is ${own ?? 'none'}, so you cannot hand out a token with the role ${role}.`);
  mustHave(actor, scopes);
  if (mintsJobs && !actor.user && !actor.token?.mintsJobs) throw new Forbidden('This token mints no job tokens itself, so it cannot make one that does.');
}
