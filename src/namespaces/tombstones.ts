import type { EntityManager } from 'typeorm';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { placeholders } from '../db/upsert.ts';
import { NamespaceNotEmpty } from '../errors.ts';
import { restorableUntilSql } from '../packages/restorable.ts';

/** Packages of which nothing is left but the claim to their name. */
const onlyNames = 'namespace_id = ? AND deleted_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM version v WHERE v.package_id = package.id)';

const chunk = 500;

/**
 * Before a node goes: the names that deleted packages still claim move to its parent, so that nobody else in the top-level group can take
 * them; the claims of a top-level node, and those that held in the node alone, go with it. Whoever publishes such a name in the parent starts anew, without old grants and
 * downloads.
 */
export async function handOverNames(tx: EntityManager, { id, topId, parentId }: NamespaceRow): Promise<void> {
  await forgetDownloads(tx, id);
  if (topId === id || parentId === null) {
    await tx.query(`DELETE FROM package WHERE ${onlyNames}`, [id]);
    return;
  }
  await tx.query(`DELETE FROM package WHERE top_id = ? AND ${onlyNames}`, [id, id]);
  await tx.query(`DELETE FROM package_grant WHERE package_id IN (SELECT id FROM package WHERE ${onlyNames})`, [id]);
  await tx.query(`UPDATE package SET namespace_id = ?, is_restricted = 0, visibility = NULL WHERE ${onlyNames}`, [parentId, id]);
}

async function forgetDownloads(tx: EntityManager, namespaceId: string): Promise<void> {
  const rows: { id: string }[] = await tx.query(`SELECT id FROM package WHERE ${onlyNames}`, [namespaceId]);
  for (let from = 0; from < rows.length; from += chunk) {
    const ids = rows.slice(from, from + chunk).map((row) => row.id);
    await tx.query(`DELETE FROM download_day WHERE package_id IN (${placeholders(ids)})`, ids);
  }
}

/** Why a node cannot be deleted that still holds something. */
export async function notEmpty(reads: EntityManager, { id, path }: NamespaceRow): Promise<NamespaceNotEmpty> {
  const [inside] = await reads.query('SELECT id FROM namespace WHERE parent_id = ? UNION ALL SELECT id FROM package WHERE namespace_id = ? AND deleted_at IS NULL LIMIT 1', [id, id]);
  if (inside) return new NamespaceNotEmpty(path);
  const [deleted]: { until: number | null }[] = await reads.query(
    `SELECT MAX(${restorableUntilSql('v')}) AS until FROM version v JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id WHERE n.id = ?`,
    [id],
  );
  if (!deleted?.until) return new NamespaceNotEmpty(path);
  const until = new Date(Number(deleted.until)).toISOString();
  return new NamespaceNotEmpty(path, `holds deleted packages that can still be restored, until ${until}; delete it once they are gone for good.`);
}
