import type { Actor } from '../access/actor.ts';
import { canSee } from '../access/decide.ts';
import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { Format } from '../formats/format.ts';
import { maxDepth } from '../namespaces/path.ts';
import { findNamespaceByPath } from '../namespaces/repository.ts';
import type { PackageHead } from './heads.ts';
import { findInView, listClaims } from './view.ts';

/** A package as it is asked for: its name, and the path of a namespace at or above its own; '' is the instance. */
export interface PackagePlace {
  namespacePath: string;
  name: string;
  /** Those of its claims that decide what it means, where they were read with it. */
  claims?: readonly PackageHead[];
}

/**
 * What a path means that is written as one: the path of a namespace and the name of a package behind it, of a format whose names hold in one namespace each. The longest
 * path of a namespace wins that the actor may know of, or below which it may know of such a package: what is hidden changes nothing of what others are told.
 */
export async function locatePackage(core: Core, actor: Actor, format: Format, path: string): Promise<PackagePlace> {
  const segments = path.split('/');
  const splits = Array.from({ length: Math.min(maxDepth, segments.length - 1) }, (_, index) => {
    const name = segments.slice(index + 1).join('/');
    return { name, normalizedName: format.normalizeName(name), namespacePath: segments.slice(0, index + 1).join('/'), format: format.id };
  });
  // Every request of a client asks: one statement tells all splits, and of the usual ones the package as well.
  const places = await Promise.all(splits.map(core.findSplit));
  for (const { name, normalizedName, namespacePath } of splits.toReversed()) {
    const { node, claim } = places.pop() ?? {};
    if (!node) continue;
    // The one in the node itself goes before all below it.
    const claims = claim && canSee(actor, claim.node, claim.subject) ? [claim] : undefined;
    if (canSee(actor, node) || findInView(actor, namespacePath, claims ?? (await listClaims(core, namespacePath, format, normalizedName)))) {
      return { namespacePath, name, ...(claims ? { claims } : {}) };
    }
  }
  return { namespacePath: '', name: path };
}

/** The node of a place; null where it was deleted meanwhile. */
export function findNamespaceByPlace(core: Core, { namespacePath }: PackagePlace): Promise<NamespaceRow | null> {
  return findNamespaceByPath(core.database.reads, namespacePath);
}
