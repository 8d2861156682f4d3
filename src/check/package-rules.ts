import type { Core } from '../core.ts';
import { type Rule, sqlRule, type Violation } from './rule.ts';

/** Versions that are looked at at once. */
const batch = 1_000;

/** Of packages, their versions, files and tags. */
export const packageRules: readonly Rule[] = [
  sqlRule<{ id: string }>(
    'a package with versions is no deleted one, and one without is',
    "SELECT p.id AS id FROM package p WHERE (p.deleted_at IS NULL) <> EXISTS (SELECT 1 FROM version v WHERE v.package_id = p.id AND v.tombstone = '')",
    ({ id }) => `package ${id} is deleted but has versions, or has none and is not deleted`,
  ),
  sqlRule<{ id: string }>(
    'every version has a file',
    "SELECT v.id AS id FROM version v WHERE v.tombstone = '' AND NOT EXISTS (SELECT 1 FROM file f WHERE f.version_id = v.id AND f.tombstone = '')",
    ({ id }) => `version ${id} has no file`,
  ),
  sqlRule<{ id: string; said: number; found: number }>(
    'the size of a version is that of its files',
    "SELECT v.id AS id, v.size_bytes AS said, COALESCE(SUM(f.size_bytes), 0) AS found FROM version v LEFT JOIN file f ON f.version_id = v.id AND f.tombstone = '' " +
      "WHERE v.tombstone = '' GROUP BY v.id, v.size_bytes HAVING COALESCE(SUM(f.size_bytes), 0) <> v.size_bytes",
    ({ id, said, found }) => `version ${id} says ${said} bytes, its files have ${found}`,
  ),
  sqlRule<{ id: string; packageId: string; name: string }>(
    'every tag leads to a version of its package',
    "SELECT CONCAT(t.package_id, ' ', t.name) AS id, t.package_id AS packageId, t.name AS name FROM tag t LEFT JOIN version v ON v.id = t.version_id WHERE v.id IS NULL OR v.tombstone <> '' OR v.package_id <> t.package_id",
    ({ packageId, name }) => `tag ${name} of package ${packageId} leads nowhere`,
  ),
  sqlRule<{ id: string }>(
    'every file knows its package',
    'SELECT f.id AS id FROM file f JOIN version v ON v.id = f.version_id WHERE f.package_id <> v.package_id',
    ({ id }) => `file ${id} is entered for another package than its version`,
  ),
  { title: 'every version is in its place', violations: misplaced },
];

/** Versions that the order of their format puts elsewhere than their row does. */
async function* misplaced({ database, formats }: Core): AsyncGenerator<Violation> {
  for (let after = ''; ; ) {
    const rows: { id: string; format: string; normalizedVersion: string; sortKey: string; publishedAt: number }[] = await database.reads.query(
      `SELECT v.id AS id, p.format AS format, v.normalized_version AS normalizedVersion, v.sort_key AS sortKey, v.published_at AS publishedAt FROM version v JOIN package p ON p.id = v.package_id WHERE v.id > ? ORDER BY v.id LIMIT ${batch}`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    for (const { id, format, normalizedVersion, sortKey, publishedAt } of rows) {
      const expected = formats.find(format)?.sortKey(normalizedVersion, Number(publishedAt));
      if (expected !== undefined && expected !== sortKey) yield { of: id, words: `version ${id} is put at "${sortKey}", its place is "${expected}"` };
    }
  }
}
