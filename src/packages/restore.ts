import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { type FileRow, FileTable } from '../db/tables/file.ts';
import { type PackageRow, PackageTable, type VersionRow, VersionTable } from '../db/tables/package.ts';
import { placeholders } from '../db/upsert.ts';
import { record } from '../events/record.ts';
import { NotRestorable } from '../errors.ts';
import { checkPublish } from '../protection/check.ts';
import { type Guard, loadGuard } from '../protection/guard.ts';
import { touchPackage } from './claim.ts';
import { checkNeedsAgain } from './bonds.ts';
import { getPackageOrTombstoneFor, type Located } from './find.ts';
import { lockQuotas } from './quota.ts';
import { checkRestorable } from './restorable.ts';
import { type Restored, restoreTags } from './restore-tags.ts';
import { refreshSummary } from './summary.ts';
import { ensureDefaultTag } from './tag.ts';
import { withUsage } from './usage.ts';

/*
 * Deleted rows keep their ids, their status and their content, so that restoring is taking their tombstones away. Whatever changes a
 * package, the purge included, holds its row's lock: what is read under it here stays true until commit.
 */

/**
 * Brings a deleted version back as it was: same id, files, status and tags. A deleted package comes back with it, but not its other
 * versions. Throws NotRestorable where a version of that number is there, its time is over or its content gone; QuotaExceeded, Protected,
 * NotFound and what authorisation throws.
 */
export function restoreVersion(core: Core, actor: Actor, versionId: string): Promise<VersionRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const found = await lockFor(tx, actor, await ownerOf(tx, actor, versionId, 'Version'), 'Version', now);
    const version = await getDeleted(tx, actor, versionId);
    await revive(core, tx, found, version, await filesToRevive(tx, version), now);
    await record(tx, { ...subject(found, actor, now), type: 'VERSION_RESTORED', versionId, payload: { ...names(found), version: version.version } });
    return tx.findOneByOrFail(VersionTable, { id: versionId });
  });
}

/**
 * Brings a deleted or replaced file back. A version that went with it, its last one, comes back, too. Throws NotRestorable where a file
 * of that name is there, its version was deleted otherwise, or its time is over; QuotaExceeded, Protected, NotFound and what authorisation throws.
 */
export function restoreFile(core: Core, actor: Actor, fileId: string): Promise<FileRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const known = await tx.findOne(FileTable, { where: { id: fileId } });
    if (!known) throw notThere(actor, 'File');
    const found = await lockFor(tx, actor, await ownerOf(tx, actor, known.versionId, 'File'), 'File', now);
    const file = await tx.findOne(FileTable, { where: { id: fileId } });
    if (!file) throw notThere(actor, 'File');
    const version = await tx.findOneByOrFail(VersionTable, { id: file.versionId });
    checkRestorable(file.name, file.deletedAt, found.namespace, now);
    if (version.tombstone === '') await reviveFile(tx, found, version, file);
    else if (await tx.existsBy(FileTable, { versionId: version.id, tombstone: '' })) throw new NotRestorable(`Its version ${version.version} was deleted as well; restore that first.`);
    else await revive(core, tx, found, version, [fileId], now);
    await record(tx, { ...subject(found, actor, now), type: 'FILE_RESTORED', versionId: version.id, payload: { ...names(found), version: version.version, file: file.name } });
    return tx.findOneByOrFail(FileTable, { id: fileId });
  });
}

/**
 * Brings a deleted package back with the versions that were deleted with it; what was deleted before stays deleted. Throws NotRestorable
 * where it is not deleted, its time is over or nothing of it is left; QuotaExceeded, Protected, NotFound and what authorisation throws.
 */
export function restorePackage(core: Core, actor: Actor, packageId: string): Promise<PackageRow> {
  return core.database.tx(async (tx) => {
    const now = core.clock.now();
    const found = await lockFor(tx, actor, packageId, 'Package', now);
    const { namespace, package: owner } = found;
    const { deletedAt } = owner;
    checkRestorable(owner.name, deletedAt, namespace, now);
    const { versions, files } = await deletedWith(tx, packageId, deletedAt);
    for (const version of versions) checkPublish(found.guard, version, true);
    if (versions.length === 0) throw new NotRestorable(`Of ${owner.name} nothing is left that could be restored.`);
    await withUsage(tx, { namespace, packageId }, async () => {
      await reviveRows(tx, 'file', files);
      await reviveRows(tx, 'version', versions.map(({ id }) => id));
      await tx.update(PackageTable, { id: packageId }, { deletedAt: null });
    });
    await settle(core, tx, found, { versionIds: new Set(versions.map(({ id }) => id)), deletedAt }, now);
    await record(tx, { ...subject(found, actor, now), type: 'PACKAGE_RESTORED', payload: { ...names(found), versions: versions.map(({ version }) => version) } });
    return tx.findOneByOrFail(PackageTable, { id: packageId });
  });
}

/** The package of a version, deleted or not. */
async function ownerOf(tx: EntityManager, actor: Actor, versionId: string, what: string): Promise<string> {
  const version = await tx.findOne(VersionTable, { where: { id: versionId } });
  if (!version) throw notThere(actor, what);
  return version.packageId;
}

/** A package under its lock, with the rules that hold for it. */
interface Locked extends Located {
  guard: Guard;
}

/** The package, deleted or not, where the actor may restore in it; quotas first, then its own row are locked. */
async function lockFor(tx: EntityManager, actor: Actor, packageId: string, what: string, now: number): Promise<Locked> {
  const { namespace } = await getPackageOrTombstoneFor(tx, actor, 'DELETE', packageId, what);
  await lockQuotas(tx, namespace);
  await touchPackage(tx, packageId, now);
  const found = await getPackageOrTombstoneFor(tx, actor, 'DELETE', packageId, what);
  return { ...found, guard: await loadGuard(tx, actor, found.namespace, found.package) };
}

