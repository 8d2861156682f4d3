import type { Core } from '../core.ts';
import { isIn, whereAll } from '../db/condition.ts';
import { jsonMembers } from '../db/json.ts';
import { isLiveVersion, versionColumns, type VersionRecord } from './queries/records.ts';
import { latestStatuses } from './summary.ts';

/** A version that names another one of its package, as a document lists it. */
export interface NamingVersion {
  id: string;
  normalizedVersion: string;
  /** JSON text of an object with the members that were asked for, null where it has none. */
  metadata: string;
}

/** Of what is listed, which part: `limit` versions behind the one with the id `after`, with these members of their metadata. */
export interface NamingPage {
  after?: string;
  limit: number;
  members: readonly string[];
}

/**
 * The versions of a package that name one by a kind of dependency, be that one there or not, in the order in which they were published; hidden and withdrawn ones are
 * left out.
 */
export async function listNamingVersions(core: Core, packageId: string, format: string, kind: string, named: string, { after = '', limit, members }: NamingPage): Promise<NamingVersion[]> {
  return core.database.reads.query(
    `SELECT DISTINCT v.id AS id, v.normalized_version AS normalizedVersion, ${jsonMembers('v.metadata', members)} AS metadata FROM dependency d JOIN version v ON v.id = d.version_id ` +
      `WHERE d.format = ? AND d.normalized_name = ? AND d.kind = ? AND v.package_id = ? AND v.tombstone = '' AND v.status IN (${latestStatuses}) AND v.id > ? ORDER BY v.id LIMIT ?`,
    [format, named, kind, packageId, after, limit],
  );
}

/** Versions that name these by a kind of dependency, in the same package: by the id of the one that is named. The caller has seen to it that those may be read. */
export async function loadNamingVersions(core: Core, kind: string, versionIds: readonly string[]): Promise<Map<string, VersionRecord[]>> {
  const { sql, parameters } = whereAll([isIn('o.id', versionIds), { sql: 'd.kind = ?', parameters: [kind] }, isLiveVersion]);
  const rows: (VersionRecord & { namedId: string })[] = await core.database.reads.query(
    `SELECT DISTINCT ${versionColumns}, o.id AS namedId FROM version o JOIN package p ON p.id = o.package_id JOIN dependency d ON d.format = p.format AND d.normalized_name = o.normalized_version ` +
      `JOIN version v ON v.id = d.version_id AND v.package_id = o.package_id${sql} ORDER BY v.id`,
    parameters,
  );
  return Map.groupBy(rows, ({ namedId }) => namedId);
}

/** Live versions of the same package that these name in their dependencies, by the id of the one that names them. The caller has seen to it that those may be read. */
export async function loadNamedByVersions(core: Core, versionIds: readonly string[]): Promise<Map<string, VersionRecord[]>> {
  const { sql, parameters } = whereAll([isIn('o.id', versionIds), isLiveVersion]);
  const rows: (VersionRecord & { namingId: string })[] = await core.database.reads.query(
    `SELECT DISTINCT ${versionColumns}, o.id AS namingId FROM version o JOIN dependency d ON d.version_id = o.id ` +
      `JOIN version v ON v.package_id = o.package_id AND v.normalized_version = d.normalized_name${sql} ORDER BY v.id`,
    parameters,
  );
  return Map.groupBy(rows, ({ namingId }) => namingId);
}
