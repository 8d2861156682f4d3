import type { EntityManager } from 'typeorm';
import { placeholders } from '../db/upsert.ts';

const chunk = 500;

/**
 * After a quota was written: waits for every publish below that has not seen it, and lets none begin to count until this transaction
 * ends. Each of them writes its namespace's usage before it looks for quotas, so that row's lock tells them apart. Where there is no row
 * yet, the foreign key of the first one waits for the namespace itself: the caller has locked the nodes.
 */
export async function awaitPublishes(tx: EntityManager, nodes: readonly { id: string }[]): Promise<void> {
  for (let from = 0; from < nodes.length; from += chunk) {
    const ids = nodes.slice(from, from + chunk).map(({ id }) => id);
    await tx.query(`UPDATE namespace_usage SET files = files WHERE namespace_id IN (${placeholders(ids)})`, ids);
  }
}
