import { EntitySchema } from 'typeorm';
import type { Role } from './access.ts';
import { boolean, integer, json, nullable, primary, string, text } from './columns.ts';

export interface SettingRow {
  namespaceId: string;
  /** Such as `registry.enabled` or `formats.npm.duplicates`. */
  name: string;
  /** Null: none of its own, the row is there for the lock only. */
  value: unknown;
  /** Whether nodes below may not choose for themselves. */
  isLocked: boolean;
  updatedAt: number;
}

/** What a node sets itself; everything else it inherits. */
export const SettingTable = new EntitySchema<SettingRow>({
  name: 'setting',
  columns: { namespaceId: primary(string), name: primary(string), value: nullable(json), isLocked: boolean, updatedAt: integer },
});

/** What a rule protects: packages by name, or versions or tags of such packages by pattern. */
export const protectionTargets = ['PACKAGE', 'VERSION', 'TAG'] as const;
export type ProtectionTarget = (typeof protectionTargets)[number];

export interface ProtectionRuleRow {
  id: string;
  namespaceId: string;
  target: ProtectionTarget;
  /** Null: every format. */
  format: string | null;
  /** What names of packages match; `*` stands for any text. */
  namePattern: string;
  /** What versions or tags match; null for PACKAGE. */
  pattern: string | null;
  /** The least role that may publish (or set the tag); null: no rule on that. */
  publishRole: Role | null;
  /** The least role that may delete (or remove the tag); null: no rule on that. */
  deleteRole: Role | null;
  /** VERSION: never replaced nor deleted. TAG: never moved nor removed. By nobody. */
  isImmutable: boolean;
  createdById: string | null;
  createdAt: number;
}

/** Rules of a node for everything below it. */
export const ProtectionRuleTable = new EntitySchema<ProtectionRuleRow>({
  name: 'protection_rule',
  columns: {
    id: primary(string),
    namespaceId: string,
    target: string,
    format: nullable(string),
    namePattern: string,
    pattern: nullable(string),
    publishRole: nullable(string),
    deleteRole: nullable(string),
    isImmutable: boolean,
    createdById: nullable(string),
    createdAt: integer,
  },
});

/** What a policy removes: versions, or older builds of versions that are being worked on. */
export const cleanupTargets = ['VERSION', 'BUILD'] as const;
export type CleanupTarget = (typeof cleanupTargets)[number];

export interface CleanupPolicyRow {
  id: string;
  namespaceId: string;
  name: string;
  target: CleanupTarget;
  /** Whether it runs by itself, once a day. */
  isEnabled: boolean;
  /** Null: all. */
  formats: string[] | null;
  /** `*` stands for any text; null: every package. */
  namePattern: string | null;
  keepNewest: number;
  olderThanDays: number | null;
  notDownloadedForDays: number | null;
  /** RE2: only versions that match are removed; null: any. */
  removePattern: string | null;
  /** RE2: versions that match stay; null: none. */
  keepPattern: string | null;
  createdById: string | null;
  createdAt: number;
  updatedAt: number;
  nextRunAt: number;
}

/** What of a node's packages may go by itself. */
export const CleanupPolicyTable = new EntitySchema<CleanupPolicyRow>({
  name: 'cleanup_policy',
  columns: {
    id: primary(string),
    namespaceId: string,
    name: string,
    target: string,
    isEnabled: boolean,
    formats: nullable(json),
    namePattern: nullable(string),
    keepNewest: integer,
    olderThanDays: nullable(integer),
    notDownloadedForDays: nullable(integer),
    removePattern: nullable(text),
    keepPattern: nullable(text),
    createdById: nullable(string),
    createdAt: integer,
    updatedAt: integer,
    nextRunAt: integer,
  },
});

export const cleanupStates = ['RUNNING', 'DONE', 'FAILED'] as const;
export type CleanupState = (typeof cleanupStates)[number];

export interface CleanupRunRow {
  id: string;
  policyId: string;
  state: CleanupState;
  startedById: string | null;
  /** The last package it has dealt with, in the order of ids; empty before the first. */
  position: string;
  examinedPackages: number;
  removedVersions: number;
  /** Alone, not with their version. */
  removedFiles: number;
  removedBytes: number;
  /** Why it failed. */
  message: string | null;
  startedAt: number;
  updatedAt: number;
  finishedAt: number | null;
  /** Until then the process that works on it has it for itself. */
  leasedUntil: number;
}

/** One run of a policy, with how far it is. */
export const CleanupRunTable = new EntitySchema<CleanupRunRow>({
  name: 'cleanup_run',
  columns: {
    id: primary(string),
    policyId: string,
    state: string,
    startedById: nullable(string),
    position: string,
    examinedPackages: integer,
    removedVersions: integer,
    removedFiles: integer,
    removedBytes: integer,
    message: nullable(text),
    startedAt: integer,
    updatedAt: integer,
    finishedAt: nullable(integer),
    leasedUntil: integer,
  },
});
