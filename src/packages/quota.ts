import type { EntityManager } from 'typeorm';
import { subtreeOf } from '../db/condition.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { forUpdate } from '../db/upsert.ts';
import { QuotaExceeded } from '../errors.ts';
import { nodeInWords } from '../namespaces/in-words.ts';
import { lineageUpTo } from '../namespaces/lineage.ts';
import { listQuotas, type Quota, type QuotaKind } from '../settings/quotas.ts';
import type { Usage } from './usage.ts';

type Node = Pick<NamespaceRow, 'lineage'>;

const measured: Record<QuotaKind, keyof Usage> = { BYTES: 'sizeBytes', PACKAGES: 'packages', VERSIONS: 'versions' };
const nouns: Record<QuotaKind, string> = { BYTES: 'byte', PACKAGES: 'package', VERSIONS: 'version' };

/**
 * Lets what grows below the quotas of a node through one by one until the transaction ends: locks the nodes that have them from the
 * root down. Call it before other locks are taken, so that no two wait for each other. `quotas`: where they were read already.
 */
export async function lockQuotas(tx: EntityManager, namespace: Node, quotas?: readonly Quota[]): Promise<void> {
  for (const id of new Set((quotas ?? (await listQuotas(tx, namespace))).map(({ namespaceId }) => namespaceId))) {
    await tx.query(`SELECT id FROM namespace WHERE id = ?${forUpdate(tx)}`, [id]);
  }
}

/**
 * Throws QuotaExceeded where something grew, as `delta` tells, beyond a quota of the node or of one above. The delta must stand in
 * `namespace_usage` already, in this transaction: its row lock is what whoever sets a quota waits for.
 */
export async function checkQuotas(tx: EntityManager, namespace: Node, delta: Usage): Promise<void> {
  const quotas = await listQuotas(tx, namespace);
  const concerned = quotas.filter(({ kind }) => delta[measured[kind]] > 0);
  if (concerned.length === 0) return;
  await lockQuotas(tx, namespace, concerned);
  for (const [namespaceId, own] of Map.groupBy(concerned, (quota) => quota.namespaceId)) {
    const used = await sumUsage(tx, lineageUpTo(namespace, namespaceId));
    for (const quota of own) if (used[measured[quota.kind]] > quota.limit) throw await exceeded(tx, quota);
  }
}

/** What is live in a node and everything below it. */
export async function sumUsage(manager: EntityManager, lineage: string): Promise<Usage> {
  const below = subtreeOf('n', lineage);
  const [row] = await manager.query(
    'SELECT COALESCE(SUM(u.size_bytes), 0) AS sizeBytes, COALESCE(SUM(u.packages), 0) AS packages, COALESCE(SUM(u.versions), 0) AS versions, COALESCE(SUM(u.files), 0) AS files ' +
      `FROM namespace n JOIN namespace_usage u ON u.namespace_id = n.id WHERE ${below.sql}`,
    below.parameters as unknown[],
  );
  return { sizeBytes: Number(row.sizeBytes), packages: Number(row.packages), versions: Number(row.versions), files: Number(row.files) };
}

/** The bytes that are held for packages in a node and everything below it, ahead of the versions that are to name them; none of them is live by that. */
export async function sumHeld(manager: EntityManager, lineage: string, now: number): Promise<number> {
  const below = subtreeOf('n', lineage);
  const [row] = await manager.query(
    'SELECT COALESCE(SUM(b.size_bytes), 0) AS sizeBytes FROM namespace n JOIN held_content h ON h.namespace_id = n.id JOIN stored_blob b ON b.sha256 = h.sha256 ' +
      `WHERE h.expires_at > ? AND ${below.sql}`,
    [now, ...below.parameters],
  );
  return Number(row.sizeBytes);
}

/**
 * Throws QuotaExceeded where what is live and what is held, as it stands in the table by now, are together beyond a quota of bytes. The caller has locked those
 * quotas before anything was held.
 */
export async function checkHeld(tx: EntityManager, namespace: Node, quotas: readonly Quota[], now: number): Promise<void> {
  for (const quota of quotas) {
    const lineage = lineageUpTo(namespace, quota.namespaceId);
    const { sizeBytes } = await sumUsage(tx, lineage);
    if (sizeBytes + (await sumHeld(tx, lineage, now)) > quota.limit) throw await exceeded(tx, quota);
  }
}

/** The refusal of what does not fit into a quota. */
export async function exceeded(manager: EntityManager, { namespaceId, kind, limit }: Quota): Promise<QuotaExceeded> {
  const [row] = await manager.query('SELECT path FROM namespace WHERE id = ?', [namespaceId]);
  return new QuotaExceeded(kind, limit, `This does not fit: ${nodeInWords(row.path)} may hold ${limit} ${nouns[kind]}${limit === 1 ? '' : 's'}. Delete what is not needed any more, or ask for a higher quota.`);
}
