import type { EntityManager } from 'typeorm';
import { TagTable } from '../db/tables/package.ts';
import { upsert } from '../db/upsert.ts';
import type { Format } from '../formats/format.ts';
import { findLatestVersionId } from './summary.ts';

/** Points a tag at a version, wherever it pointed before. */
export async function pointTag(tx: EntityManager, packageId: string, name: string, versionId: string, now: number): Promise<void> {
  await upsert(tx, 'tag', { package_id: packageId, name, version_id: versionId, updated_at: now }, ['package_id', 'name'], {
    version_id: 'new.version_id',
    updated_at: 'new.updated_at',
  });
}

/**
 * After a publish without tags: the default tag goes to the version where it is now the latest, as the format's own client
 * would ask for.
 */
export async function followLatest(tx: EntityManager, format: Format, packageId: string, versionId: string, now: number): Promise<void> {
  if (format.defaultTag === undefined) return;
  const latest = await findLatestVersionId(tx, packageId);
  if (latest === versionId) await pointTag(tx, packageId, format.defaultTag, versionId, now);
}

/** Formats that have a default tag always have it while there are versions: it falls to the latest one. */
export async function ensureDefaultTag(tx: EntityManager, format: Format, packageId: string, now: number): Promise<void> {
  if (format.defaultTag === undefined) return;
  if (await tx.existsBy(TagTable, { packageId, name: format.defaultTag })) return;
  const latest = await findLatestVersionId(tx, packageId);
  if (latest !== undefined) await pointTag(tx, packageId, format.defaultTag, latest, now);
}
