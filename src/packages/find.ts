import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { type Action, authorize, notThere } from '../access/decide.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type PackageRow, PackageTable, type VersionRow, VersionTable } from '../db/tables/package.ts';
import { NotFound } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { getNamespace } from '../namespaces/repository.ts';
import { touchPackage } from './claim.ts';
import { subjectOf } from './subject.ts';

/** A package with the node it lives in. */
export interface Located {
  package: PackageRow;
  namespace: NamespaceRow;
}

/**
 * A live package by id on which the actor may act so; throws NotFound (of `what` was asked for) and what authorisation throws,
 * and the same whether it is not there or must not be known.
 */
export async function getPackageFor(tx: EntityManager, actor: Actor, action: Action, packageId: string, what = 'Package'): Promise<Located> {
  const row = await tx.findOne(PackageTable, { where: { id: packageId } });
  if (!row || row.deletedAt !== null) throw notThere(actor, what);
  return locate(tx, actor, action, row, what);
}

/**
 * As {@link getPackageFor}, with the package locked until the transaction ends and its revision raised. It is decided before anybody has
 * to wait, and once more under the lock: it may have been deleted or restricted a moment ago.
 */
export async function lockPackageFor(tx: EntityManager, actor: Actor, action: Action, packageId: string, now: number): Promise<Located> {
  await getPackageFor(tx, actor, action, packageId);
  await touchPackage(tx, packageId, now);
  return getPackageFor(tx, actor, action, packageId);
}

/** As {@link getPackageFor}, also where the package is deleted. */
export async function getPackageOrTombstoneFor(tx: EntityManager, actor: Actor, action: Action, packageId: string, what = 'Package'): Promise<Located> {
  const row = await tx.findOne(PackageTable, { where: { id: packageId } });
  if (!row) throw notThere(actor, what);
  return locate(tx, actor, action, row, what);
}

/** As {@link getPackageFor}, from the id of a live version. */
export async function getVersionFor(tx: EntityManager, actor: Actor, action: Action, versionId: string, what = 'Version'): Promise<Located & { version: VersionRow }> {
  const version = await tx.findOne(VersionTable, { where: { id: versionId, tombstone: '' } });
  if (!version) throw notThere(actor, what);
  return { ...(await getPackageFor(tx, actor, action, version.packageId, what)), version };
}

/** As {@link lockPackageFor}, from the id of a live version: it may have been deleted a moment ago, too. */
export async function lockVersionFor(tx: EntityManager, actor: Actor, action: Action, versionId: string, now: number, what = 'Version'): Promise<Located & { version: VersionRow }> {
  const { package: owner } = await getVersionFor(tx, actor, action, versionId, what);
  await touchPackage(tx, owner.id, now);
  return getVersionFor(tx, actor, action, versionId, what);
}

/** A live version of a package by its spelling; throws InvalidVersion and NotFound. */
export async function getVersion(tx: EntityManager, format: Format, packageId: string, version: string): Promise<VersionRow> {
  const normalizedVersion = format.normalizeVersion(version);
  const row = await tx.findOne(VersionTable, { where: { packageId, normalizedVersion, tombstone: '' } });
  if (!row) throw new NotFound('Version', `There is no version ${version}.`);
  return row;
}

async function locate(tx: EntityManager, actor: Actor, action: Action, row: PackageRow, what: string): Promise<Located> {
  const namespace = await getNamespace(tx, row.namespaceId);
  authorize(actor, action, namespace, subjectOf(row), what);
  return { package: row, namespace };
}
