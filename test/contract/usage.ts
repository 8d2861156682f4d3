import { NamespaceUsageTable } from '../../src/db/tables/usage.ts';
import type { Core } from '../../src/core.ts';
import type { Usage } from '../../src/packages/usage.ts';

/** What each namespace holds, counted anew from its packages, versions and files; without those that hold nothing. */
export async function countUsage(core: Core): Promise<Record<string, Usage>> {
  const rows: Record<'id' | keyof Usage, string>[] = await core.database.reads.query(
    'SELECT p.namespace_id AS id, COUNT(DISTINCT p.id) AS packages, COUNT(DISTINCT v.id) AS versions, COUNT(f.id) AS files, COALESCE(SUM(f.size_bytes), 0) AS sizeBytes ' +
      "FROM package p LEFT JOIN version v ON v.package_id = p.id AND v.tombstone = '' LEFT JOIN file f ON f.version_id = v.id AND f.tombstone = '' " +
      'WHERE p.deleted_at IS NULL GROUP BY p.namespace_id',
  );
  return byId(rows);
}

/** What the table `namespace_usage` says of each. */
export async function storedUsage(core: Core): Promise<Record<string, Usage>> {
  const rows = await core.database.reads.find(NamespaceUsageTable);
  return byId(rows.map(({ namespaceId, ...usage }) => ({ id: namespaceId, ...usage })));
}

function byId(rows: readonly Record<'id' | keyof Usage, string | number>[]): Record<string, Usage> {
  const usages = rows.map(({ id, sizeBytes, packages, versions, files }) => {
    return [id, { sizeBytes: Number(sizeBytes), packages: Number(packages), versions: Number(versions), files: Number(files) }] as const;
  });
  return Object.fromEntries(usages.filter(([, usage]) => Object.values(usage).some((value) => value !== 0)));
}
