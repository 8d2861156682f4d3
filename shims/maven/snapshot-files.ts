import type { BuildOf } from '../../src/formats/format.ts';
import { parseFileName, type FileParts } from './file-name.ts';
import type { SnapshotFile, SnapshotMetadata } from './metadata.ts';

/** A file as a snapshot version has it. */
export interface StoredName {
  fileName: string;
  uploadedAt: number;
}

interface Found extends StoredName {
  parts: FileParts;
}

/** What the files of a snapshot version are: undefined where none is named as Maven names them. */
export function snapshotMetadataOf(group: string, artifact: string, version: string, rows: readonly StoredName[]): SnapshotMetadata | undefined {
  const newest = newestOfEach(artifact, version, rows);
  if (newest.length === 0) return undefined;
  const builds = newest.flatMap(({ parts }) => parts.build ?? []).sort((a, b) => compare(a.timestamp, b.timestamp) || a.buildNumber - b.buildNumber);
  const files = newest.map(({ parts, uploadedAt }): SnapshotFile => {
    const { classifier, extension, build } = parts;
    return { classifier, extension, value: build?.value ?? version, updatedAtMs: uploadedAt };
  });
  return { group, artifact, version, build: builds.at(-1), files, updatedAtMs: Math.max(...newest.map(({ uploadedAt }) => uploadedAt)) };
}

/** The file that a name with SNAPSHOT in it stands for: the newest of its kind, which is classifier and extension. */
export function newestBuilds(artifact: string, version: string, rows: readonly StoredName[]): Record<string, string> {
  return Object.fromEntries(newestOfEach(artifact, version, rows).map(({ parts, fileName }) => [kindOf(parts), fileName]));
}

/** The kind of a file by a name with SNAPSHOT in it; undefined for the name of a build, and for one that is not as Maven names files. */
export function plainKindOf(artifact: string, version: string, fileName: string): string | undefined {
  const parts = parseFileName(artifact, version, fileName);
  return parts && !parts.build ? kindOf(parts) : undefined;
}

/** The build of a snapshot that a file belongs to; undefined for a file that is simply called SNAPSHOT, and one that is not as Maven names files. */
export function buildOfFile(artifact: string, version: string, fileName: string): BuildOf | undefined {
  const parts = parseFileName(artifact, version, fileName);
  if (!parts?.build) return undefined;
  const { timestamp, buildNumber } = parts.build;
  return { kind: kindOf(parts), order: `${timestamp}-${String(buildNumber).padStart(9, '0')}` };
}

/** By classifier and extension. A build goes by its timestamp; a file that is simply called SNAPSHOT by when it came. */
function newestOfEach(artifact: string, version: string, rows: readonly StoredName[]): Found[] {
  const newest = new Map<string, Found>();
  for (const row of rows) {
    const parts = parseFileName(artifact, version, row.fileName);
    if (!parts) continue;
    const known = newest.get(kindOf(parts));
    if (!known || isNewer({ ...row, parts }, known)) newest.set(kindOf(parts), { ...row, parts });
  }
  return [...newest.values()].sort((a, b) => compare(kindOf(a.parts), kindOf(b.parts)));
}

function isNewer(a: Found, b: Found): boolean {
  const [ofA, ofB] = [a.parts.build, b.parts.build];
  if (!ofA || !ofB) return a.uploadedAt > b.uploadedAt;
  return (compare(ofA.timestamp, ofB.timestamp) || ofA.buildNumber - ofB.buildNumber) > 0;
}

function kindOf({ classifier = '', extension }: FileParts): string {
  return `${classifier}.${extension}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
