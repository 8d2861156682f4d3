import { authorize } from '../src/access/decide.ts';
import type { DuplicateRule, FormatSetting, NodeSetting } from '../src/settings/definitions.ts';
import { duplicateRules } from '../src/settings/definitions.ts';
import { type NodeSettings, readFormatSetting, readSetting } from '../src/settings/read.ts';
import type { ResolvedSetting } from '../src/settings/resolve.ts';
import type { Format } from '../src/formats/format.ts';
import { builder } from './builder.ts';
import { FormatEnum } from './enums.ts';
import { leaves, needs } from './gate.ts';
import { namespaceById, settingsOfNode } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';

const duplicateDescriptions: Record<DuplicateRule, string> = {
  ALLOWED: 'What is there gives way, and stays restorable.',
  REFUSED: 'What is there stays; what was deleted comes back with the same content only.',
};

/** See {@link duplicateRules}. */
export const DuplicateRuleEnum = builder.enumType('DuplicateRule', {
  description: 'What becomes of publishing a version or a file that is there.',
  values: Object.fromEntries(duplicateRules.map((rule) => [rule, { description: duplicateDescriptions[rule] }])) as {
    [rule in DuplicateRule]: { description: string };
  },
});

type Value = 'Boolean' | 'Int' | 'BigInt' | 'String' | typeof DuplicateRuleEnum;

/** The type of a setting whose values are of a type; `isOptional`: none may hold at all. */
function settingType(name: string, type: Value, description: string, isOptional = false) {
  return builder.objectRef<ResolvedSetting>(name).implement({
    description,
    fields: (t) => ({
      own: t.field({ type, nullable: true, description: 'What this namespace sets itself; null where it inherits.', resolve: ({ own }) => own as never }),
      inherited: t.field({ type, nullable: isOptional, description: 'What would hold without that.', resolve: ({ inherited }) => inherited as never }),
      effective: t.field({ type, nullable: isOptional, description: 'What holds.', resolve: ({ effective }) => effective as never }),
      source: t.field({
        ...leaves(),
        type: NamespaceInterface,
        nullable: true,
        description: 'The namespace that it comes from; null where it is the default, and where the caller may not see the namespace.',
        resolve: ({ sourceId }, _args, context) => (sourceId === null ? null : namespaceById(context, sourceId)),
      }),
      isLocked: t.exposeBoolean('isLocked', { description: 'Whether this namespace binds those below it.' }),
      isBound: t.boolean({ description: 'Whether one above binds this namespace, so that it cannot choose for itself.', resolve: ({ lockedById }) => lockedById !== null }),
      lockedBy: t.field({
        ...leaves(),
        type: NamespaceInterface,
        nullable: true,
        description: 'The namespace above that binds this one; null where there is none, and where the caller may not see it.',
        resolve: ({ lockedById }, _args, context) => (lockedById === null ? null : namespaceById(context, lockedById)),
      }),
    }),
  });
}

const BooleanSetting = settingType('BooleanSetting', 'Boolean', 'A setting that is on or off.');
const IntSetting = settingType('IntSetting', 'Int', 'A setting that is a number.');
const BigIntSetting = settingType('BigIntSetting', 'BigInt', 'A setting that is a large number.');
const QuotaSetting = settingType('QuotaSetting', 'BigInt', 'A quota. Those of all namespaces above bind as well, so that the smallest holds; null: there is none.', true);
const StringSetting = settingType('StringSetting', 'String', 'A setting that is a text.');
const DuplicateSetting = settingType('DuplicateSetting', DuplicateRuleEnum, 'A setting of what becomes of duplicates.');

interface FormatAtNode {
  settings: NodeSettings;
  format: Format;
}

const FormatSettingsType = builder.objectRef<FormatAtNode>('FormatSettings').implement({
  description: 'The settings of a format in a namespace.',
  fields: (t) => {
    const of = (type: typeof BooleanSetting, setting: FormatSetting, description: string) =>
      t.field({ type, description, resolve: ({ settings, format }) => readFormatSetting(settings, format, setting) });
    return {
      format: t.field({ type: FormatEnum, description: 'The format.', resolve: ({ format: { id } }) => id }),
      enabled: of(BooleanSetting, 'enabled', 'Whether its packages are served; where not, they are refused to everybody, owners too.'),
      duplicates: of(DuplicateSetting, 'duplicates', 'What becomes of publishing what is there.'),
      duplicateExceptions: of(StringSetting, 'duplicateExceptions', 'A regular expression (RE2) of whole package names for which `duplicates` means its opposite; empty: none.'),
      maxFileBytes: of(BigIntSetting, 'maxFileBytes', 'A file may have at most so many bytes.'),
    };
  },
});

const NamespaceSettingsType = builder.objectRef<NodeSettings>('NamespaceSettings').implement({
  description: 'The settings of a namespace: what it sets itself, what it inherits, and what holds.',
  fields: (t) => {
    const of = (type: typeof BooleanSetting, setting: NodeSetting, description: string) =>
      t.field({ type, description, resolve: (settings) => readSetting(settings, setting) });
    return {
      registryEnabled: of(BooleanSetting, 'registryEnabled', 'Whether packages are served at all; where not, they are refused to everybody, owners too.'),
      anyoneCanPull: of(BooleanSetting, 'anyoneCanPull', 'Whether anybody may pull packages, however private the namespace is. Without `allowAnyoneCanPull` it is not in effect.'),
      allowAnyoneCanPull: of(BooleanSetting, 'allowAnyoneCanPull', 'The switch of the instance for `anyoneCanPull`.'),
      auditEvents: of(BooleanSetting, 'auditEvents', 'Whether owners see who did what.'),
      eventRetentionDays: of(IntSetting, 'eventRetentionDays', 'For how many days the event log is kept, audit events with it. A setting of the instance.'),
      retentionDays: of(IntSetting, 'retentionDays', 'For how many days what was deleted can be restored.'),
      quotaBytes: of(QuotaSetting, 'quotaBytes', 'At most so many bytes of live files.'),
      quotaPackages: of(QuotaSetting, 'quotaPackages', 'At most so many packages.'),
      quotaVersions: of(QuotaSetting, 'quotaVersions', 'At most so many versions.'),
      formats: t.field({
        type: [FormatSettingsType],
        description: 'What can be set for each format.',
        resolve: (settings, _args, { core }) => core.formats.list().map((format) => ({ settings, format })),
      }),
    };
  },
});

builder.interfaceField(NamespaceInterface, 'settings', (t) =>
  t.field({
    ...needs('INSPECT'),
    type: NamespaceSettingsType,
    nullable: true,
    description: 'How it is set up. For its members from the role REPORTER on.',
    resolve: (row, _args, context) => {
      authorize(context.actor, 'INSPECT', row);
      return settingsOfNode(context, row);
    },
  }),
);
