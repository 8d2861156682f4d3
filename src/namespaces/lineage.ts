import type { NamespaceRow } from '../db/tables/namespace.ts';

type Node = Pick<NamespaceRow, 'lineage'>;

/** Ids of a node and all above it, the instance's first. */
export function idsOfLineage({ lineage }: Node): string[] {
  return lineage.split('/').slice(0, -1);
}

/** The lineage of one of those nodes. */
export function lineageUpTo({ lineage }: Node, id: string): string {
  return lineage.slice(0, lineage.indexOf(`${id}/`) + id.length + 1);
}
