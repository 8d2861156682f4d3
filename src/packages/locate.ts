import type { Actor } from '../access/actor.ts';
import { canSee, type Node } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { isIn } from '../db/condition.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { Format } from '../formats/format.ts';
import { maxDepth } from '../namespaces/path.ts';
import { findInView, listClaims } from './view.ts';
import { findNamespaceByPath } from '../namespaces/repository.ts';

/** A package as it is asked for: its name, and the path of a namespace at or above its own; '' is the instance. */
export interface PackagePlace {
  namespacePath: string;
  name: string;
}

/**
 * What a path means that is written as one: the path of a namespace and the name of a package behind it. The longest path of a namespace wins that the
 * actor may know of, or below which it may know of such a package: what is hidden changes nothing of what others are told.
 */
export async function locatePackage(core: Core, actor: Actor, format: Format, path: string): Promise<PackagePlace> {
  const segments = path.split('/');
  const prefixes = Array.from({ length: Math.min(maxDepth, segments.length - 1) }, (_, index) => segments.slice(0, index + 1).join('/'));
  if (prefixes.length === 0) return { namespacePath: '', name: path };
  for (const node of await listNodes(core, prefixes)) {
    const name = path.slice(node.path.length + 1);
    if (canSee(actor, node)) return { namespacePath: node.path, name };
    if (findInView(actor, node.path, await listClaims(core, node.path, format, format.normalizeName(name)))) return { namespacePath: node.path, name };
  }
  return { namespacePath: '', name: path };
}

type PlaceNode = Node & Pick<NamespaceRow, 'path'>;

/** The nodes at these paths, the longest first. Every request of a client asks, so it is read without anything that a decision does not need. */
async function listNodes(core: Core, paths: readonly string[]): Promise<PlaceNode[]> {
  const { sql, parameters } = isIn('path', paths);
  const rows: (Omit<PlaceNode, 'isPullOpen'> & { isPullOpen: number | boolean })[] = await core.database.reads.query(
    `SELECT path, lineage, visibility, is_pull_open AS isPullOpen, disabled_formats AS disabledFormats FROM namespace WHERE ${sql}`,
    [...parameters],
  );
  return rows.map((row) => ({ ...row, isPullOpen: Boolean(row.isPullOpen) })).sort((a, b) => b.path.length - a.path.length);
}

/** The node of a place; null where it was deleted meanwhile. */
export function findNamespaceByPlace(core: Core, { namespacePath }: PackagePlace): Promise<NamespaceRow | null> {
  return findNamespaceByPath(core.database.reads, namespacePath);
}
