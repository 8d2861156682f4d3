import type { Core } from '../core.ts';
import { isIn } from '../db/condition.ts';
import { isOffered, latestFirst } from './offered.ts';

/** What the latest version of a package says of itself. */
export interface LatestVersion {
  packageId: string;
  version: string;
  normalizedVersion: string;
  /** JSON text of the facts that `inspect` returned as metadata, as it was stored. */
  metadata: string;
}

const chunk = 500;

/** The latest version of each of the packages that has one: a release before a pre-release, then the format's order. In no order. */
export async function listLatestVersions(core: Core, packageIds: readonly string[]): Promise<LatestVersion[]> {
  const found: LatestVersion[] = [];
  const offered = isOffered(core.database.dialect, {});
  for (let from = 0; from < packageIds.length; from += chunk) {
    const { sql, parameters } = isIn('p.id', packageIds.slice(from, from + chunk));
    const rows: LatestVersion[] = await core.database.reads.query(
      'SELECT v.package_id AS packageId, v.version, v.normalized_version AS normalizedVersion, v.metadata FROM package p JOIN version v ON v.id = (SELECT w.id FROM version w ' +
        `WHERE w.package_id = p.id AND ${offered.sql} ORDER BY ${latestFirst({})} LIMIT 1) WHERE ${sql}`,
      [...offered.parameters, ...parameters],
    );
    found.push(...rows);
  }
  return found;
}
