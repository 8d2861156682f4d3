import type { Core } from '../core.ts';
import { placeholders } from '../db/upsert.ts';

const batch = 200;

/** Removes the rows of files and versions that were deleted before an instant; their content goes with the sweep. */
export async function purgeDeleted(core: Core, before: number): Promise<{ purgedFiles: number; purgedVersions: number }> {
  const purgedVersions = await inBatches(core, 'version', before, async (ids) => {
    await core.database.tx(async (tx) => {
      const list = placeholders(ids);
      await tx.query(`DELETE FROM file WHERE version_id IN (${list})`, ids);
      await tx.query(`DELETE FROM version WHERE id IN (${list})`, ids);
    });
  });
  const purgedFiles = await inBatches(core, 'file', before, async (ids) => {
    await core.database.tx((tx) => tx.query(`DELETE FROM file WHERE id IN (${placeholders(ids)})`, ids));
  });
  return { purgedFiles, purgedVersions };
}

async function inBatches(core: Core, table: 'file' | 'version', before: number, remove: (ids: string[]) => Promise<void>): Promise<number> {
  let count = 0;
  for (;;) {
    const rows: { id: string }[] = await core.database.reads.query(
      `SELECT id FROM ${table} WHERE deleted_at <= ? AND tombstone <> '' ORDER BY deleted_at LIMIT ${batch}`,
      [before],
    );
    if (rows.length === 0) return count;
    await remove(rows.map(({ id }) => id));
    count += rows.length;
  }
}
