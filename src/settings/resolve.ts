import type { Definition, SettingValue } from './definitions.ts';
import { bindingRows, type StoredSetting } from './rows.ts';

/** One setting at a node. Ids are of namespaces. */
export interface ResolvedSetting {
  /** What the node sets itself, also where a lock above makes it idle; null: nothing. */
  own: SettingValue;
  /** What would hold without that. */
  inherited: SettingValue;
  /** What holds. */
  effective: SettingValue;
  /** The node that `effective` comes from; null: none, it is the default. */
  sourceId: string | null;
  /** Whether the node binds those below it. */
  isLocked: boolean;
  /** The node above that binds this one; null: none. */
  lockedById: string | null;
}

/**
 * Resolves a setting for a node, from the rows of the node and of all above it. `ids` are theirs, the root's first; rows of other
 * settings or nodes are passed over.
 */
export function resolveSetting(definition: Definition, ids: readonly string[], rows: readonly StoredSetting[]): ResolvedSetting {
  const named = rows.filter(({ name }) => name === definition.name);
  const binding = bindingRows(ids, named);
  const id = ids.at(-1);
  const own = named.find(({ namespaceId }) => namespaceId === id);
  const { value: effective, sourceId } = combined(definition, binding);
  return {
    own: own?.value ?? null,
    inherited: combined(definition, binding.filter(({ namespaceId }) => namespaceId !== id)).value,
    effective,
    sourceId,
    isLocked: own?.isLocked ?? false,
    lockedById: binding.find(({ namespaceId, isLocked }) => isLocked && namespaceId !== id)?.namespaceId ?? null,
  };
}

function combined({ combine, fallback }: Definition, rows: readonly StoredSetting[]): { value: SettingValue; sourceId: string | null } {
  let value = fallback;
  let sourceId: string | null = null;
  for (const row of rows) {
    if (row.value === null) continue;
    if (combine === 'least' && value !== null && Number(row.value) >= Number(value)) continue;
    value = row.value;
    sourceId = row.namespaceId;
  }
  return { value, sourceId };
}
