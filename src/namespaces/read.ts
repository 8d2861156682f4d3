import type { Actor } from '../access/actor.ts';
import { canSee, notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import type { EntrepotError } from '../errors.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { findNamespaceByPath } from './repository.ts';

/**
 * The namespace at a path that the actor may see. Throws the same for one that is not there and one that must not be
 * known: Unauthenticated for anonymous callers, else NotFound.
 */
export async function getVisibleNamespace(core: Core, actor: Actor, path: string): Promise<NamespaceRow> {
  const row = await findNamespaceByPath(core.database.reads, path);
  if (row && canSee(actor, row)) return row;
  throw noSuchNamespace(actor, path);
}

/** How a namespace is refused that is not there, or must not be known. */
export function noSuchNamespace(actor: Actor, path: string): EntrepotError {
  return notThere(actor, 'Namespace', `There is no namespace "${path}", or you may not see it.`);
}
