import type { EntityManager } from 'typeorm';
import { isIn } from '../db/condition.ts';
import { upsert } from '../db/upsert.ts';
import type { Format } from '../formats/format.ts';
import { mayFollow } from '../protection/check.ts';
import type { Guard } from '../protection/guard.ts';
import { findLatestVersionId, latestStatuses } from './summary.ts';

/** Points a tag at a version, wherever it pointed before. `formerIds`: the versions it has left by itself and would go back to. */
export async function pointTag(tx: EntityManager, packageId: string, name: string, versionId: string, now: number, formerIds: readonly string[] = []): Promise<void> {
  const former = formerIds.length === 0 ? null : JSON.stringify(formerIds);
  await upsert(tx, 'tag', { package_id: packageId, name, version_id: versionId, updated_at: now, former_version_ids: former }, ['package_id', 'name'], {
    version_id: 'new.version_id',
    updated_at: 'new.updated_at',
    former_version_ids: 'new.former_version_ids',
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
 * hidden or withdrawn, where there is another, and goes back when that one is shown again. Only a tag that is protected against the
 * actor stays where it is, or unset.
 */
export async function ensureDefaultTag(tx: EntityManager, format: Format, guard: Guard, now: number): Promise<void> {
  const { packageId } = guard;
  const { defaultTag } = format;
  if (defaultTag === undefined) return;
  const held = await listHeld(tx, packageId, defaultTag);
  const installable = await listInstallable(tx, held);
  const place = held.findIndex((id) => installable.has(id));
  if (place !== -1 && place === held.length - 1) return;
  const target = held[place] ?? (await findLatestVersionId(tx, packageId));
  if (target === undefined || !(await mayFollow(tx, guard, defaultTag))) return;
  await pointTag(tx, packageId, defaultTag, target, now, place === -1 ? held : held.slice(0, place));
}

/** The versions that a tag has pointed at since somebody set it, that one first and the present one last. */
async function listHeld(tx: EntityManager, packageId: string, tag: string): Promise<string[]> {
  const [row]: { versionId: string; former: string | null }[] = await tx.query(
    'SELECT version_id AS versionId, former_version_ids AS former FROM tag WHERE package_id = ? AND name = ?',
    [packageId, tag],
  );
  return row ? [...(row.former === null ? [] : (JSON.parse(row.former) as string[])), row.versionId] : [];
}

async function listInstallable(tx: EntityManager, versionIds: readonly string[]): Promise<Set<string>> {
  const { sql, parameters } = isIn('id', versionIds);
  const rows: { id: string }[] = await tx.query(`SELECT id FROM version WHERE ${sql} AND tombstone = '' AND status IN (${latestStatuses})`, [...parameters]);
  return new Set(rows.map(({ id }) => id));
}

/** Names of the tags that point at a version. */
export async function listTagsOn(tx: EntityManager, versionId: string): Promise<string[]> {
  const rows: { name: string }[] = await tx.query('SELECT name FROM tag WHERE version_id = ? ORDER BY name', [versionId]);
  return rows.map(({ name }) => name);
}
