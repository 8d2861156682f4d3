import type { Actor } from '../../access/actor.ts';
import { readablePackages } from '../../access/visible-nodes.ts';
import type { Core } from '../../core.ts';
import { isIn, whereAll } from '../../db/condition.ts';
import { detailColumns, isLivePackage, isLiveVersion, type VersionDetails, versionColumns, type VersionRecord } from './records.ts';

/** Live versions that the actor may read, by id. */
export async function loadVersions(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, VersionRecord>> {
  const { sql, parameters } = whereAll([isIn('v.id', ids), isLiveVersion, isLivePackage, readablePackages(actor, core.database.dialect)]);
  const rows: VersionRecord[] = await core.database.reads.query(
    `SELECT ${versionColumns} FROM version v JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id${sql}`,
    parameters,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** One version of a package, by its normalised spelling. */
export interface VersionName {
  packageId: string;
  normalizedVersion: string;
}

/** Key of a version's name in maps and caches. */
export function versionNameKey({ packageId, normalizedVersion }: VersionName): string {
  return `${packageId}/${normalizedVersion}`;
}

/** Live versions by package and spelling; keys of the result: {@link versionNameKey}. */
export async function loadNamedVersions(core: Core, names: readonly VersionName[]): Promise<Map<string, VersionRecord>> {
  const { sql, parameters } = whereAll([
    isIn('v.package_id', [...new Set(names.map(({ packageId }) => packageId))]),
    isIn('v.normalized_version', [...new Set(names.map(({ normalizedVersion }) => normalizedVersion))]),
    isLiveVersion,
  ]);
  const rows: (VersionRecord & { normalizedVersion: string })[] = await core.database.reads.query(
    `SELECT ${versionColumns}, v.normalized_version AS normalizedVersion FROM version v${sql}`,
    parameters,
  );
  return new Map(rows.map((row) => [versionNameKey(row), row]));
}

/** One tag of a package. */
export interface TagName {
  packageId: string;
  tag: string;
}

/** Key of a tag in maps and caches. */
export function tagNameKey({ packageId, tag }: TagName): string {
  return `${packageId}/${tag}`;
}

/** The versions that tags point at; keys of the result: {@link tagNameKey}. */
export async function loadTaggedVersions(core: Core, names: readonly TagName[]): Promise<Map<string, VersionRecord>> {
  const { sql, parameters } = whereAll([
    isIn('t.package_id', [...new Set(names.map(({ packageId }) => packageId))]),
    isIn('t.name', [...new Set(names.map(({ tag }) => tag))]),
    isLiveVersion,
  ]);
  const rows: (VersionRecord & { tag: string })[] = await core.database.reads.query(
    `SELECT ${versionColumns}, t.name AS tag FROM tag t JOIN version v ON v.id = t.version_id${sql}`,
    parameters,
  );
  return new Map(rows.map((row) => [tagNameKey(row), row]));
}

/** What versions say of themselves. The caller has seen to it that they may be read, here and below. */
export async function loadVersionDetails(core: Core, ids: readonly string[]): Promise<Map<string, VersionDetails>> {
  const { sql, parameters } = whereAll([isIn('v.id', ids)]);
  const rows: VersionDetails[] = await core.database.reads.query(`SELECT ${detailColumns} FROM version v${sql}`, parameters);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Readmes, by version; versions without one are left out. */
export async function loadReadmes(core: Core, ids: readonly string[]): Promise<Map<string, string>> {
  const { sql, parameters } = whereAll([isIn('id', ids), { sql: 'readme IS NOT NULL', parameters: [] }]);
  const rows: { id: string; readme: string }[] = await core.database.reads.query(`SELECT id, readme FROM version${sql}`, parameters);
  return new Map(rows.map(({ id, readme }) => [id, readme]));
}

/** A version's stored metadata as JSON text, with what is needed to read it. */
export interface StoredMetadata {
  id: string;
  format: string;
  metadata: string;
  status: string;
  statusReason: string | null;
}

/** Stored metadata, by version. */
export async function loadMetadata(core: Core, ids: readonly string[]): Promise<Map<string, StoredMetadata>> {
  const { sql, parameters } = whereAll([isIn('v.id', ids)]);
  const rows: StoredMetadata[] = await core.database.reads.query(
    'SELECT v.id AS id, p.format AS format, v.metadata AS metadata, v.status AS status, v.status_reason AS statusReason ' +
      `FROM version v JOIN package p ON p.id = v.package_id${sql}`,
    parameters,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Names of the tags that point at versions, by version. */
export async function loadTagNames(core: Core, versionIds: readonly string[]): Promise<Map<string, string[]>> {
  const { sql, parameters } = whereAll([isIn('version_id', versionIds)]);
  const rows: { versionId: string; name: string }[] = await core.database.reads.query(
    `SELECT version_id AS versionId, name FROM tag${sql} ORDER BY name`,
    parameters,
  );
  const names = new Map<string, string[]>();
  for (const { versionId, name } of rows) names.set(versionId, [...(names.get(versionId) ?? []), name]);
  return names;
}
