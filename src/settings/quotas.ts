import type { EntityManager } from 'typeorm';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import { bindingRows, listStoredSettings, type StoredSetting } from './rows.ts';

/** What quotas there are. */
export const quotaKinds = ['BYTES', 'PACKAGES', 'VERSIONS'] as const;
export type QuotaKind = (typeof quotaKinds)[number];

/** A quota that binds what is in a node and below. */
export interface Quota {
  namespaceId: string;
  kind: QuotaKind;
  limit: number;
}

const settingOf: Record<QuotaKind, string> = { BYTES: 'quota.bytes', PACKAGES: 'quota.packages', VERSIONS: 'quota.versions' };

/** The settings that hold quotas. */
export const quotaSettings = Object.values(settingOf);

/**
 * The quotas that bind a node: its own and those of all above it, the root's first. Below a node that locks one, others of the same
 * kind count for nothing.
 */
export async function listQuotas(manager: EntityManager, namespace: Pick<NamespaceRow, 'lineage'>): Promise<Quota[]> {
  const ids = idsOfLineage(namespace);
  return quotasAmong(ids, await listStoredSettings(manager, ids, quotaSettings));
}

/** The same, from rows that are there already. */
export function quotasAmong(ids: readonly string[], rows: readonly StoredSetting[]): Quota[] {
  const quotas = quotaKinds.flatMap((kind) =>
    bindingRows(ids, rows.filter(({ name }) => name === settingOf[kind])).flatMap(({ namespaceId, value }) => (value === null ? [] : { namespaceId, kind, limit: Number(value) })),
  );
  return quotas.sort((a, b) => ids.indexOf(a.namespaceId) - ids.indexOf(b.namespaceId));
}
