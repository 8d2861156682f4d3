import type { Core } from '../../core.ts';
import { type Condition, isIn, whereAll } from '../../db/condition.ts';
import type { DownloadGrouping, DownloadRange } from '../download-range.ts';

/** Whose downloads. */
export type DownloadedKind = 'package' | 'version';

/** Most versions that are told apart, those with the most downloads first. */
export const maxGroupedVersions = 100;

/** Downloads of a day, or of a version. */
export interface DownloadGroup {
  /** Whole days since 1970-01-01 UTC; null where versions are told apart. */
  day: number | null;
  /** Null where days are told apart, and for all versions that were deleted since, together. */
  versionId: string | null;
  count: number;
}

/** How often each was downloaded; those that never were are left out. Deleted versions count, too. The caller has seen to it that they may be read, here and below. */
export async function loadDownloadTotals(core: Core, kind: DownloadedKind, ids: readonly string[], range: DownloadRange): Promise<Map<string, number>> {
  const { sql, parameters } = wanted(kind, ids, range);
  const rows: { owner: string; total: number | string }[] = await core.database.reads.query(
    `SELECT d.${kind}_id AS owner, SUM(d.count) AS total FROM download_day d${sql} GROUP BY d.${kind}_id`,
    parameters,
  );
  return new Map(rows.map(({ owner, total }) => [owner, Number(total)]));
}

/** When each was last downloaded, whatever the range. */
export async function loadLastDownloads(core: Core, kind: DownloadedKind, ids: readonly string[]): Promise<Map<string, number>> {
  const owner = { package: 'v.package_id', version: 'v.id' }[kind];
  const { sql, parameters } = whereAll([isIn(owner, ids), { sql: 'f.last_downloaded_at IS NOT NULL', parameters: [] }]);
  const rows: { owner: string; lastAt: number }[] = await core.database.reads.query(
    `SELECT ${owner} AS owner, MAX(f.last_downloaded_at) AS lastAt FROM version v JOIN file f ON f.version_id = v.id${sql} GROUP BY ${owner}`,
    parameters,
  );
  return new Map(rows.map(({ owner: id, lastAt }) => [id, Number(lastAt)]));
}

/** The downloads of each, apart by day (in their order, without days that had none) or by version (most downloads first). */
export async function loadDownloadGroups(core: Core, kind: DownloadedKind, ids: readonly string[], range: DownloadRange, groupBy: DownloadGrouping): Promise<Map<string, DownloadGroup[]>> {
  const { sql, parameters } = wanted(kind, ids, range);
  const { select, from, order } = groupings[groupBy];
  const rows: (DownloadGroup & { owner: string })[] = await core.database.reads.query(
    'SELECT owner, day, versionId, total AS count FROM (SELECT g.*, ROW_NUMBER() OVER (PARTITION BY owner ORDER BY total DESC, versionId) AS place FROM ' +
      `(SELECT d.${kind}_id AS owner, ${select}, SUM(d.count) AS total FROM ${from}${sql} GROUP BY 1, 2, 3) g) ranked ` +
      `${groupBy === 'VERSION' ? `WHERE place <= ${maxGroupedVersions} ` : ''}ORDER BY ${order}`,
    parameters,
  );
  const groups = rows.map((row) => ({ ...row, day: row.day === null ? null : Number(row.day), count: Number(row.count) }));
  return Map.groupBy(groups, ({ owner }) => owner);
}

const groupings: Record<DownloadGrouping, { select: string; from: string; order: string }> = {
  DAY: { select: 'd.day AS day, NULL AS versionId', from: 'download_day d', order: 'owner, day' },
  VERSION: {
    select: 'NULL AS day, v.id AS versionId',
    from: "download_day d LEFT JOIN version v ON v.id = d.version_id AND v.tombstone = ''",
    order: 'owner, place',
  },
};

function wanted(kind: DownloadedKind, ids: readonly string[], { fromDay, toDay }: DownloadRange) {
  const conditions: Condition[] = [isIn(`d.${kind}_id`, ids)];
  if (fromDay !== undefined) conditions.push({ sql: 'd.day >= ?', parameters: [fromDay] });
  if (toDay !== undefined) conditions.push({ sql: 'd.day <= ?', parameters: [toDay] });
  return whereAll(conditions);
}
