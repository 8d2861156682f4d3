import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { authorize, decide, notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { instanceId, type NamespaceRow } from '../db/tables/namespace.ts';
import { forUpdate, upsert } from '../db/upsert.ts';
import { Forbidden, InvalidInput, SettingLocked } from '../errors.ts';
import { record } from '../events/record.ts';
import type { Format } from '../formats/format.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import { findNamespace, getNamespace } from '../namespaces/repository.ts';
import { type Definition, formatDefinitions, type FormatSetting, nodeDefinitions, type NodeSetting, type SettingValue } from './definitions.ts';
import { derivingSettings, lockSubtree, refreshColumns } from './derived.ts';
import { quotaSettings } from './quotas.ts';
import { resolveSetting } from './resolve.ts';
import { listStoredSettings } from './rows.ts';
import { awaitPublishes } from './settle.ts';

/** How a setting is to change: what is undefined stays as it is. */
export interface SettingChange {
  /** Null: none of its own any more, so that it inherits again. */
  value?: SettingValue;
  /** Whether nodes below are bound by what holds here. */
  isLocked?: boolean;
}

/** What is to change, by the names that settings have in the API. */
export interface SettingChanges {
  node?: Partial<Record<NodeSetting, SettingChange>>;
  formats?: readonly { format: Format; settings: Partial<Record<FormatSetting, SettingChange>> }[];
}

interface Wanted {
  definition: Definition;
  /** The input field that it comes from. */
  field: string;
  change: SettingChange;
}

/**
 * Changes settings of a namespace, all or none. Throws InvalidInput, SettingLocked where a namespace above has locked one of them,
 * NotFound and what authorisation throws: quotas are for those who manage the namespace above.
 */
export async function updateSettings(core: Core, actor: Actor, namespaceId: string, changes: SettingChanges): Promise<NamespaceRow> {
  const wanted = listWanted(changes);
  for (const { definition, field, change } of wanted) {
    if (change.value !== undefined && change.value !== null) definition.check(field, change.value);
  }
  return core.database.tx(async (tx) => {
    // Once before anything is locked, and once more for what may have changed until it was.
    await authorizeChange(tx, actor, namespaceId, wanted);
    const names = new Set(wanted.map(({ definition }) => definition.name));
    const derives = derivingSettings(core.formats.list()).some((name) => names.has(name));
    const limits = quotaSettings.some((name) => names.has(name));
    const nodes = await lock(tx, namespaceId, derives || limits);
    const row = await authorizeChange(tx, actor, namespaceId, wanted);
    const told = await write(tx, row, wanted, core.clock.now());
    if (Object.keys(told).length === 0) return row;
    if (derives) await refreshColumns(tx, core.formats.list(), nodes);
    if (limits) await awaitPublishes(tx, nodes);
    await record(tx, { type: 'SETTINGS_CHANGED', namespaceId, actor, occurredAt: core.clock.now(), payload: { path: row.path, changes: told } });
    return getNamespace(tx, namespaceId);
  });
}

function listWanted({ node = {}, formats = [] }: SettingChanges): Wanted[] {
  if (new Set(formats.map(({ format }) => format.id)).size < formats.length) throw new InvalidInput('formats', 'A format is listed twice.');
  const wanted = [
    ...Object.entries(node).map(([setting, change]) => ({ definition: nodeDefinitions[setting as NodeSetting] as Definition, field: setting, change })),
    ...formats.flatMap(({ format, settings }) => {
      const definitions = formatDefinitions(format);
      return Object.entries(settings).map(([setting, change]) => ({ definition: definitions[setting as FormatSetting] as Definition, field: `formats.${setting}`, change }));
    }),
  ];
  return wanted.filter(({ change }) => change.value !== undefined || change.isLocked !== undefined);
}

async function authorizeChange(tx: EntityManager, actor: Actor, namespaceId: string, wanted: readonly Wanted[]): Promise<NamespaceRow> {
  const row = await findNamespace(tx, namespaceId);
  if (!row) throw notThere(actor, 'Namespace');
  authorize(actor, 'MANAGE', row);
  for (const { definition, field } of wanted) {
    if (definition.instanceOnly && row.id !== instanceId) throw new InvalidInput(field, 'Only the instance itself has this setting.');
  }
  if (row.parentId !== null && wanted.some(({ definition }) => quotaSettings.includes(definition.name))) {
    const parent = await getNamespace(tx, row.parentId);
    if (!decide(actor, 'MANAGE', parent).allowed) throw new Forbidden('The quotas of a namespace are set by those who manage the one above it.');
  }
  return row;
}

async function lock(tx: EntityManager, id: string, withAllBelow: boolean): Promise<Awaited<ReturnType<typeof lockSubtree>>> {
  await tx.query(`SELECT id FROM namespace WHERE id = ?${forUpdate(tx)}`, [id]);
  const row = await findNamespace(tx, id);
  return row && withAllBelow ? lockSubtree(tx, row) : [];
}

/** What was and what is, by setting; nothing for those that stay as they are. */
type Told = Record<string, { from: Required<SettingChange>; to: Required<SettingChange> }>;

async function write(tx: EntityManager, row: NamespaceRow, wanted: readonly Wanted[], now: number): Promise<Told> {
  const ids = idsOfLineage(row);
  const rows = await listStoredSettings(tx, ids, wanted.map(({ definition }) => definition.name));
  const told: Told = {};
  for (const { definition, change } of wanted) {
    const { name } = definition;
    const { own, isLocked, lockedById } = resolveSetting(definition, ids, rows);
    if (lockedById !== null) throw new SettingLocked(name, (await getNamespace(tx, lockedById)).path);
    const from = { value: own, isLocked };
    const to = { value: change.value === undefined ? own : change.value, isLocked: change.isLocked ?? isLocked };
    if (to.value === from.value && to.isLocked === from.isLocked) continue;
    told[name] = { from, to };
    await store(tx, row.id, name, to, now);
  }
  return told;
}

async function store(tx: EntityManager, namespaceId: string, name: string, { value, isLocked }: Required<SettingChange>, now: number): Promise<void> {
  if (value === null && !isLocked) {
    await tx.query('DELETE FROM setting WHERE namespace_id = ? AND name = ?', [namespaceId, name]);
    return;
  }
  const row = { namespace_id: namespaceId, name, value: value === null ? null : JSON.stringify(value), is_locked: isLocked ? 1 : 0, updated_at: now };
  await upsert(tx, 'setting', row, ['namespace_id', 'name'], { value: 'new.value', is_locked: 'new.is_locked', updated_at: 'new.updated_at' });
}
