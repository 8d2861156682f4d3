import type { EntityManager } from 'typeorm';
import { isSqlite, placeholders } from '../db/upsert.ts';

/** By what the rows are found that become one for each day, and what that is told by from then on. */
interface Fold {
  of: string;
  fileId: string;
  versionId: string;
}

const folds = {
  file: { of: 'file_id', fileId: 'd.version_id', versionId: 'd.version_id' },
  version: { of: 'version_id', fileId: 'd.package_id', versionId: "''" },
} as const satisfies Record<string, Fold>;

/**
 * Keeps the downloads of what was purged: those of files as sums of their version, those of versions as sums of their package, by day. The
 * files' rows are gone already in this transaction, so that nobody adds to them any more.
 */
export async function keepDownloads(tx: EntityManager, kind: keyof typeof folds, ids: readonly string[]): Promise<void> {
  const { of, fileId, versionId } = folds[kind];
  const [onTaken, given] = isSqlite(tx) ? ['ON CONFLICT (file_id, day) DO UPDATE SET', 'excluded.count'] : ['ON DUPLICATE KEY UPDATE', 'VALUES(count)'];
  const list = placeholders(ids);
  await tx.query(
    `INSERT INTO download_day (file_id, day, version_id, package_id, count) SELECT ${fileId}, d.day, ${versionId}, d.package_id, SUM(d.count) ` +
      `FROM download_day d WHERE d.${of} IN (${list}) GROUP BY 1, 2, 3, 4 ${onTaken} count = download_day.count + ${given}`,
    [...ids],
  );
  await tx.query(`DELETE FROM download_day WHERE ${of} IN (${list})`, [...ids]);
}
