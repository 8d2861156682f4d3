import type { PackageRow, VersionRow } from '../../db/tables/package.ts';
import type { FileRow } from '../../db/tables/file.ts';

/** A package as lists have it. `isRestricted` may come as 0 or 1. */
export type PackageRecord = Pick<
  PackageRow,
  'id' | 'namespaceId' | 'format' | 'name' | 'normalizedName' | 'description' | 'isRestricted' | 'visibility' | 'createdAt' | 'updatedAt'
>;

/** Columns of a {@link PackageRecord}; `p` is the package. */
export const packageColumns =
  'p.id AS id, p.namespace_id AS namespaceId, p.format AS format, p.name AS name, p.normalized_name AS normalizedName, ' +
  'p.description AS description, p.is_restricted AS isRestricted, p.visibility AS visibility, p.created_at AS createdAt, p.updated_at AS updatedAt';

/** A version without the texts that only some readers ask for: see {@link VersionDetails}. */
export type VersionRecord = Pick<VersionRow, 'id' | 'packageId' | 'version' | 'sortKey' | 'status' | 'sizeBytes' | 'publishedAt' | 'publishedById'>;

/** Columns of a {@link VersionRecord}; `v` is the version. */
export const versionColumns =
  'v.id AS id, v.package_id AS packageId, v.version AS version, v.sort_key AS sortKey, v.status AS status, v.size_bytes AS sizeBytes, ' +
  'v.published_at AS publishedAt, v.published_by_id AS publishedById';

/** What a version says of itself; lists and the build are JSON text. */
export interface VersionDetails {
  id: string;
  statusReason: string | null;
  description: string | null;
  licenses: string;
  homepage: string | null;
  repositoryUrl: string | null;
  keywords: string;
  authors: string;
  build: string | null;
}

/** Columns of {@link VersionDetails}; `v` is the version. */
export const detailColumns =
  'v.id AS id, v.status_reason AS statusReason, v.description AS description, v.licenses AS licenses, v.homepage AS homepage, ' +
  'v.repository_url AS repositoryUrl, v.keywords AS keywords, v.authors AS authors, v.build AS build';

/** A file without its other digests; `attributes` is JSON text. */
export interface FileRecord extends Pick<FileRow, 'id' | 'versionId' | 'name' | 'sha256' | 'sizeBytes' | 'contentType' | 'uploadedAt' | 'downloadCount' | 'lastDownloadedAt'> {
  attributes: string;
}

/** Columns of a {@link FileRecord}; `f` is the file. */
export const fileColumns =
  'f.id AS id, f.version_id AS versionId, f.name AS name, f.sha256 AS sha256, f.size_bytes AS sizeBytes, f.content_type AS contentType, ' +
  'f.uploaded_at AS uploadedAt, f.download_count AS downloadCount, f.last_downloaded_at AS lastDownloadedAt, f.attributes AS attributes';

/** Restricts packages `p` to those that were not deleted. */
export const isLivePackage = { sql: 'p.deleted_at IS NULL', parameters: [] };
/** The same of versions `v`. */
export const isLiveVersion = { sql: "v.tombstone = ''", parameters: [] };
/** The same of files `f`. */
export const isLiveFile = { sql: "f.tombstone = ''", parameters: [] };
