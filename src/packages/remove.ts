import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { FileTable } from '../db/tables/file.ts';
import { type PackageRow, PackageTable, type VersionRow, VersionTable } from '../db/tables/package.ts';
import { record } from '../events/record.ts';
import { NotFound, RevisionConflict } from '../errors.ts';
import { touchPackage } from './claim.ts';
import { getPackageFor, getVersionFor, type Located } from './find.ts';
import { refreshSummary } from './summary.ts';
import { ensureDefaultTag } from './tag.ts';

/** The revision that the caller has seen. */
export interface IfRevision {
  ifRevision?: number;
}

/** Deletes a version; its rows and bytes stay until the sweep purges them. Throws NotFound and what authorisation throws. */
export async function deleteVersion(core: Core, actor: Actor, versionId: string): Promise<VersionRow> {
  const { version, package: owner } = await getVersionFor(core.database.reads, actor, 'DELETE', versionId);
  await deleteVersions(core, actor, owner.id, [version.normalizedVersion]);
  return version;
}

/**
 * Deletes versions of a package, named in their normalised spelling, all or none. With `ifRevision` only if the package has
 * not changed since that revision: throws RevisionConflict. Throws NotFound and what authorisation throws.
 */
export async function deleteVersions(core: Core, actor: Actor, packageId: string, versions: readonly string[], options: IfRevision = {}): Promise<void> {
  await core.database.tx(async (tx) => {
    const now = core.clock.now();
    const found = await getPackageFor(tx, actor, 'DELETE', packageId);
    if (versions.length === 0) return;
    await touchAtRevision(tx, found, now, options);
    for (const normalizedVersion of versions) {
      const row = await tx.findOne(VersionTable, { where: { packageId, normalizedVersion, tombstone: '' } });
      if (!row) throw new NotFound('Version', `There is no version ${normalizedVersion}.`);
      await buryVersions(tx, 'id = ?', row.id, now);
      await record(tx, { ...subject(found, actor, now), type: 'VERSION_DELETED', versionId: row.id, payload: { ...names(found), version: row.version } });
    }
    await settle(core, tx, found, now);
  });
}

/**
 * Deletes a package with all its versions; its name stays claimed. With `ifRevision` only if it has not changed since: throws
 * RevisionConflict. Throws NotFound and what authorisation throws.
 */
export async function deletePackage(core: Core, actor: Actor, packageId: string, options: IfRevision = {}): Promise<PackageRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const found = await getPackageFor(tx, actor, 'DELETE', packageId);
    await touchAtRevision(tx, found, now, options);
    await buryVersions(tx, 'package_id = ?', packageId, now);
    await tx.update(PackageTable, { id: packageId }, { deletedAt: now, description: null });
    await record(tx, { ...subject(found, actor, now), type: 'PACKAGE_DELETED', payload: names(found) });
    return found.package;
  });
}

/** Deletes one file of a version; a version without files goes with its last one. Throws NotFound and what authorisation throws. */
export async function deleteFile(core: Core, actor: Actor, fileId: string): Promise<void> {
  await core.database.tx(async (tx) => {
    const now = core.clock.now();
    const file = await tx.findOne(FileTable, { where: { id: fileId, tombstone: '' } });
    if (!file) throw notThere(actor, 'File');
    const found = await getVersionFor(tx, actor, 'DELETE', file.versionId, 'File');
    await touchPackage(tx, found.package.id, now);
    await tx.query("UPDATE file SET deleted_at = ?, tombstone = id WHERE id = ? AND tombstone = ''", [now, fileId]);
    const others = await tx.existsBy(FileTable, { versionId: file.versionId, tombstone: '' });
    if (!others) await buryVersions(tx, 'id = ?', file.versionId, now);
    await refreshSummary(tx, found.package.id, file.versionId);
    await settle(core, tx, found, now);
    await record(tx, { ...subject(found, actor, now), type: 'FILE_DELETED', versionId: file.versionId, payload: { ...names(found), version: found.version.version, file: file.name } });
  });
}

/** As touchPackage, which takes the lock under which the revision is compared. */
async function touchAtRevision(tx: EntityManager, { package: owner }: Located, now: number, { ifRevision }: IfRevision): Promise<void> {
  await touchPackage(tx, owner.id, now);
  if (ifRevision === undefined) return;
  const { revision } = await tx.findOneByOrFail(PackageTable, { id: owner.id });
  if (revision !== ifRevision + 1) throw new RevisionConflict(`${owner.name} has changed meanwhile; look again before deleting.`);
}

/** Marks live versions as deleted, which takes them out of every unique key, list and tag. */
async function buryVersions(tx: EntityManager, where: 'id = ?' | 'package_id = ?', id: string, now: number): Promise<void> {
  await tx.query(`DELETE FROM tag WHERE version_id IN (SELECT id FROM version WHERE ${where})`, [id]);
  await tx.query(`UPDATE version SET status = 'DELETED', deleted_at = ?, tombstone = id WHERE ${where} AND tombstone = ''`, [now, id]);
}

/** After something went: the default tag moves on, and a package without versions is deleted itself. */
async function settle(core: Core, tx: EntityManager, { package: owner }: Located, now: number): Promise<void> {
  await ensureDefaultTag(tx, core.formats.get(owner.format), owner.id, now);
  await refreshSummary(tx, owner.id);
  await tx.query("UPDATE package SET deleted_at = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM version WHERE package_id = ? AND tombstone = '')", [now, owner.id, owner.id]);
}

function subject({ package: owner, namespace }: Located, actor: Actor, now: number) {
  return { namespaceId: namespace.id, packageId: owner.id, actor, occurredAt: now };
}

function names({ package: owner }: Located) {
  return { format: owner.format, name: owner.name };
}
