import type { EntityManager } from 'typeorm';
import { isSqlite, placeholders } from '../db/upsert.ts';

const chunk = 500;

/**
 * After a quota was written: waits for every publish below that has not seen it, and lets none begin to count until this transaction
 * ends. Each of them writes its namespace's usage before it looks for quotas, so that row's lock tells them apart. The nodes are locked.
 */
export async function awaitPublishes(tx: EntityManager, nodes: readonly { id: string }[]): Promise<void> {
  for (let from = 0; from < nodes.length; from += chunk) {
    const ids = nodes.slice(from, from + chunk).map(({ id }) => id);
    // A node into which nothing was published yet has no row; the first publish may be under way.
    await tx.query(
      `INSERT ${isSqlite(tx) ? 'OR IGNORE' : 'IGNORE'} INTO namespace_usage (namespace_id, size_bytes, packages, versions, files) ` +
        `SELECT id, 0, 0, 0, 0 FROM namespace WHERE id IN (${placeholders(ids)})`,
      ids,
    );
    await tx.query(`UPDATE namespace_usage SET files = files WHERE namespace_id IN (${placeholders(ids)})`, ids);
  }
}