/** The version under the package's lock: the purge may have been quicker. */
async function getDeleted(tx: EntityManager, actor: Actor, versionId: string): Promise<VersionRow> {
  const version = await tx.findOne(VersionTable, { where: { id: versionId } });
  if (!version) throw notThere(actor, 'Version');
  return version;
}

/** The files that a version lacks: none where it has its own, else those that it went with. */
async function filesToRevive(tx: EntityManager, { id, deletedAt }: VersionRow): Promise<string[]> {
  if (deletedAt === null || (await tx.existsBy(FileTable, { versionId: id, tombstone: '' }))) return [];
  const files = await filesDeletedAt(tx, id, deletedAt);
  if (files.length === 0) throw new NotRestorable('Its files are gone for good.');
  return files;
}

async function revive(core: Core, tx: EntityManager, found: Locked, version: VersionRow, fileIds: readonly string[], now: number): Promise<void> {
  const { namespace, package: owner, guard } = found;
  const { id, normalizedVersion, deletedAt } = version;
  const name = `${owner.name}@${version.version}`;
  checkRestorable(name, deletedAt, namespace, now);
  checkPublish(guard, version, true);
  if (await tx.existsBy(VersionTable, { packageId: owner.id, normalizedVersion, tombstone: '' })) {
    throw new NotRestorable(`${name} was published again meanwhile; delete that one first to have this one back.`);
  }
  await checkNeedsAgain(tx, core.formats.get(owner.format), version);
  await withUsage(tx, { namespace, packageId: owner.id, versionIds: [id] }, async () => {
    await reviveRows(tx, 'file', fileIds);
    await reviveRows(tx, 'version', [id]);
    await tx.update(PackageTable, { id: owner.id }, { deletedAt: null });
  });
  await refreshSummary(tx, owner.id, id);
  await settle(core, tx, found, { versionIds: new Set([id]), deletedAt }, now);
}

async function reviveFile(tx: EntityManager, { namespace, package: owner, guard }: Locked, version: VersionRow, file: FileRow): Promise<void> {
  checkPublish(guard, version, false);
  if (await tx.existsBy(FileTable, { versionId: version.id, name: file.name, tombstone: '' })) {
    throw new NotRestorable(`Another ${file.name} has taken its place; delete that one first to have this one back.`);
  }
  await withUsage(tx, { namespace, packageId: owner.id, versionIds: [version.id] }, () => reviveRows(tx, 'file', [file.id]));
  await refreshSummary(tx, owner.id, version.id);
}

/** Tags as they were, the default tag in any case, and what lists say of the package. */
async function settle(core: Core, tx: EntityManager, { package: owner, guard }: Locked, restored: Restored, now: number): Promise<void> {
  await restoreTags(tx, guard, restored, now);
  await ensureDefaultTag(tx, core.formats.get(owner.format), guard, now);
  await refreshSummary(tx, owner.id);
}

type DeletedVersion = Pick<VersionRow, 'id' | 'version' | 'normalizedVersion'>;

/**
 * The versions that were deleted at that instant, of two with the same number the newer one, and the files to revive with them. Those
 * without any file left stay what they are.
 */
async function deletedWith(tx: EntityManager, packageId: string, deletedAt: number): Promise<{ versions: DeletedVersion[]; files: string[] }> {
  const rows: (DeletedVersion & { hasFiles: number | string })[] = await tx.query(
    "SELECT v.id, v.version, v.normalized_version AS normalizedVersion, EXISTS (SELECT 1 FROM file f WHERE f.version_id = v.id AND f.tombstone = '') AS hasFiles " +
      "FROM version v WHERE v.package_id = ? AND v.deleted_at = ? AND v.tombstone <> '' ORDER BY v.id",
    [packageId, deletedAt],
  );
  const versions: DeletedVersion[] = [];
  const files: string[] = [];
  for (const row of new Map(rows.map((one) => [one.normalizedVersion, one])).values()) {
    const lacking = Number(row.hasFiles) > 0 ? [] : await filesDeletedAt(tx, row.id, deletedAt);
    if (Number(row.hasFiles) === 0 && lacking.length === 0) continue;
    versions.push(row);
    files.push(...lacking);
  }
  return { versions, files };
}

/** The files of a version that were deleted at that instant, of two with the same name the newer one. */
async function filesDeletedAt(tx: EntityManager, versionId: string, deletedAt: number): Promise<string[]> {
  const rows: { id: string; name: string }[] = await tx.query(
    "SELECT id, name FROM file WHERE version_id = ? AND deleted_at = ? AND tombstone <> '' ORDER BY id",
    [versionId, deletedAt],
  );
  return [...new Map(rows.map(({ id, name }) => [name, id])).values()];
}

const batch = 500;

async function reviveRows(tx: EntityManager, table: 'file' | 'version', ids: readonly string[]): Promise<void> {
  // Earlier releases wrote DELETED over the status that a version had.
  const status = table === 'version' ? "status = CASE WHEN status = 'DELETED' THEN 'PUBLISHED' ELSE status END, " : '';
  for (let from = 0; from < ids.length; from += batch) {
    const some = ids.slice(from, from + batch);
    await tx.query(`UPDATE ${table} SET ${status}deleted_at = NULL, tombstone = '' WHERE id IN (${placeholders(some)})`, some);
  }
}

function subject({ package: owner, namespace }: Located, actor: Actor, now: number) {
  return { namespaceId: namespace.id, packageId: owner.id, actor, occurredAt: now };
}

function names({ package: owner }: Located) {
  return { format: owner.format, name: owner.name };
}
