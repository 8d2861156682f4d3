import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { isIn } from '../db/condition.ts';
import { FileTable } from '../db/tables/file.ts';
import { type PackageRow, PackageTable, type VersionRow, VersionTable } from '../db/tables/package.ts';
import type { JsonObject } from '../formats/format.ts';
import { affected, placeholders } from '../db/upsert.ts';
import { record, recordAll } from '../events/record.ts';
import { InUse, NotFound, RevisionConflict } from '../errors.ts';
import { checkDelete, checkDeletePackage, type GuardedVersion } from '../protection/check.ts';
import { type Guard, loadGuard } from '../protection/guard.ts';
import { checkNotNeeded } from './bonds.ts';
import { keepTags } from './buried-tags.ts';
import { getPackageFor, type Located, lockPackageFor, lockVersionFor } from './find.ts';
import { refreshSummary } from './summary.ts';
import { ensureDefaultTag } from './tag.ts';
import { withUsage } from './usage.ts';

/** Files of one statement. */
const chunk = 500;

/** The revision that the caller has seen. */
export interface IfRevision {
  ifRevision?: number;
}

/** Deletes a version; its rows and bytes stay until the sweep purges them. Throws InUse, NotFound and what authorisation throws. */
export function deleteVersion(core: Core, actor: Actor, versionId: string): Promise<VersionRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const { version, ...found } = await lockVersionFor(tx, actor, 'DELETE', versionId, now);
    await removeVersions(core, tx, found, [version], { actor, now });
    return version;
  });
}

/**
 * Deletes versions of a package, named in their normalised spelling, all or none. With `ifRevision` only if the package has
 * not changed since that revision: throws RevisionConflict. Throws NotFound and what authorisation throws.
 */
export async function deleteVersions(core: Core, actor: Actor, packageId: string, versions: readonly string[], options: IfRevision = {}): Promise<void> {
  await core.database.tx(async (tx) => {
    const now = core.clock.now();
    if (versions.length === 0) {
      await getPackageFor(tx, actor, 'DELETE', packageId);
      return;
    }
    const found = await lockSeen(tx, actor, packageId, now, options);
    const rows: VersionRow[] = [];
    for (const normalizedVersion of versions) {
      const row = await tx.findOne(VersionTable, { where: { packageId, normalizedVersion, tombstone: '' } });
      if (!row) throw new NotFound('Version', `There is no version ${normalizedVersion}.`);
      rows.push(row);
    }
    await removeVersions(core, tx, found, rows, { actor, now });
  });
}

/** Who deletes versions, when, and what else their events tell. */
export interface Removal {
  /** Undefined: the registry itself, which has no role that a protection rule could name. */
  actor: Actor | undefined;
  now: number;
  payload?: JsonObject;
}

/** Deletes live versions of a package that the caller has locked (`touchPackage`), and which it may delete. Throws Protected, and InUse where other versions need them. */
export async function removeVersions(core: Core, tx: EntityManager, found: Located, rows: readonly GuardedVersion[], { actor, now, payload }: Removal): Promise<void> {
  const guard = await loadGuard(tx, actor, found.namespace, found.package);
  await checkDelete(tx, guard, rows);
  await checkNotNeeded(tx, core.formats.get(found.package.format), found.package.id, rows);
  await withUsage(tx, { namespace: found.namespace, packageId: found.package.id, versionIds: rows.map(({ id }) => id) }, async () => {
    for (const row of rows) {
      const tags = await buryForRestore(tx, 'id = ?', row.id, now);
      await record(tx, { ...subject(found, actor, now), type: 'VERSION_DELETED', versionId: row.id, payload: { ...names(found), ...payload, version: row.version, tags } });
    }
    await settle(core, tx, found, guard, now);
  });
}

/**
 * Deletes a package with all its versions; its name stays claimed. With `ifRevision` only if it has not changed since: throws
 * RevisionConflict. Throws NotFound and what authorisation throws.
 */
export async function deletePackage(core: Core, actor: Actor, packageId: string, options: IfRevision = {}): Promise<PackageRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const found = await lockSeen(tx, actor, packageId, now, options);
    await checkDeletePackage(tx, await loadGuard(tx, actor, found.namespace, found.package));
    const tags = await withUsage(tx, { namespace: found.namespace, packageId }, async () => {
      await tx.update(PackageTable, { id: packageId }, { deletedAt: now, description: null, keywords: null });
      return buryForRestore(tx, 'package_id = ?', packageId, now);
    });
    await record(tx, { ...subject(found, actor, now), type: 'PACKAGE_DELETED', payload: { ...names(found), tags } });
    return found.package;
  });
}

/**
 * Deletes one file of a version; a version without files goes with its last one. Throws InUse for one of several files of a version that is named by
 * its content, NotFound and what authorisation throws.
 */
