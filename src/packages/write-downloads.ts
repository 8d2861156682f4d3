import type { EntityManager } from 'typeorm';
import type { DownloadDayRow } from '../db/tables/usage.ts';
import { isSqlite, placeholders } from '../db/upsert.ts';

/** Downloads of a file on a day that are still to be written. */
export interface CountedDownloads extends DownloadDayRow {
  /** When the last of them was. */
  lastAt: number;
}

/**
 * Adds downloads to what is counted already, in three statements however many files they are of; those of a file that is gone are
 * dropped. Takes them in the order of file and day, in which the rows are locked: all files before all days.
 */
export async function writeDownloads(tx: EntityManager, counted: readonly CountedDownloads[]): Promise<void> {
  const files = totals(counted);
  await addToFiles(tx, files);
  const there = await listThere(tx, files);
  await addToDays(tx, counted.filter(({ fileId }) => there.has(fileId)));
}

/** One entry per file, whatever the days. */
function totals(counted: readonly CountedDownloads[]): CountedDownloads[] {
  return [...Map.groupBy(counted, ({ fileId }) => fileId).values()].map((days) =>
    days.reduce((sum, day) => ({ ...sum, count: sum.count + day.count, lastAt: Math.max(sum.lastAt, day.lastAt) })),
  );
}

async function addToFiles(tx: EntityManager, files: readonly CountedDownloads[]): Promise<void> {
  const choose = `CASE id ${files.map(() => 'WHEN ? THEN ?').join(' ')} END`;
  const counts = files.flatMap(({ fileId, count }) => [fileId, count]);
  const instants = files.flatMap(({ fileId, lastAt }) => [fileId, lastAt]);
  const ids = files.map(({ fileId }) => fileId);
  await tx.query(
    // Another process may have written a later instant already.
    `UPDATE file SET download_count = download_count + ${choose}, ` +
      `last_downloaded_at = CASE WHEN last_downloaded_at > ${choose} THEN last_downloaded_at ELSE ${choose} END WHERE id IN (${placeholders(ids)})`,
    [...counts, ...instants, ...instants, ...ids],
  );
}

/** Those that are there, and stay until commit: their rows are locked. */
async function listThere(tx: EntityManager, files: readonly CountedDownloads[]): Promise<Set<string>> {
  const ids = files.map(({ fileId }) => fileId);
  const rows: { id: string }[] = await tx.query(`SELECT id FROM file WHERE id IN (${placeholders(ids)})`, ids);
  return new Set(rows.map(({ id }) => id));
}

async function addToDays(tx: EntityManager, days: readonly CountedDownloads[]): Promise<void> {
  if (days.length === 0) return;
  const onTaken = isSqlite(tx) ? 'ON CONFLICT (file_id, day) DO UPDATE SET count = count + excluded.count' : 'ON DUPLICATE KEY UPDATE count = count + VALUES(count)';
  await tx.query(
    `INSERT INTO download_day (file_id, day, version_id, package_id, count) VALUES ${days.map(() => '(?, ?, ?, ?, ?)').join(', ')} ${onTaken}`,
    days.flatMap(({ fileId, day, versionId, packageId, count }) => [fileId, day, versionId, packageId, count]),
  );
}
