import type { Core } from '../core.ts';
import type { VersionStatus } from '../db/tables/package.ts';
import type { Digests } from '../storage/digests.ts';

/** One live file of one live version, as documents list them: a version with two files comes twice. */
export interface DocumentRow extends Digests {
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

/** Everything that a document of one package, or of one version of it, is rendered from, in one read. */
export async function listDocumentRows(core: Core, packageId: string, normalizedVersion?: string): Promise<DocumentRow[]> {
  return core.database.reads.query(
    'SELECT v.version, v.normalized_version AS normalizedVersion, v.status, v.status_reason AS statusReason, v.metadata, v.build, ' +
      'v.published_at AS publishedAt, COALESCE(u.username, t.name) AS publishedBy, f.name AS fileName, f.size_bytes AS sizeBytes, f.attributes, ' +
      'f.uploaded_at AS uploadedAt, b.md5, b.sha1, b.sha256, b.sha512 ' +
      'FROM version v JOIN file f ON f.version_id = v.id JOIN stored_blob b ON b.sha256 = f.sha256 LEFT JOIN user u ON u.id = v.published_by_id LEFT JOIN access_token t ON t.id = v.published_by_id ' +
      `WHERE v.package_id = ? AND v.tombstone = ''${normalizedVersion === undefined ? '' : ' AND v.normalized_version = ?'} AND f.tombstone = '' ORDER BY v.sort_key, f.name`,
    normalizedVersion === undefined ? [packageId] : [packageId, normalizedVersion],
  );
}

/** The tags of a package with the versions they point at, by name. */
export async function listTagRows(core: Core, packageId: string): Promise<{ name: string; version: string }[]> {
  return core.database.reads.query(
    "SELECT t.name, v.normalized_version AS version FROM tag t JOIN version v ON v.id = t.version_id WHERE t.package_id = ? AND v.tombstone = '' ORDER BY t.name",
    [packageId],
  );
}

/** The README of one version, where it has one. */
export async function findReadme(core: Core, packageId: string, normalizedVersion: string): Promise<string | undefined> {
  const rows: { readme: string | null }[] = await core.database.reads.query(
    "SELECT readme FROM version WHERE package_id = ? AND normalized_version = ? AND tombstone = ''",
    [packageId, normalizedVersion],
  );
  return rows[0]?.readme ?? undefined;
}

/** One live file of one live version, for documents that need no metadata of versions: that is much, and would come once for each file. */
export type FileDocumentRow = Pick<DocumentRow, 'version' | 'normalizedVersion' | 'status' | 'statusReason' | 'fileName' | 'sizeBytes' | 'attributes' | 'uploadedAt' | 'md5' | 'sha256'>;

/** The live files of a package, by version in the format's order, then by name. */
export async function listFileRows(core: Core, packageId: string): Promise<FileDocumentRow[]> {
  return core.database.reads.query(
    'SELECT v.version, v.normalized_version AS normalizedVersion, v.status, v.status_reason AS statusReason, f.name AS fileName, f.size_bytes AS sizeBytes, f.attributes, ' +
      'f.uploaded_at AS uploadedAt, b.md5, b.sha256 FROM version v JOIN file f ON f.version_id = v.id JOIN stored_blob b ON b.sha256 = f.sha256 ' +
      "WHERE v.package_id = ? AND v.tombstone = '' AND f.tombstone = '' ORDER BY v.sort_key, f.name",
    [packageId],
  );
}