export async function deleteFile(core: Core, actor: Actor, fileId: string): Promise<void> {
  await core.database.tx(async (tx) => {
    const now = core.clock.now();
    const file = await tx.findOne(FileTable, { where: { id: fileId, tombstone: '' } });
    if (!file) throw notThere(actor, 'File');
    const found = await lockVersionFor(tx, actor, 'DELETE', file.versionId, now, 'File');
    const { version, namespace } = found;
    const packageId = found.package.id;
    const guard = await loadGuard(tx, actor, namespace, found.package);
    await checkDelete(tx, guard, [version]);
    await withUsage(tx, { namespace, packageId, versionIds: [version.id] }, async () => {
      if ((await buryFiles(tx, [fileId], now)) === 0) throw notThere(actor, 'File');
      const others = await tx.existsBy(FileTable, { versionId: version.id, tombstone: '' });
      const format = core.formats.get(found.package.format);
      if (others && format.duplicates === 'impossible') throw new InUse(`${file.name} is a part of ${version.version}, which is nothing without it; delete the version.`);
      if (!others) await checkNotNeeded(tx, format, packageId, [version]);
      // A version that goes with its last file keeps the size that it had: that is what restoring it brings back.
      const tags = others ? {} : await buryForRestore(tx, 'id = ?', version.id, now);
      await refreshSummary(tx, packageId, others ? version.id : undefined);
      await settle(core, tx, found, guard, now);
      await record(tx, { ...subject(found, actor, now), type: 'FILE_DELETED', versionId: version.id, payload: { ...names(found), version: version.version, file: file.name, tags } });
    });
  });
}

/** A file that goes while its version stays. */
export interface SpareFile {
  id: string;
  versionId: string;
  /** The version as it is displayed. */
  version: string;
  normalizedVersion: string;
  fileName?: string;
}

/** Deletes files of a package that the caller has locked (`touchPackage`), and which it may delete; each of their versions keeps others. Throws Protected. */
export async function removeFiles(tx: EntityManager, found: Located, files: readonly SpareFile[], { actor, now, payload }: Removal): Promise<void> {
  const packageId = found.package.id;
  const versions = [...new Map(files.map(({ versionId: id, version, normalizedVersion }) => [id, { id, version, normalizedVersion }])).values()];
  await checkDelete(tx, await loadGuard(tx, actor, found.namespace, found.package), versions);
  await withUsage(tx, { namespace: found.namespace, packageId, versionIds: versions.map(({ id }) => id) }, async () => {
    for (let from = 0; from < files.length; from += chunk) {
      const some = files.slice(from, from + chunk);
      await buryFiles(tx, some.map(({ id }) => id), now);
      await recordAll(
        tx,
        some.map(({ versionId, version, fileName }) => ({ ...subject(found, actor, now), type: 'FILE_DELETED', versionId, payload: { ...names(found), ...payload, version, file: fileName, tags: {} } })),
      );
    }
    for (const { id } of versions) await refreshSummary(tx, packageId, id);
  });
}

/** Returns how many of them were live until now. */
async function buryFiles(tx: EntityManager, fileIds: readonly string[], now: number): Promise<number> {
  return affected(tx, `UPDATE file SET deleted_at = ?, tombstone = id WHERE id IN (${placeholders(fileIds)}) AND tombstone = ''`, [now, ...fileIds]);
}

/** The package under its lock, at the revision that the caller has seen. */
async function lockSeen(tx: EntityManager, actor: Actor, packageId: string, now: number, { ifRevision }: IfRevision): Promise<Located> {
  const found = await lockPackageFor(tx, actor, 'DELETE', packageId, now);
  const { name, revision } = found.package;
  if (ifRevision !== undefined && revision !== ifRevision + 1) throw new RevisionConflict(`${name} has changed meanwhile; look again before deleting.`);
  return found;
}

type Which = 'id = ?' | 'package_id = ?';

/** As {@link buryVersions}; their tags stay theirs, for when they are restored. */
async function buryForRestore(tx: EntityManager, where: Which, id: string, now: number): Promise<Record<string, string>> {
  const tags = await buryVersions(tx, where, id, now);
  await keepTags(tx, tags, now);
  return tags;
}

/**
 * Marks live versions as deleted, which takes them out of every unique key, list and tag. Their status stays, for when they are
 * restored. Returns the tags that they had, each with the id of its version.
 */
export async function buryVersions(tx: EntityManager, where: Which, id: string, now: number): Promise<Record<string, string>> {
  const ofThese = `version_id IN (SELECT id FROM version WHERE ${where})`;
  const tags: { name: string; versionId: string }[] = await tx.query(`SELECT name, version_id AS versionId FROM tag WHERE ${ofThese} ORDER BY name`, [id]);
  if (tags.length > 0) {
    // Not by the subquery: MariaDB would look at every tag there is, and wait for those that others change.
    const { sql, parameters } = isIn('version_id', [...new Set(tags.map(({ versionId }) => versionId))]);
    await tx.query(`DELETE FROM tag WHERE ${sql}`, [...parameters]);
  }
  await tx.query(`UPDATE version SET deleted_at = ?, tombstone = id WHERE ${where} AND tombstone = ''`, [now, id]);
  return Object.fromEntries(tags.map(({ name, versionId }) => [name, versionId]));
}

/** After something went: the default tag moves on, and a package without versions is deleted itself. */
async function settle(core: Core, tx: EntityManager, { package: owner }: Located, guard: Guard, now: number): Promise<void> {
  await ensureDefaultTag(tx, core.formats.get(owner.format), guard, now);
  await refreshSummary(tx, owner.id);
  await tx.query("UPDATE package SET deleted_at = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM version WHERE package_id = ? AND tombstone = '')", [now, owner.id, owner.id]);
}

function subject({ package: owner, namespace }: Located, actor: Actor | undefined, now: number) {
  return { namespaceId: namespace.id, packageId: owner.id, actor, occurredAt: now };
}

function names({ package: owner }: Located) {
  return { format: owner.format, name: owner.name };
}
