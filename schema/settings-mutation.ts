import type { NamespaceRow } from '../src/db/tables/namespace.ts';
import { InvalidInput, SettingLocked } from '../src/errors.ts';
import type { FormatSetting, NodeSetting, SettingValue } from '../src/settings/definitions.ts';
import { type SettingChange, updateSettings } from '../src/settings/update.ts';
import { builder } from './builder.ts';
import { FormatEnum } from './enums.ts';
import { mutationField } from './mutation.ts';
import { NamespaceInterface } from './namespace.ts';
import { DuplicateRuleEnum } from './settings.ts';
import { takesOnNamespace } from './takes.ts';

type Value = 'Boolean' | 'Int' | 'BigInt' | 'String' | typeof DuplicateRuleEnum;

/** The input of a change of a setting whose values are of a type. */
function changeInput(name: string, type: Value) {
  return builder.inputType(name, {
    description: 'How a setting is to change. What is left out stays.',
    fields: (t) => ({
      value: t.field({ type, description: 'What this namespace sets itself; null: nothing any more, so that it inherits again.' }),
      isLocked: t.boolean({ description: 'Whether it binds the namespaces below it: what they set themselves counts for nothing then.' }),
    }),
  });
}

const BooleanSettingInput = changeInput('BooleanSettingInput', 'Boolean');
const IntSettingInput = changeInput('IntSettingInput', 'Int');
const BigIntSettingInput = changeInput('BigIntSettingInput', 'BigInt');
const StringSettingInput = changeInput('StringSettingInput', 'String');
const DuplicateSettingInput = changeInput('DuplicateSettingInput', DuplicateRuleEnum);

const FormatSettingsInput = builder.inputType('FormatSettingsInput', {
  description: 'How the settings of a format are to change. What is left out stays.',
  fields: (t) => ({
    format: t.field({ type: FormatEnum, required: true, description: 'The format.' }),
    enabled: t.field({ type: BooleanSettingInput, description: 'Whether its packages are served.' }),
    duplicates: t.field({ type: DuplicateSettingInput, description: 'What becomes of publishing what is there.' }),
    duplicateExceptions: t.field({ type: StringSettingInput, description: 'A regular expression (RE2) of whole package names for which `duplicates` means its opposite; empty: none.' }),
    maxFileBytes: t.field({ type: BigIntSettingInput, description: 'A file may have at most so many bytes; never more than the format allows.' }),
  }),
});

mutationField('updateSettings', {
  description: 'Changes settings of a namespace, all or none.',
  takes: `${takesOnNamespace('MANAGE')} Quotas are set by those who manage the namespace above.`,
  errors: [
    [SettingLocked, 'a namespace above has locked one of them'],
    [InvalidInput, 'a value is out of bounds, a pattern is none, a format is named twice, or the instance alone has such a setting'],
  ],
  input: (t) => ({
    namespaceId: t.id({ required: true, description: 'The namespace.' }),
    registryEnabled: t.field({ type: BooleanSettingInput, description: 'Whether packages are served at all.' }),
    anyoneCanPull: t.field({ type: BooleanSettingInput, description: 'Whether anybody may pull packages.' }),
    allowAnyoneCanPull: t.field({ type: BooleanSettingInput, description: 'The switch for `anyoneCanPull`; of the instance only.' }),
    auditEvents: t.field({ type: BooleanSettingInput, description: 'Whether owners see who did what.' }),
    eventRetentionDays: t.field({ type: IntSettingInput, description: 'For how many days the event log is kept, audit events with it: 7 to 3650. Of the instance only.' }),
    retentionDays: t.field({ type: IntSettingInput, description: 'For how many days what was deleted can be restored: 0 to 3650.' }),
    quotaBytes: t.field({ type: BigIntSettingInput, description: 'At most so many bytes of live files.' }),
    quotaPackages: t.field({ type: BigIntSettingInput, description: 'At most so many packages.' }),
    quotaVersions: t.field({ type: BigIntSettingInput, description: 'At most so many versions.' }),
    formats: t.field({ type: [FormatSettingsInput], description: 'The settings of formats, each format at most once.' }),
  }),
  payload: builder.objectRef<{ namespace: NamespaceRow }>('UpdateSettingsPayload').implement({
    description: 'A namespace whose settings were changed.',
    fields: (t) => ({ namespace: t.expose('namespace', { type: NamespaceInterface, description: 'The namespace.' }) }),
  }),
  resolve: async ({ namespaceId, formats, ...node }, { core, actor }) => ({
    namespace: await updateSettings(core, actor, namespaceId, {
      node: changesOf<NodeSetting>(node),
      formats: (formats ?? []).map(({ format, ...settings }) => ({ format: core.formats.get(format), settings: changesOf<FormatSetting>(settings) })),
    }),
  }),
});

type Change = { value?: SettingValue | undefined; isLocked?: boolean | null | undefined } | null | undefined;

function changesOf<Name extends string>(given: { [name in Name]?: unknown }): Partial<Record<Name, SettingChange>> {
  const entries = Object.entries(given).flatMap(([name, change]) => {
    const { value, isLocked } = (change as Change) ?? {};
    return [[name, { ...(value === undefined ? {} : { value }), ...(typeof isLocked === 'boolean' ? { isLocked } : {}) }]];
  });
  return Object.fromEntries(entries) as Partial<Record<Name, SettingChange>>;
}
