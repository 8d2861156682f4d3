import { EntitySchema } from 'typeorm';
import { integer, primary, string } from './columns.ts';

export interface NamespaceUsageRow {
  namespaceId: string;
  sizeBytes: number;
  packages: number;
  versions: number;
  files: number;
}

/** What is live in a node itself (not below it): kept up in the transaction of every change. */
export const NamespaceUsageTable = new EntitySchema<NamespaceUsageRow>({
  name: 'namespace_usage',
  columns: { namespaceId: primary(string), sizeBytes: integer, packages: integer, versions: integer, files: integer },
});

export interface DownloadDayRow {
  /** Of what was purged, together: the version's id, where that is there still, or the package's. */
  fileId: string;
  /** Whole days since 1970-01-01 UTC. */
  day: number;
  /** Empty for purged versions. */
  versionId: string;
  packageId: string;
  count: number;
}

/** Downloads of a file on a day; kept for good. */
export const DownloadDayTable = new EntitySchema<DownloadDayRow>({
  name: 'download_day',
  columns: { fileId: primary(string), day: primary(integer), versionId: string, packageId: string, count: integer },
});
