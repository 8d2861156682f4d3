import type { EntityManager } from 'typeorm';
import type { VersionStatus } from '../db/tables/package.ts';

/** What a version must be to count as latest, and for lists and indexes to lead anybody to it. Hidden and withdrawn ones never are. */
const listed: readonly VersionStatus[] = ['PUBLISHED', 'DEPRECATED'];

/** The same in SQL. */
export const latestStatuses = listed.map((status) => `'${status}'`).join(', ');

/** The same of a row. */
export function isListed({ status }: { status: VersionStatus }): boolean {
  return listed.includes(status);
}

/** The version that counts as latest: published ones before withdrawn ones, releases before pre-releases, then the format's order. */
export async function findLatestVersionId(tx: EntityManager, packageId: string): Promise<string | undefined> {
  for (const isPrerelease of [0, 1]) {
    const rows: { id: string }[] = await tx.query(
      `SELECT id FROM version WHERE package_id = ? AND tombstone = '' AND is_prerelease = ? AND status IN (${latestStatuses}) ORDER BY sort_key DESC LIMIT 1`,
      [packageId, isPrerelease],
    );
    if (rows[0]) return rows[0].id;
  }
  return undefined;
}

/** Brings what a version and its package say of themselves in lists up to date: size, and the latest's description and keywords. */
export async function refreshSummary(tx: EntityManager, packageId: string, versionId?: string): Promise<void> {
  if (versionId !== undefined) {
    await tx.query("UPDATE version SET size_bytes = (SELECT COALESCE(SUM(size_bytes), 0) FROM file WHERE version_id = ? AND tombstone = '') WHERE id = ?", [
      versionId,
      versionId,
    ]);
  }
  const latest = await findLatestVersionId(tx, packageId);
  const ofLatest = (column: string) => `${column} = (SELECT ${column} FROM version WHERE id = ?)`;
  await tx.query(`UPDATE package SET ${ofLatest('description')}, ${ofLatest('keywords')} WHERE id = ?`, [latest ?? '', latest ?? '', packageId]);
}
