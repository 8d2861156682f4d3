import type { EntityManager } from 'typeorm';
import { isIn } from '../db/condition.ts';
import type { SettingValue } from './definitions.ts';

/** What a node sets itself. */
export interface StoredSetting {
  namespaceId: string;
  name: string;
  /** Null: none of its own, the row is there for the lock only. */
  value: SettingValue;
  /** Whether it binds all nodes below. */
  isLocked: boolean;
}

/** What these nodes set themselves of these settings; the lists are short. */
export async function listStoredSettings(manager: EntityManager, namespaceIds: readonly string[], names: readonly string[]): Promise<StoredSetting[]> {
  const nodes = isIn('s.namespace_id', namespaceIds);
  const named = isIn('s.name', names);
  return readRows(await manager.query(`${select} WHERE ${nodes.sql} AND ${named.sql}`, [...nodes.parameters, ...named.parameters]));
}

/** The columns that {@link readRows} reads. */
export const select = 'SELECT s.namespace_id AS namespaceId, s.name, s.value, s.is_locked AS isLocked FROM setting s';

/** Rows as the database gives them. */
export function readRows(rows: readonly { namespaceId: string; name: string; value: string | null; isLocked: number | boolean }[]): StoredSetting[] {
  return rows.map(({ value, isLocked, ...row }) => ({ ...row, value: value === null ? null : JSON.parse(value), isLocked: Boolean(isLocked) }));
}

/**
 * Of the rows of one setting those that count for a node, the root's first: where one is locked, those below it do not. `ids` are the
 * node's and all above it, the root's first.
 */
export function bindingRows(ids: readonly string[], rows: readonly StoredSetting[]): StoredSetting[] {
  const inOrder = ids.flatMap((id) => rows.find(({ namespaceId }) => namespaceId === id) ?? []);
  const lock = inOrder.findIndex(({ isLocked }) => isLocked);
  return lock === -1 ? inOrder : inOrder.slice(0, lock + 1);
}
