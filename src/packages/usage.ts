import type { EntityManager } from 'typeorm';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { affected, placeholders, upsert } from '../db/upsert.ts';
import { checkQuotas } from './quota.ts';

/** How much is live; as a difference any of it may be negative. Content that is stored once but named twice counts twice. */
export interface Usage {
  sizeBytes: number;
  packages: number;
  versions: number;
  files: number;
}

const nothing: Usage = { sizeBytes: 0, packages: 0, versions: 0, files: 0 };

const select =
  'SELECT COUNT(DISTINCT v.id) AS versions, COUNT(f.id) AS files, COALESCE(SUM(f.size_bytes), 0) AS sizeBytes ' +
  "FROM version v LEFT JOIN file f ON f.version_id = v.id AND f.tombstone = '' WHERE v.tombstone = '' AND ";

/** What is live of some versions; `packages` is 0. The caller holds the package's lock. */
export async function measureVersions(tx: EntityManager, versionIds: readonly string[]): Promise<Usage> {
  if (versionIds.length === 0) return nothing;
  const [row] = await tx.query(`${select}v.id IN (${placeholders(versionIds)})`, [...versionIds]);
  return { packages: 0, ...numbers(row) };
}

/** What is live of a package; `packages` is 1 where it is not deleted. The caller holds the package's lock. */
export async function measurePackage(tx: EntityManager, packageId: string): Promise<Usage> {
  const [row] = await tx.query(`${select}v.package_id = ?`, [packageId]);
  return { packages: await countLive(tx, packageId), ...numbers(row) };
}

/**
 * Adds a difference to what the namespace uses, as one of the last things of its transaction. Throws QuotaExceeded where something
 * grows beyond a quota of the namespace or of one above.
 */
export async function recordUsage(tx: EntityManager, namespace: NamespaceRow, delta: Usage): Promise<void> {
  const { sizeBytes, packages, versions, files } = delta;
  if (sizeBytes === 0 && packages === 0 && versions === 0 && files === 0) return;
  // An INSERT would lock the namespace's row as well, for its foreign key: only the first one does.
  const known = await affected(
    tx,
    'UPDATE namespace_usage SET size_bytes = size_bytes + ?, packages = packages + ?, versions = versions + ?, files = files + ? WHERE namespace_id = ?',
    [sizeBytes, packages, versions, files, namespace.id],
  );
  if (known === 0) {
    await upsert(tx, 'namespace_usage', { namespace_id: namespace.id, size_bytes: sizeBytes, packages, versions, files }, ['namespace_id'], {
      size_bytes: 'namespace_usage.size_bytes + new.size_bytes',
      packages: 'namespace_usage.packages + new.packages',
      versions: 'namespace_usage.versions + new.versions',
      files: 'namespace_usage.files + new.files',
    });
  }
  await checkQuotas(tx, namespace, delta);
}

/** Where something changes: a package as a whole, or only some versions of it (cheaper: nothing else is looked at). */
export interface UsagePlace {
  namespace: NamespaceRow;
  packageId: string;
  /** All that `work` may change; undefined: any of the package. */
  versionIds?: readonly string[];
}

/**
 * Does work on one package and records by how much what is live has grown or shrunk. The caller holds the package's lock
 * (`touchPackage`, `claimPackage`); where the work makes something live again it has called `lockQuotas` before. Throws QuotaExceeded
 * and what the work throws.
 */
export async function withUsage<T>(tx: EntityManager, { namespace, packageId, versionIds }: UsagePlace, work: () => Promise<T>): Promise<T> {
  const measure = async (): Promise<Usage> =>
    versionIds ? { ...(await measureVersions(tx, versionIds)), packages: await countLive(tx, packageId) } : measurePackage(tx, packageId);
  const before = await measure();
  const result = await work();
  await recordUsage(tx, namespace, difference(await measure(), before));
  return result;
}

/** By how much `after` is more than `before`. */
export function difference(after: Usage, before: Usage): Usage {
  return {
    sizeBytes: after.sizeBytes - before.sizeBytes,
    packages: after.packages - before.packages,
    versions: after.versions - before.versions,
    files: after.files - before.files,
  };
}

async function countLive(tx: EntityManager, packageId: string): Promise<number> {
  const rows: unknown[] = await tx.query('SELECT 1 FROM package WHERE id = ? AND deleted_at IS NULL', [packageId]);
  return rows.length;
}

/** MySQL returns sums as text. */
function numbers(row: Record<'sizeBytes' | 'versions' | 'files', unknown>): Omit<Usage, 'packages'> {
  return { sizeBytes: Number(row.sizeBytes), versions: Number(row.versions), files: Number(row.files) };
}
