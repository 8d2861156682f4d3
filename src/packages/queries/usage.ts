import type { Actor } from '../../access/actor.ts';
import { decide } from '../../access/decide.ts';
import type { Core } from '../../core.ts';
import { subtreeOf } from '../../db/condition.ts';
import { type NamespaceRow, NamespaceTable } from '../../db/tables/namespace.ts';
import { lineageUpTo } from '../../namespaces/lineage.ts';
import { listQuotas, type Quota } from '../../settings/quotas.ts';
import { sumUsage } from '../quota.ts';

type Node = Pick<NamespaceRow, 'lineage'>;

const content = 'FROM namespace n JOIN package p ON p.namespace_id = n.id JOIN version v ON v.package_id = p.id JOIN file f ON f.version_id = v.id';

/** Bytes that the live files in a node and below take in the store: content with several names once. Reads every file. */
export async function countStoredBytes(core: Core, { lineage }: Node): Promise<number> {
  const below = subtreeOf('n', lineage);
  const [row] = await core.database.reads.query(
    `SELECT COALESCE(SUM(size_bytes), 0) AS bytes FROM (SELECT DISTINCT f.sha256, f.size_bytes ${content} WHERE ${below.sql} AND v.tombstone = '' AND f.tombstone = '') AS contents`,
    [...below.parameters],
  );
  return Number(row.bytes);
}

/** Bytes of the files in a node and below that were deleted or replaced and are kept for a while. Reads every file. */
export async function countRestorableBytes(core: Core, { lineage }: Node): Promise<number> {
  const below = subtreeOf('n', lineage);
  const [row] = await core.database.reads.query(
    `SELECT COALESCE(SUM(f.size_bytes), 0) AS bytes ${content} WHERE ${below.sql} AND (v.tombstone <> '' OR f.tombstone <> '')`,
    [...below.parameters],
  );
  return Number(row.bytes);
}

/** A quota and how much of it is used; undefined where the actor may not see how the node that has it is set up. */
export interface QuotaUse extends Quota {
  used: number | undefined;
}

/** The quotas that bind a node, with how full they are. */
export async function listQuotaUse(core: Core, actor: Actor, node: Node): Promise<QuotaUse[]> {
  const { reads } = core.database;
  const quotas = await listQuotas(reads, node);
  return Promise.all(
    quotas.map(async (quota) => {
      const holder = await reads.findOneByOrFail(NamespaceTable, { id: quota.namespaceId });
      if (!decide(actor, 'INSPECT', holder).allowed) return { ...quota, used: undefined };
      const { sizeBytes, packages, versions } = await sumUsage(reads, lineageUpTo(node, quota.namespaceId));
      return { ...quota, used: { BYTES: sizeBytes, PACKAGES: packages, VERSIONS: versions }[quota.kind] };
    }),
  );
}
