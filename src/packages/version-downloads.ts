import type { Core } from '../core.ts';
import { isIn } from '../db/condition.ts';

/** How often the files of a version were downloaded. */
export interface VersionDownloads {
  packageId: string;
  normalizedVersion: string;
  downloads: number;
}

/** Of all live versions of packages, hidden and withdrawn ones too. The caller has seen to it that the actor may read the packages. */
export async function listVersionDownloads(core: Core, packageIds: readonly string[]): Promise<VersionDownloads[]> {
  const { sql, parameters } = isIn('v.package_id', packageIds);
  const rows: VersionDownloads[] = await core.database.reads.query(
    'SELECT v.package_id AS packageId, v.normalized_version AS normalizedVersion, SUM(f.download_count) AS downloads FROM version v JOIN file f ON f.version_id = v.id ' +
      `WHERE ${sql} AND v.tombstone = '' AND f.tombstone = '' GROUP BY v.id, v.package_id, v.normalized_version`,
    [...parameters],
  );
  return rows.map((row) => ({ ...row, downloads: Number(row.downloads) }));
}
