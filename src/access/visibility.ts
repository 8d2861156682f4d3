import type { Visibility } from '../db/tables/namespace.ts';
import type { PackageAccess } from './decide.ts';

/** How open each is; a node is never more open than its parent, nor a package than its node. */
export const openness: Record<Visibility, number> = { PRIVATE: 0, INTERNAL: 1, PUBLIC: 2 };

/** Who may see a package after all: the narrower of its own visibility and its node's. One that has left inheritance is private by itself. */
export function effectiveVisibility(node: Visibility, { isRestricted, visibility }: Pick<PackageAccess, 'isRestricted' | 'visibility'>): Visibility {
  const own = visibility ?? (isRestricted ? 'PRIVATE' : node);
  return openness[own] < openness[node] ? own : node;
}
