import type { EntityManager } from 'typeorm';
import { FileExists, VersionExists } from '../errors.ts';
import type { Format } from '../formats/format.ts';

/** A version that comes in, under its package's lock. */
export interface Incoming {
  format: Format;
  packageId: string;
  packageName: string;
  version: string;
  normalizedVersion: string;
  /** Names to SHA-256. */
  files: ReadonlyMap<string, string>;
}

interface Gone {
  versionId: string;
  name: string;
  sha256: string;
}

/**
 * Where duplicates are refused, what was deleted may come back with the same content only, as long as its rows are kept: caches and
 * lock files all over still know its old bytes. Throws VersionExists for formats that publish a version at once, FileExists for those
 * whose files join one by one.
 */
export async function checkReuse(tx: EntityManager, incoming: Incoming): Promise<void> {
  const { format, packageId, packageName, version, normalizedVersion, files } = incoming;
  const gone: Gone[] = await tx.query(
    'SELECT v.id AS versionId, f.name, f.sha256 FROM version v JOIN file f ON f.version_id = v.id ' +
      "WHERE v.package_id = ? AND v.normalized_version = ? AND (v.tombstone <> '' OR f.tombstone <> '')",
    [packageId, normalizedVersion],
  );
  if (format.publishes === 'version') {
    const sha256s = new Set(files.values());
    const before = [...Map.groupBy(gone, ({ versionId }) => versionId).values()];
    const isKnown = before.some((content) => content.every(({ sha256 }) => sha256s.has(sha256)));
    if (before.length > 0 && !isKnown) throw new VersionExists(packageName, version, 'was published before with other content');
    return;
  }
  for (const [name, sha256] of files) {
    const before = gone.filter((file) => file.name === name);
    if (before.length > 0 && !before.some((file) => file.sha256 === sha256)) throw new FileExists(name, 'was published before with other content');
  }
}
