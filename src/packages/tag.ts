import type { EntityManager } from 'typeorm';
import { upsert } from '../db/upsert.ts';
import type { Format } from '../formats/format.ts';
import { mayFollow } from '../protection/check.ts';
import type { Guard } from '../protection/guard.ts';
import { findLatestVersionId, latestStatuses } from './summary.ts';

/** Points a tag at a version, wherever it pointed before. */
export async function pointTag(tx: EntityManager, packageId: string, name: string, versionId: string, now: number): Promise<void> {
  await upsert(tx, 'tag', { package_id: packageId, name, version_id: versionId, updated_at: now }, ['package_id', 'name'], {
    version_id: 'new.version_id',
    updated_at: 'new.updated_at',
  });
}

/**
 * After a publish without tags: the default tag goes to the version where it is now the latest, as the format's own client
 * would ask for. A tag that is protected against the actor stays where it is.
 */
export async function followLatest(tx: EntityManager, format: Format, guard: Guard, versionId: string, now: number): Promise<void> {
  const { packageId } = guard;
  if (format.defaultTag === undefined) return;
  const latest = await findLatestVersionId(tx, packageId);
  if (latest === versionId && (await mayFollow(tx, guard, format.defaultTag))) await pointTag(tx, packageId, format.defaultTag, versionId, now);
}

/**
 * Formats that have a default tag always have it while there are versions: it falls to the latest one, also from a version that was
 * hidden or withdrawn, where there is another. Only a tag that is protected against the actor stays where it is, or unset.
 */
export async function ensureDefaultTag(tx: EntityManager, format: Format, guard: Guard, now: number): Promise<void> {
  const { packageId } = guard;
  if (format.defaultTag === undefined) return;
  if (await pointsAtInstallable(tx, packageId, format.defaultTag)) return;
  const latest = await findLatestVersionId(tx, packageId);
  if (latest !== undefined && (await mayFollow(tx, guard, format.defaultTag))) await pointTag(tx, packageId, format.defaultTag, latest, now);
}

async function pointsAtInstallable(tx: EntityManager, packageId: string, tag: string): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `SELECT 1 FROM tag t JOIN version v ON v.id = t.version_id WHERE t.package_id = ? AND t.name = ? AND v.status IN (${latestStatuses})`,
    [packageId, tag],
  );
  return rows.length > 0;
}

/** Names of the tags that point at a version. */
export async function listTagsOn(tx: EntityManager, versionId: string): Promise<string[]> {
  const rows: { name: string }[] = await tx.query('SELECT name FROM tag WHERE version_id = ? ORDER BY name', [versionId]);
  return rows.map(({ name }) => name);
}
