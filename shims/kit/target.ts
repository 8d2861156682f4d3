import { InvalidInput, NotFound } from '../../src/errors.ts';
import { isReserved } from '../../src/namespaces/path.ts';

/** The parts of a URL below `/api/packages/`. */
export interface Target {
  namespacePath: string;
  formatId: string;
  /** The client's own path, each segment decoded once; a trailing slash is dropped. */
  segments: string[];
}

/** A path whose segments are split but not decoded yet. */
export interface PathParts {
  formatId: string;
  namespace: string[];
  rest: string[];
}

/**
 * Splits `{namespace…}/{format}/{client's path…}`: the first reserved word is the format and ends the namespace. Throws
 * NotFound where no format is named.
 */
export function splitPath(path: string): PathParts {
  const parts = path.split('/');
  if (parts.at(-1) === '') parts.pop();
  const formatAt = parts.findIndex(isReserved);
  const formatId = parts[formatAt];
  if (formatId === undefined) throw new NotFound('Format', 'The path names no package format.');
  return { formatId, namespace: parts.slice(0, formatAt), rest: parts.slice(formatAt + 1) };
}

/**
 * Decodes what {@link splitPath} split. Throws InvalidInput where a segment is not percent-encoded UTF-8, is empty or could
 * climb (`..`, NUL and other control characters, also when encoded).
 */
export function parseTarget({ formatId, namespace, rest }: PathParts): Target {
  return { formatId, namespacePath: namespace.map(decodeSegment).join('/'), segments: rest.map(decodeSegment) };
}

/** Decodes a path that no namespace and no format begin; a slash at its end is dropped. Throws InvalidInput as {@link parseTarget}. */
export function decodeSegments(path: string): string[] {
  const parts = path.split('/');
  if (parts.at(-1) === '') parts.pop();
  return parts.map(decodeSegment);
}

/** The path of these segments, which {@link decodeSegments} makes of it again: ASCII that any header takes. */
export function encodeSegments(segments: readonly string[]): string {
  return segments.map(encodeURIComponent).join('/');
}

function decodeSegment(part: string): string {
  const segment = decode(part);
  if (hasControlCharacter(segment) || segment.split('/').some((piece) => piece === '' || piece === '.' || piece === '..')) {
    throw new InvalidInput('path', 'The path has an empty, ".", ".." or unprintable segment.');
  }
  return segment;
}

function decode(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new InvalidInput('path', 'The path is not percent-encoded UTF-8.');
  }
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
