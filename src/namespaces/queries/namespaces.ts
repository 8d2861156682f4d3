import type { Actor } from '../../access/actor.ts';
import { canSee } from '../../access/decide.ts';
import { readableNodes } from '../../access/visible-nodes.ts';
import type { Core } from '../../core.ts';
import { containsText, isIn, whereAll } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { NamespaceRow } from '../../db/tables/namespace.ts';

/** A node as it is read. */
export type NamespaceRecord = Omit<NamespaceRow, 'topId'>;

const columns =
  'n.id AS id, n.kind AS kind, n.parent_id AS parentId, n.path AS path, n.name AS name, n.description AS description, ' +
  'n.lineage AS lineage, n.visibility AS visibility, n.is_pull_open AS isPullOpen, n.disabled_formats AS disabledFormats, n.retention_days AS retentionDays, n.is_audited AS isAudited, n.created_at AS createdAt, n.updated_at AS updatedAt';

/** The nodes with these ids that the actor may know of. */
export async function loadNamespaces(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, NamespaceRecord>> {
  return new Map([...(await loadNodes(core, ids))].filter(([, row]) => canSee(actor, row)));
}

/** Nodes by id, whether the actor may know of them or not: to decide about what is in them, never to be shown. */
export async function loadNodes(core: Pick<Core, 'database'>, ids: readonly string[]): Promise<Map<string, NamespaceRecord>> {
  const { sql, parameters } = whereAll([isIn('n.id', ids)]);
  const rows: NamespaceRecord[] = await core.database.reads.query(`SELECT ${columns} FROM namespace n${sql}`, parameters);
  return new Map(rows.map((row) => [row.id, row]));
}

/** As {@link loadNamespaces}, by path; '' is the instance. */
export async function loadNamespacesByPath(core: Core, actor: Actor, paths: readonly string[]): Promise<Map<string, NamespaceRecord>> {
  const { sql, parameters } = whereAll([isIn('n.path', paths)]);
  const rows: NamespaceRecord[] = await core.database.reads.query(`SELECT ${columns} FROM namespace n${sql}`, parameters);
  return new Map(rows.filter((row) => canSee(actor, row)).map((row) => [row.path, row]));
}

/** The children of each node that the actor may read, by path. */
export function childListQuery(core: Core, actor: Actor, parentIds: readonly string[], search: string | undefined): ListQuery {
  return {
    from: 'namespace n',
    where: [readableNodes(actor, 'n'), ...(search ? [containsText(core.database.dialect, "CONCAT(n.path, ' ', n.name)", search)] : [])],
    order: [{ sql: 'n.path', direction: 'ASC' }],
    select: columns,
    key: 'n.id AS id',
    row: 'JOIN namespace n ON n.id = hit.id',
    parent: { sql: 'n.parent_id', ids: parentIds },
  };
}

/** Ids of the nodes above, from the instance down; the node itself is not among them. */
export function ancestorIds({ lineage }: Pick<NamespaceRow, 'lineage'>): string[] {
  return lineage.split('/').slice(0, -2);
}
