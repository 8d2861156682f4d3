import type { EntityManager } from 'typeorm';
import { isIn } from '../db/condition.ts';
import { BuriedTagTable } from '../db/tables/package.ts';

const chunk = 500;

/** Keeps the tags that a deletion took, by name with the ids of their versions, for as long as those can be restored. */
export async function keepTags(tx: EntityManager, tags: Record<string, string>, deletedAt: number): Promise<void> {
  const rows = Object.entries(tags).map(([name, versionId]) => ({ versionId, name, deletedAt }));
  for (let from = 0; from < rows.length; from += chunk) await tx.insert(BuriedTagTable, rows.slice(from, from + chunk));
}

/** Those of a package that were kept at that instant, for versions among these; they are kept no longer. */
export async function takeTags(tx: EntityManager, packageId: string, versionIds: ReadonlySet<string>, deletedAt: number): Promise<[name: string, versionId: string][]> {
  const found: { name: string; versionId: string }[] = await tx.query(
    'SELECT b.name AS name, b.version_id AS versionId FROM version v JOIN buried_tag b ON b.version_id = v.id WHERE v.package_id = ? AND b.deleted_at = ? ORDER BY b.name',
    [packageId, deletedAt],
  );
  const rows = found.filter(({ versionId }) => versionIds.has(versionId));
  const ids = [...new Set(rows.map(({ versionId }) => versionId))];
  for (let from = 0; from < ids.length; from += chunk) {
    const { sql, parameters } = isIn('version_id', ids.slice(from, from + chunk));
    await tx.query(`DELETE FROM buried_tag WHERE ${sql}`, [...parameters]);
  }
  return rows.map(({ name, versionId }) => [name, versionId]);
}
