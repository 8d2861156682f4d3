import { InvalidName } from '../errors.ts';

/** Format ids of this product, served or still to come: no namespace may take their place in a URL. */
const formatIds = (
  'npm maven pypi nuget oci generic rubygems composer helm go terraform conan debian cargo rpm alpine arch conda cran ' +
  'swift pub chef cocoapods opkg p2 puppet vagrant'
).split(' ');

const reserved = new Set([...formatIds, 'v2', 'api', 'graphql', '-']);

/** A namespace path has at most so many segments. */
export const maxDepth = 20;
/** In characters, slashes included. */
export const maxPathLength = 255;

/** Whether a path segment ends the namespace part of a URL. */
export function isReserved(segment: string): boolean {
  return reserved.has(segment);
}

/**
 * Checks one segment of a namespace path; throws InvalidName. The grammar is that of a path component of an OCI
 * repository name, since a namespace's path is the beginning of one
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests).
 */
export function validateSegment(segment: string): void {
  if (segment.length > 64 || !/^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(segment)) {
    throw new InvalidName(segment, 'A namespace is called by 1 to 64 of a-z and 0-9, with single ".", "_" or "-" between them.');
  }
  if (reserved.has(segment)) throw new InvalidName(segment, `"${segment}" is reserved and cannot name a group or project.`);
}

/** The path of a child; throws InvalidName where it would be too long or too deep. */
export function childPath(parentPath: string, segment: string): string {
  const path = parentPath === '' ? segment : `${parentPath}/${segment}`;
  if (path.length > maxPathLength || path.split('/').length > maxDepth) {
    throw new InvalidName(path, `A namespace path has at most ${maxDepth} segments and ${maxPathLength} characters.`);
  }
  return path;
}
