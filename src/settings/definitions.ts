import { InvalidInput } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { checkRegex } from './pattern.ts';

/** Null as a node's own: it has none. As an effective value: no limit. */
export type SettingValue = boolean | number | string | null;

/** Whether publishing what is there replaces it. */
export const duplicateRules = ['ALLOWED', 'REFUSED'] as const;
export type DuplicateRule = (typeof duplicateRules)[number];

/** What can be set on a node. */
export interface Definition {
  /** In the database and in events: `registry.enabled`, `formats.npm.duplicates`. */
  name: string;
  /** What holds where no node sets it. */
  fallback: SettingValue;
  /** `nearest`: of a node and those above it the nearest that sets it decides. `least`: all of them bind, so the smallest decides. */
  combine: 'nearest' | 'least';
  /** Only the instance itself may set it. */
  instanceOnly?: true;
  /** Throws InvalidInput of `field` for what it cannot be. */
  check: (field: string, value: NonNullable<SettingValue>) => void;
}

/** The settings of a node, by the name they have in the API. */
export const nodeDefinitions = {
  registryEnabled: on('registry.enabled', true),
  anyoneCanPull: on('anyoneCanPull', false),
  /** The switch without which `anyoneCanPull` has no effect. */
  allowAnyoneCanPull: { ...on('allowAnyoneCanPull', false), instanceOnly: true },
  auditEvents: on('auditEvents', false),
  /** For how long the log of events is kept at least. */
  eventRetentionDays: { ...whole('eventRetentionDays', 365, 7, 3650), instanceOnly: true },
  retentionDays: whole('retentionDays', 30, 0, 3650),
  quotaBytes: quota('quota.bytes'),
  quotaPackages: quota('quota.packages'),
  quotaVersions: quota('quota.versions'),
} satisfies Record<string, Definition>;
export type NodeSetting = keyof typeof nodeDefinitions;

/** Those of one format at a node, by the name they have in the API. */
export function formatDefinitions({ id, duplicates, maxFileBytes }: Format) {
  return {
    enabled: on(`formats.${id}.enabled`, true),
    duplicates: {
      name: `formats.${id}.duplicates`,
      fallback: duplicates === 'refused' ? 'REFUSED' : 'ALLOWED',
      combine: 'nearest',
      check: (field, value) => {
        if (!duplicateRules.some((rule) => rule === value)) throw new InvalidInput(field, `It is one of ${duplicateRules.join(', ')}.`);
      },
    },
    /** A regular expression of package names for which `duplicates` means its opposite; empty: none. */
    duplicateExceptions: { name: `formats.${id}.duplicateExceptions`, fallback: '', combine: 'nearest', check: (field, value) => checkRegex(field, String(value)) },
    /** Never more than the format itself allows. */
    maxFileBytes: whole(`formats.${id}.maxFileBytes`, maxFileBytes, 1, maxFileBytes),
  } satisfies Record<string, Definition>;
}
export type FormatSetting = keyof ReturnType<typeof formatDefinitions>;

function on(name: string, fallback: boolean): Definition {
  return {
    name,
    fallback,
    combine: 'nearest',
    check: (field, value) => {
      if (typeof value !== 'boolean') throw new InvalidInput(field, 'It is either true or false.');
    },
  };
}

function whole(name: string, fallback: number | null, least: number, most: number): Definition {
  return {
    name,
    fallback,
    combine: 'nearest',
    check: (field, value) => {
      const isWithin = Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
      if (!isWithin) throw new InvalidInput(field, `It is a whole number from ${least} to ${most}.`);
    },
  };
}

function quota(name: string): Definition {
  return { ...whole(name, null, 0, Number.MAX_SAFE_INTEGER), combine: 'least' };
}
