import type { Actor } from '../../access/actor.ts';
import { readablePackages } from '../../access/visible-nodes.ts';
import type { Core } from '../../core.ts';
import { isIn, whereAll } from '../../db/condition.ts';
import { isLivePackage, packageColumns, type PackageRecord, versionColumns, type VersionRecord } from './records.ts';
import { latestStatuses } from '../summary.ts';

/** Live packages that the actor may read, by id. */
export async function loadPackages(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, PackageRecord>> {
  const { sql, parameters } = whereAll([isIn('p.id', ids), isLivePackage, readablePackages(actor, core.database.dialect)]);
  const rows: PackageRecord[] = await core.database.reads.query(
    `SELECT ${packageColumns} FROM package p JOIN namespace n ON n.id = p.namespace_id${sql}`,
    parameters,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** A package by format and name, as dependencies name it. */
export interface PackageName {
  format: string;
  normalizedName: string;
}

/**
 * What names mean to this actor on the whole instance: of the packages in nodes it may read, the one with the oldest claim, and
 * nothing where that one is deleted (the claim stays). Keys of the result: `format/normalizedName`.
 */
export async function loadNamedPackages(core: Core, actor: Actor, names: readonly PackageName[]): Promise<Map<string, PackageRecord>> {
  const found = new Map<string, PackageRecord>();
  for (const [format, wanted] of Map.groupBy(names, (name) => name.format)) {
    const { sql, parameters } = whereAll([
      { sql: 'p.format = ?', parameters: [format] },
      isIn('p.normalized_name', wanted.map(({ normalizedName }) => normalizedName)),
      readablePackages(actor, core.database.dialect),
    ]);
    const rows: (PackageRecord & { deletedAt: number | null })[] = await core.database.reads.query(
      `SELECT ${packageColumns}, p.deleted_at AS deletedAt FROM package p JOIN namespace n ON n.id = p.namespace_id${sql} ORDER BY p.created_at, p.id`,
      parameters,
    );
    for (const [name, claims] of Map.groupBy(rows, (row) => row.normalizedName)) {
      const [oldest] = claims;
      if (oldest?.deletedAt === null) found.set(packageNameKey({ format, normalizedName: name }), oldest);
    }
  }
  return found;
}

/** Key of a name in maps and caches. */
export function packageNameKey({ format, normalizedName }: PackageName): string {
  return `${format}/${normalizedName}`;
}

/** Bytes of all live versions together, by package. */
export async function loadPackageSizes(core: Core, ids: readonly string[]): Promise<Map<string, number>> {
  const { sql, parameters } = whereAll([isIn('package_id', ids), { sql: "tombstone = ''", parameters: [] }]);
  const rows: { packageId: string; total: number | string }[] = await core.database.reads.query(
    `SELECT package_id AS packageId, SUM(size_bytes) AS total FROM version${sql} GROUP BY package_id`,
    parameters,
  );
  return new Map(rows.map(({ packageId, total }) => [packageId, Number(total)]));
}

/** As `findLatestVersionId`, for many packages: two look-ups in an index for each, in one statement. */
export async function loadLatestVersions(core: Core, packageIds: readonly string[]): Promise<Map<string, VersionRecord>> {
  const best = (isPrerelease: 0 | 1) =>
    `(SELECT l.id FROM version l WHERE l.package_id = p.id AND l.tombstone = '' AND l.is_prerelease = ${isPrerelease} ` +
    `AND l.status IN (${latestStatuses}) ORDER BY l.sort_key DESC LIMIT 1)`;
  const { sql, parameters } = whereAll([isIn('p.id', packageIds)]);
  const rows: VersionRecord[] = await core.database.reads.query(
    `SELECT ${versionColumns} FROM package p JOIN version v ON v.id = COALESCE(${best(0)}, ${best(1)})${sql}`,
    parameters,
  );
  return new Map(rows.map((row) => [row.packageId, row]));
}

/** A tag with the version it points at. */
export interface TagRecord {
  packageId: string;
  name: string;
  versionId: string;
  updatedAt: number;
}

/** The tags of packages, by name. */
export async function loadTags(core: Core, packageIds: readonly string[]): Promise<Map<string, TagRecord[]>> {
  const { sql, parameters } = whereAll([isIn('package_id', packageIds)]);
  const rows: TagRecord[] = await core.database.reads.query(
    `SELECT package_id AS packageId, name, version_id AS versionId, updated_at AS updatedAt FROM tag${sql} ORDER BY name`,
    parameters,
  );
  return Map.groupBy(rows, ({ packageId }) => packageId);
}
