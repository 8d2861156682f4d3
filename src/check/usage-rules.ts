import { type Rule, sqlRule } from './rule.ts';

interface Counted {
  id: string;
  packages: number;
  versions: number;
  files: number;
  sizeBytes: number;
  saidPackages: number | null;
  saidVersions: number | null;
  saidFiles: number | null;
  saidBytes: number | null;
}

const live =
  'SELECT p.namespace_id AS namespace_id, COUNT(DISTINCT p.id) AS packages, COUNT(DISTINCT v.id) AS versions, COUNT(f.id) AS files, COALESCE(SUM(f.size_bytes), 0) AS size_bytes ' +
  "FROM package p LEFT JOIN version v ON v.package_id = p.id AND v.tombstone = '' LEFT JOIN file f ON f.version_id = v.id AND f.tombstone = '' WHERE p.deleted_at IS NULL GROUP BY p.namespace_id";

/** Of what quotas go by. */
export const usageRules: readonly Rule[] = [
  sqlRule<Counted>(
    'what a namespace uses is the sum of what it has',
    `SELECT n.id AS id, COALESCE(c.packages, 0) AS packages, COALESCE(c.versions, 0) AS versions, COALESCE(c.files, 0) AS files, COALESCE(c.size_bytes, 0) AS sizeBytes, ` +
      'u.packages AS saidPackages, u.versions AS saidVersions, u.files AS saidFiles, u.size_bytes AS saidBytes ' +
      `FROM namespace n LEFT JOIN (${live}) c ON c.namespace_id = n.id LEFT JOIN namespace_usage u ON u.namespace_id = n.id ` +
      'WHERE COALESCE(c.packages, 0) <> COALESCE(u.packages, 0) OR COALESCE(c.versions, 0) <> COALESCE(u.versions, 0) ' +
      'OR COALESCE(c.files, 0) <> COALESCE(u.files, 0) OR COALESCE(c.size_bytes, 0) <> COALESCE(u.size_bytes, 0)',
    ({ id, packages, versions, files, sizeBytes, saidPackages, saidVersions, saidFiles, saidBytes }) =>
      `namespace ${id} says ${saidPackages ?? 0} packages, ${saidVersions ?? 0} versions, ${saidFiles ?? 0} files, ${saidBytes ?? 0} bytes; it has ${packages}, ${versions}, ${files}, ${sizeBytes}`,
  ),
];
