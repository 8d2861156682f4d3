import type { EntityManager } from 'typeorm';
import { placeholders } from '../db/upsert.ts';
import { VersionExists } from '../errors.ts';
import type { Format } from '../formats/format.ts';

/**
 * A version that was deleted may come back with the same content only, where the format refuses duplicates: caches and lock
 * files all over still know its old bytes. Throws VersionExists. The caller holds the package's lock.
 */
export async function checkReuse(tx: EntityManager, format: Format, packageId: string, version: { name: string; version: string; normalized: string }, sha256s: readonly string[]): Promise<void> {
  if (format.publishes !== 'version' || format.duplicates === 'allowed') return;
  const others: unknown[] = await tx.query(
    'SELECT 1 FROM version v JOIN file f ON f.version_id = v.id ' +
      `WHERE v.package_id = ? AND v.normalized_version = ? AND v.tombstone <> '' AND f.sha256 NOT IN (${placeholders(sha256s)}) LIMIT 1`,
    [packageId, version.normalized, ...sha256s],
  );
  if (others.length > 0) throw new VersionExists(version.name, version.version, 'was published before with other content');
}
