import type { EntityManager } from 'typeorm';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { Format } from '../formats/format.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import { formatDefinitions } from './definitions.ts';
import { matchesRegex } from './pattern.ts';
import { type Quota, quotasAmong, quotaSettings } from './quotas.ts';
import { resolveSetting } from './resolve.ts';
import { listStoredSettings } from './rows.ts';

/** What the settings say of publishing a package. */
export interface PublishRules {
  /** Whether what is there gives way to what is published; true where that can only be the same. */
  allowsDuplicates: boolean;
  /** A file may have at most so many bytes. */
  maxFileBytes: number;
  /** The quotas that bind, the root's first. */
  quotas: Quota[];
}

/** What is published. */
export interface PublishSubject {
  name: string;
  /** In its normalised spelling; while it is not known the rules are those of a version that is not mutable. */
  version?: string;
}

/** The rules for a package in a namespace, in one read. */
export async function getPublishRules(manager: EntityManager, namespace: Pick<NamespaceRow, 'lineage'>, format: Format, { name, version }: PublishSubject): Promise<PublishRules> {
  const ids = idsOfLineage(namespace);
  const { duplicates, duplicateExceptions, maxFileBytes } = formatDefinitions(format);
  const rows = await listStoredSettings(manager, ids, [duplicates.name, duplicateExceptions.name, maxFileBytes.name, ...quotaSettings]);
  const exceptions = String(resolveSetting(duplicateExceptions, ids, rows).effective);
  const isException = exceptions !== '' && matchesRegex(exceptions, format.normalizeName(name));
  const isMutable = version !== undefined && (format.isMutable?.(version) ?? false);
  return {
    allowsDuplicates: isMutable || format.duplicates === 'impossible' || (resolveSetting(duplicates, ids, rows).effective === 'ALLOWED') !== isException,
    maxFileBytes: Math.min(format.maxFileBytes, Number(resolveSetting(maxFileBytes, ids, rows).effective)),
    quotas: quotasAmong(ids, rows),
  };
}
