import type { Core } from '../core.ts';
import { type Condition, isIn } from '../db/condition.ts';
import type { VersionStatus } from '../db/tables/package.ts';
import type { KnownDigests } from '../storage/digests.ts';

/** One live file of one live version, as documents list them: a version with two files comes twice. */
export interface DocumentRow extends KnownDigests {
  version: string;
  normalizedVersion: string;
  status: VersionStatus;
  statusReason: string | null;
  /** JSON text of the facts that `inspect` returned as metadata, as it was stored. */
  metadata: string;
  /** JSON text, or null. */
  build: string | null;
  publishedAt: number;
  /** A user's name, or that of a token without one. */
  publishedBy: string | null;
  fileName: string;
  sizeBytes: number;
  /** JSON text. */
  attributes: string;
  uploadedAt: number;
}

/** One live version, for documents that list versions and not files. */
export type VersionDocumentRow = Pick<DocumentRow, 'version' | 'normalizedVersion' | 'status' | 'publishedAt'>;

/** The live versions of a package in the format's order. */
export async function listVersionRows(core: Core, packageId: string): Promise<VersionDocumentRow[]> {
  return core.database.reads.query(
    "SELECT version, normalized_version AS normalizedVersion, status, published_at AS publishedAt FROM version WHERE package_id = ? AND tombstone = '' ORDER BY sort_key, id",
    [packageId],
  );
}

/**
 * Everything that a document of one package is rendered from, in one read; with one or more versions, normalised, only of those: for documents
 * of a version, and those that come in pages.
 */
export async function listDocumentRows(core: Core, packageId: string, versions?: string | readonly string[]): Promise<DocumentRow[]> {
  return select(core, { sql: 'v.package_id = ?', parameters: [packageId] }, typeof versions === 'string' ? [versions] : versions);
}

/** A version by its package and its normalised spelling. */
export interface VersionRef {
  packageId: string;
  normalizedVersion: string;
}

/** As {@link listDocumentRows}, of versions of several packages: for feeds. The caller has seen to it that the actor may read them. */
export async function listRowsOf(core: Core, refs: readonly VersionRef[]): Promise<(DocumentRow & { packageId: string })[]> {
  const wanted = new Set(refs.map(nameOf));
  const versions = [...new Set(refs.map(({ normalizedVersion }) => normalizedVersion))];
  const rows = await select(core, isIn('v.package_id', [...new Set(refs.map(({ packageId }) => packageId))]), versions);
  return rows.filter((row) => wanted.has(nameOf(row)));
}

function nameOf({ packageId, normalizedVersion }: VersionRef): string {
  return `${packageId} ${normalizedVersion}`;
}

async function select(core: Core, packages: Condition, versions?: readonly string[]): Promise<(DocumentRow & { packageId: string })[]> {
  const these = versions === undefined ? { sql: '1 = 1', parameters: [] } : isIn('v.normalized_version', versions);
  return core.database.reads.query(
    'SELECT v.package_id AS packageId, v.version, v.normalized_version AS normalizedVersion, v.status, v.status_reason AS statusReason, v.metadata, v.build, ' +
      'v.published_at AS publishedAt, COALESCE(u.username, t.name) AS publishedBy, f.name AS fileName, f.size_bytes AS sizeBytes, f.attributes, ' +
      'f.uploaded_at AS uploadedAt, b.md5, b.sha1, b.sha256, b.sha512 ' +
      'FROM version v JOIN file f ON f.version_id = v.id JOIN stored_blob b ON b.sha256 = f.sha256 LEFT JOIN user u ON u.id = v.published_by_id LEFT JOIN access_token t ON t.id = v.published_by_id ' +
      `WHERE ${packages.sql} AND v.tombstone = '' AND f.tombstone = '' AND ${these.sql} ORDER BY v.sort_key, f.name`,
    [...packages.parameters, ...these.parameters],
  );
}

/** What lists of versions are made of, without all that the versions say of themselves. */
export type VersionFileRow = Pick<DocumentRow, 'version' | 'normalizedVersion' | 'status' | 'publishedAt' | 'fileName' | 'attributes'> & { isPrerelease: boolean };

/** The live files of the live versions of a package, in the order of the versions: little enough to read all of many thousands. */
export async function listVersionFiles(core: Core, packageId: string): Promise<VersionFileRow[]> {
  const rows: VersionFileRow[] = await core.database.reads.query(
    'SELECT v.version, v.normalized_version AS normalizedVersion, v.status, v.published_at AS publishedAt, v.is_prerelease AS isPrerelease, f.name AS fileName, f.attributes ' +
      "FROM version v JOIN file f ON f.version_id = v.id WHERE v.package_id = ? AND v.tombstone = '' AND f.tombstone = '' ORDER BY v.sort_key, f.name",
    [packageId],
  );
  return rows.map((row) => ({ ...row, isPrerelease: Boolean(row.isPrerelease) }));
}

/** The tags of a package with the versions they point at, by name. */
export async function listTagRows(core: Core, packageId: string): Promise<{ name: string; version: string }[]> {
  return core.database.reads.query(
    "SELECT t.name, v.normalized_version AS version FROM tag t JOIN version v ON v.id = t.version_id WHERE t.package_id = ? AND v.tombstone = '' ORDER BY t.name",
    [packageId],
  );
}

/** What one live version says of itself: its README, where it has one, and its metadata as JSON text. */
export async function findVersionTexts(core: Core, packageId: string, normalizedVersion: string): Promise<{ readme: string | null; metadata: string } | undefined> {
  const rows: { readme: string | null; metadata: string }[] = await core.database.reads.query(
    "SELECT readme, metadata FROM version WHERE package_id = ? AND normalized_version = ? AND tombstone = ''",
    [packageId, normalizedVersion],
  );
  return rows[0];
}

/** One live file of one live version, for documents that need no metadata of versions: that is much, and would come once for each file. */
export type FileDocumentRow = Pick<DocumentRow, 'version' | 'normalizedVersion' | 'status' | 'statusReason' | 'fileName' | 'sizeBytes' | 'attributes' | 'uploadedAt' | 'md5' | 'sha256'>;

/** The live files of a package, or of one version of it, normalised; by version in the format's order, then by name. */
export async function listFileRows(core: Core, packageId: string, version?: string): Promise<FileDocumentRow[]> {
  return core.database.reads.query(
    'SELECT v.version, v.normalized_version AS normalizedVersion, v.status, v.status_reason AS statusReason, f.name AS fileName, f.size_bytes AS sizeBytes, f.attributes, ' +
      'f.uploaded_at AS uploadedAt, b.md5, b.sha256 FROM version v JOIN file f ON f.version_id = v.id JOIN stored_blob b ON b.sha256 = f.sha256 ' +
      `WHERE v.package_id = ? AND v.tombstone = '' AND f.tombstone = ''${version === undefined ? '' : ' AND v.normalized_version = ?'} ORDER BY v.sort_key, f.name`,
    version === undefined ? [packageId] : [packageId, version],
  );
}
