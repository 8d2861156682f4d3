import type { Core } from '../core.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { isIn } from '../db/condition.ts';
import type { Format } from '../formats/format.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import { formatDefinitions, type FormatSetting, nodeDefinitions, type NodeSetting } from './definitions.ts';
import { type ResolvedSetting, resolveSetting } from './resolve.ts';
import { readRows, select, type StoredSetting } from './rows.ts';

/** A node with all settings of it and of those above it. The caller has seen to it that they may be read. */
export interface NodeSettings {
  lineage: string;
  rows: StoredSetting[];
}

type Node = Pick<NamespaceRow, 'id' | 'lineage'>;

/** The settings of several nodes in one statement, by the nodes' ids. */
export async function loadSettings(core: Core, nodes: readonly Node[]): Promise<Map<string, NodeSettings>> {
  const ids = new Set(nodes.flatMap((node) => idsOfLineage(node)));
  const { sql, parameters } = isIn('s.namespace_id', [...ids]);
  const rows = Map.groupBy(readRows(await core.database.reads.query(`${select} WHERE ${sql}`, [...parameters])), ({ namespaceId }) => namespaceId);
  return new Map(nodes.map(({ id, lineage }) => [id, { lineage, rows: idsOfLineage({ lineage }).flatMap((above) => rows.get(above) ?? []) }]));
}

/** A setting of the node; `anyoneCanPull` is in effect only where the instance allows it. */
export function readSetting({ lineage, rows }: NodeSettings, setting: NodeSetting): ResolvedSetting {
  const ids = idsOfLineage({ lineage });
  const resolved = resolveSetting(nodeDefinitions[setting], ids, rows);
  if (setting !== 'anyoneCanPull') return resolved;
  const isAllowed = resolveSetting(nodeDefinitions.allowAnyoneCanPull, ids, rows).effective === true;
  return { ...resolved, effective: resolved.effective === true && isAllowed };
}

/** A setting of a format at the node. */
export function readFormatSetting({ lineage, rows }: NodeSettings, format: Format, setting: FormatSetting): ResolvedSetting {
  return resolveSetting(formatDefinitions(format)[setting], idsOfLineage({ lineage }), rows);
}
