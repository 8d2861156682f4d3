import type { Core } from '../core.ts';

/** All that is needed to serve a file. */
export interface StoredFile {
  id: string;
  versionId: string;
  packageId: string;
  name: string;
  sha256: string;
  md5: string;
  sha1: string;
  sha512: string;
  sizeBytes: number;
  contentType: string;
  objectKey: string;
  uploadedAt: number;
  /** JSON text of the format's own facts. */
  attributes: string;
}

const select =
  'SELECT f.id, f.version_id AS versionId, v.package_id AS packageId, f.name, f.sha256, b.md5, b.sha1, b.sha512, ' +
  'f.size_bytes AS sizeBytes, f.content_type AS contentType, b.object_key AS objectKey, f.uploaded_at AS uploadedAt, f.attributes ' +
  'FROM file f JOIN stored_blob b ON b.sha256 = f.sha256 JOIN version v ON v.id = f.version_id';

/** A live file of a live version, by the version's normalised spelling. */
export async function findStoredFile(core: Core, packageId: string, normalizedVersion: string, fileName: string): Promise<StoredFile | undefined> {
  const rows: StoredFile[] = await core.database.reads.query(
    `${select} WHERE v.package_id = ? AND v.normalized_version = ? AND v.tombstone = '' AND f.name = ? AND f.tombstone = ''`,
    [packageId, normalizedVersion, fileName],
  );
  return rows[0];
}

/** A live file of a live version, by id. */
export async function findStoredFileById(core: Core, fileId: string): Promise<StoredFile | undefined> {
  const rows: StoredFile[] = await core.database.reads.query(`${select} WHERE f.id = ? AND v.tombstone = '' AND f.tombstone = ''`, [fileId]);
  return rows[0];
}
