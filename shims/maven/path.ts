import type { DigestName } from '../../src/storage/digests.ts';

/** A file of a version, by its path in a repository. */
export interface FilePath {
  kind: 'file';
  group: string;
  artifact: string;
  version: string;
  /** Its name within the version; has slashes where the layout has folders below the version. */
  fileName: string;
  /** Which digest of it is meant, if not the file itself. */
  digest?: DigestName;
}

/** `maven-metadata.xml` of a folder. */
export interface MetadataPath {
  kind: 'metadata';
  /** The folder's segments: those of a group, of a group and an artifact, or of a snapshot version. */
  folder: string[];
  digest?: DigestName;
}

/** Files that clients make of what is in a folder; here the registry makes them. */
const metadataName = 'maven-metadata.xml';
const digestRule = /\.(md5|sha1|sha256|sha512)$/;
/** Ivy's folders by the type of what is in them: `jars`, `ivys`, `srcs`, `docs`, `bundles`, `test-jars` … */
const typeFolder = /^[a-z]+(?:-[a-z]+)*s$/;
/** sbt's folders for what a plugin was built for. */
const crossFolder = /^(?:scala|sbt)_[0-9][0-9A-Za-z.-]*$/;

/**
 * What a path below the endpoint means, by one of two layouts:
 *
 * - Maven's: `com/acme/lib/1.0/lib-1.0.jar`. Ivy's `com.acme/lib/1.0/ivy-1.0.xml` is the same, since dots and slashes of a group are one.
 * - Ivy's with folders by type: `com.acme/lib/1.0/jars/lib.jar`, and sbt's `com.acme/lib/scala_2.12/sbt_1.0/1.0/jars/lib.jar`. The folders
 *   around the version become part of the file's name.
 *
 * Every path but too short ones means something, and no two paths the same file, but for dots and slashes of a group. Undefined for
 * those. Whether names and versions are allowed is not looked at.
 */
export function parsePath(segments: readonly string[]): FilePath | MetadataPath | undefined {
  const last = segments.at(-1) ?? '';
  const digest = digestRule.exec(last)?.[1] as DigestName | undefined;
  const file = digest === undefined ? last : last.slice(0, -digest.length - 1);
  const folder = segments.slice(0, -1);
  const which = digest === undefined ? {} : { digest };
  if (file === metadataName) return folder.length === 0 ? undefined : { kind: 'metadata', folder, ...which };
  const found = splitFolder(folder, file);
  return found && { kind: 'file', ...found, ...which };
}

function splitFolder(folder: readonly string[], file: string): Omit<FilePath, 'kind'> | undefined {
  const version = folder.at(-1) ?? '';
  const artifact = folder.at(-2) ?? '';
  const isTyped = folder.length >= 4 && typeFolder.test(version) && !file.startsWith(`${artifact}-${version}`);
  if (!isTyped) return named(folder.slice(0, -2), artifact, version, file);
  const before = folder.slice(0, -2);
  const cross: string[] = [];
  while (before.length > 2 && crossFolder.test(before.at(-1) ?? '')) cross.unshift(before.pop() ?? '');
  return named(before.slice(0, -1), before.at(-1) ?? '', artifact, [...cross, version, file].join('/'));
}

function named(group: readonly string[], artifact: string, version: string, fileName: string): Omit<FilePath, 'kind'> | undefined {
  return group.length === 0 || [artifact, version, fileName].includes('') ? undefined : { group: group.join('.'), artifact, version, fileName };
}

/** The path of a file of a version: what {@link parsePath} reads. */
export function segmentsOf({ group, artifact, version, fileName }: Pick<FilePath, 'group' | 'artifact' | 'version' | 'fileName'>): string[] {
  const around = fileName.split('/');
  const firstInside = around.findIndex((segment) => !crossFolder.test(segment));
  const cross = around.length > 1 ? around.splice(0, Math.max(0, firstInside)) : [];
  return [...group.split('.'), artifact, ...cross, version, ...around];
}
