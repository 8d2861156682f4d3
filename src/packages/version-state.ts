import type { Core } from '../core.ts';
import type { VersionStatus } from '../db/tables/package.ts';
import { latestStatuses } from './summary.ts';

/** What became of a version. */
export interface VersionState {
  normalizedVersion: string;
  status: VersionStatus;
  statusReason: string | null;
}

const columns = 'v.normalized_version AS normalizedVersion, v.status AS status, v.status_reason AS statusReason';

/** The live version that a tag of a package points at. */
export async function findTaggedVersion(core: Core, packageId: string, tag: string): Promise<VersionState | undefined> {
  const rows: VersionState[] = await core.database.reads.query(
    `SELECT ${columns} FROM tag t JOIN version v ON v.id = t.version_id WHERE t.package_id = ? AND t.name = ? AND v.tombstone = ''`,
    [packageId, tag],
  );
  return rows[0];
}

/** A live version of a package, by its normalised spelling. */
export async function findVersionState(core: Core, packageId: string, normalizedVersion: string): Promise<VersionState | undefined> {
  const rows: VersionState[] = await core.database.reads.query(
    `SELECT ${columns} FROM version v WHERE v.package_id = ? AND v.normalized_version = ? AND v.tombstone = ''`,
    [packageId, normalizedVersion],
  );
  return rows[0];
}

/** Names of the tags of a package that lead to versions which are not hidden or withdrawn, in the order of their bytes; those behind `after`, which need not be there. */
export async function listTagNames(core: Core, packageId: string, { after = '', limit }: { after?: string; limit: number }): Promise<string[]> {
  const rows: { name: string }[] = await core.database.reads.query(
    `SELECT t.name FROM tag t JOIN version v ON v.id = t.version_id WHERE t.package_id = ? AND t.name > ? AND v.tombstone = '' AND v.status IN (${latestStatuses}) ORDER BY t.name LIMIT ?`,
    [packageId, after, limit],
  );
  return rows.map(({ name }) => name);
}
