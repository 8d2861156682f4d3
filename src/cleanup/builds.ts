import type { EntityManager } from 'typeorm';
import { isIn, whereAll } from '../db/condition.ts';
import type { BuildOf, Format } from '../formats/format.ts';
import { isLiveVersion } from '../packages/queries/records.ts';
import { type Criteria, isMeant, isOver } from './select.ts';

/** A live file of a version, with all that decides whether it may go. */
export interface BuildFile {
  id: string;
  name: string;
  packageId: string;
  versionId: string;
  /** As it is displayed. */
  version: string;
  normalizedVersion: string;
  /** Milliseconds since the epoch, as `lastDownloadedAt`. */
  uploadedAt: number;
  lastDownloadedAt: number | null;
  sizeBytes: number;
}

/** The files of versions that are being worked on, of packages of one format. */
export async function loadBuildFiles(manager: EntityManager, { isMutable }: Format, packageIds: readonly string[]): Promise<BuildFile[]> {
  if (!isMutable || packageIds.length === 0) return [];
  const { sql, parameters } = whereAll([isIn('f.package_id', packageIds), { sql: "f.tombstone = ''", parameters: [] }, isLiveVersion]);
  const rows: BuildFile[] = await manager.query(
    'SELECT f.id AS id, f.name AS name, f.package_id AS packageId, f.version_id AS versionId, v.version AS version, v.normalized_version AS normalizedVersion, ' +
      `f.uploaded_at AS uploadedAt, f.last_downloaded_at AS lastDownloadedAt, f.size_bytes AS sizeBytes FROM file f JOIN version v ON v.id = f.version_id${sql}`,
    parameters,
  );
  return rows.filter(({ normalizedVersion }) => isMutable(normalizedVersion));
}

/**
 * Which files of one version may go at an instant: those of builds for which all criteria say so, but of each kind of file the newest stay. A build is as
 * old as what came to it last, and was downloaded when any file of it was, so that its files go together. By id.
 */
export function selectBuildFiles<File extends BuildFile>(criteria: Criteria, files: readonly File[], buildOf: (file: File) => BuildOf | undefined, nowMs: number): File[] {
  const [{ version } = { version: '' }] = files;
  if (!isMeant(criteria, version)) return [];
  const found = files.flatMap((file) => {
    const build = buildOf(file);
    return build ? [{ file, ...build }] : [];
  });
  const kept = new Set<File>();
  for (const same of Map.groupBy(found, ({ kind }) => kind).values()) {
    const newestFirst = same.sort((a, b) => (a.order < b.order ? 1 : a.order > b.order ? -1 : 0));
    for (const { file } of newestFirst.slice(0, criteria.keepNewest)) kept.add(file);
  }
  const going: File[] = [];
  for (const build of Map.groupBy(found, ({ order }) => order).values()) {
    const all = build.map(({ file }) => file);
    const publishedAt = Math.max(...all.map(({ uploadedAt }) => uploadedAt));
    const downloads = all.flatMap(({ lastDownloadedAt }) => lastDownloadedAt ?? []);
    const whole = { publishedAt, lastDownloadedAt: downloads.length === 0 ? null : Math.max(...downloads) };
    if (isOver(criteria, whole, nowMs)) going.push(...all.filter((file) => !kept.has(file)));
  }
  return going.sort((a, b) => (a.id < b.id ? -1 : 1));
}
