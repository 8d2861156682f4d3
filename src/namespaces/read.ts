import type { Actor } from '../access/actor.ts';
import { decide, notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { findNamespaceByPath } from './repository.ts';

/**
 * The namespace at a path that the actor may see. Throws the same for one that is not there and one that must not be
 * known: Unauthenticated for anonymous callers, else NotFound.
 */
export async function getVisibleNamespace(core: Core, actor: Actor, path: string): Promise<NamespaceRow> {
  const row = await findNamespaceByPath(core.database.reads, path);
  if (row) {
    const decision = decide(actor, 'READ', row);
    if (decision.allowed || decision.visible) return row;
  }
  throw notThere(actor, 'Namespace', `There is no namespace "${path}", or you may not see it.`);
}
