import type { Core } from '../core.ts';
import { isIn } from '../db/condition.ts';
import type { VersionRef } from './document-rows.ts';

/** How often files were downloaded; 0 for what has none. */
export interface DownloadCounts {
  ofVersion(version: VersionRef): number;
  /** Of all live versions together. */
  ofPackage(packageId: string): number;
}

/** Of all live versions of packages, hidden and withdrawn ones too. The caller has seen to it that the actor may read the packages. */
export async function countDownloads(core: Core, packageIds: readonly string[]): Promise<DownloadCounts> {
  const { sql, parameters } = isIn('v.package_id', packageIds);
  const rows: (VersionRef & { downloads: number | string })[] = await core.database.reads.query(
    'SELECT v.package_id AS packageId, v.normalized_version AS normalizedVersion, SUM(f.download_count) AS downloads FROM version v JOIN file f ON f.version_id = v.id ' +
      `WHERE ${sql} AND v.tombstone = '' AND f.tombstone = '' GROUP BY v.id, v.package_id, v.normalized_version`,
    [...parameters],
  );
  const byVersion = new Map<string, number>();
  const byPackage = new Map<string, number>();
  const nameOf = ({ packageId, normalizedVersion }: VersionRef) => `${packageId} ${normalizedVersion}`;
  for (const row of rows) {
    byVersion.set(nameOf(row), Number(row.downloads));
    byPackage.set(row.packageId, (byPackage.get(row.packageId) ?? 0) + Number(row.downloads));
  }
  return { ofVersion: (version) => byVersion.get(nameOf(version)) ?? 0, ofPackage: (packageId) => byPackage.get(packageId) ?? 0 };
}
