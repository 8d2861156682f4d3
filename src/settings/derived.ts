import type { EntityManager } from 'typeorm';
import { wholeRegistry, writeDisabledFormats } from '../access/disabled-formats.ts';
import { isIn, subtreeOf } from '../db/condition.ts';
import { isSqlite, placeholders } from '../db/upsert.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { Format } from '../formats/format.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import { formatDefinitions, nodeDefinitions } from './definitions.ts';
import { resolveSetting } from './resolve.ts';
import { listStoredSettings, readRows, select, type StoredSetting } from './rows.ts';

/** The columns of a namespace that follow from settings, so that no read has to resolve them. */
export type DerivedColumns = Pick<NamespaceRow, 'isPullOpen' | 'disabledFormats' | 'retentionDays' | 'isAudited'>;

type Node = Pick<NamespaceRow, 'id' | 'lineage'> & DerivedColumns;

const { registryEnabled, anyoneCanPull, allowAnyoneCanPull, retentionDays, auditEvents } = nodeDefinitions;
const chunk = 500;

/** Names of the settings that columns follow from. */
export function derivingSettings(formats: readonly Format[]): string[] {
  return [...[registryEnabled, anyoneCanPull, allowAnyoneCanPull, retentionDays, auditEvents], ...formats.map((format) => formatDefinitions(format).enabled)].map(({ name }) => name);
}

/** The columns of a node from the rows of it and of all above it. */
export function deriveColumns(formats: readonly Format[], namespace: Pick<NamespaceRow, 'lineage'>, rows: readonly StoredSetting[]): DerivedColumns {
  const ids = idsOfLineage(namespace);
  const valueOf = (definition: Parameters<typeof resolveSetting>[0]) => resolveSetting(definition, ids, rows).effective;
  const disabled = formats.filter((format) => valueOf(formatDefinitions(format).enabled) !== true);
  return {
    isPullOpen: valueOf(anyoneCanPull) === true && valueOf(allowAnyoneCanPull) === true,
    disabledFormats: valueOf(registryEnabled) === true ? writeDisabledFormats(disabled.map(({ id }) => id)) : wholeRegistry,
    retentionDays: Number(valueOf(retentionDays)),
    isAudited: valueOf(auditEvents) === true,
  };
}

/**
 * Locks a node and everything below it, parents before their children. A namespace made meanwhile is among them: whoever makes one
 * locks its parent, and in this order a parent is met before its children.
 */
export async function lockSubtree(tx: EntityManager, { lineage }: Pick<NamespaceRow, 'lineage'>): Promise<Node[]> {
  const below = subtreeOf('n', lineage);
  // In the order of the index, and not of the primary key: InnoDB locks what it meets, when it meets it.
  const [index, lock] = isSqlite(tx) ? ['', ''] : [' FORCE INDEX (namespace_lineage)', ' FOR UPDATE'];
  const rows: Node[] = await tx.query(
    'SELECT n.id, n.lineage, n.is_pull_open AS isPullOpen, n.disabled_formats AS disabledFormats, n.retention_days AS retentionDays, n.is_audited AS isAudited ' +
      `FROM namespace n${index} WHERE ${below.sql} ORDER BY n.lineage${lock}`,
    [...below.parameters],
  );
  return rows.map((row) => ({ ...row, isPullOpen: Boolean(row.isPullOpen), retentionDays: Number(row.retentionDays), isAudited: Boolean(row.isAudited) }));
}

/** Brings the columns of these nodes up to date: a node and everything below it, all locked. */
export async function refreshColumns(tx: EntityManager, formats: readonly Format[], nodes: readonly Node[]): Promise<void> {
  const [root] = nodes;
  if (!root) return;
  const names = derivingSettings(formats);
  const rows = [...(await listStoredSettings(tx, idsOfLineage(root).slice(0, -1), names)), ...(await listBelow(tx, root, names))];
  const byNode = Map.groupBy(rows, ({ namespaceId }) => namespaceId);
  const stale = nodes.flatMap((node) => {
    const next = deriveColumns(formats, node, idsOfLineage(node).flatMap((id) => byNode.get(id) ?? []));
    const isFresh = (Object.keys(next) as (keyof DerivedColumns)[]).every((column) => next[column] === node[column]);
    return isFresh ? [] : [{ id: node.id, next }];
  });
  for (const same of Map.groupBy(stale, ({ next }) => JSON.stringify(next)).values()) {
    for (let from = 0; from < same.length; from += chunk) await write(tx, same.slice(from, from + chunk));
  }
}

async function write(tx: EntityManager, nodes: readonly { id: string; next: DerivedColumns }[]): Promise<void> {
  const [first] = nodes;
  if (!first) return;
  const { isPullOpen, disabledFormats, retentionDays: days, isAudited } = first.next;
  const ids = nodes.map(({ id }) => id);
  await tx.query(`UPDATE namespace SET is_pull_open = ?, disabled_formats = ?, retention_days = ?, is_audited = ? WHERE id IN (${placeholders(ids)})`, [
    isPullOpen ? 1 : 0,
    disabledFormats,
    days,
    isAudited ? 1 : 0,
    ...ids,
  ]);
}

async function listBelow(tx: EntityManager, { lineage }: Node, names: readonly string[]): Promise<StoredSetting[]> {
  const below = subtreeOf('n', lineage);
  const named = isIn('s.name', names);
  return readRows(await tx.query(`${select} JOIN namespace n ON n.id = s.namespace_id WHERE ${below.sql} AND ${named.sql}`, [...below.parameters, ...named.parameters]));
}
