import { InvalidPackage } from '../../src/errors.ts';
import { fullVersion, isSemVer2, nugetSortKey } from './version.ts';

const maxLength = 300;

/** A range of versions, its ends as they are spelled. */
export interface VersionRange {
  min: string | undefined;
  includesMin: boolean;
  max: string | undefined;
  includesMax: boolean;
}

/**
 * Reads a version range in NuGet's notation (https://learn.microsoft.com/nuget/concepts/package-versioning#version-ranges): `1.0` is that
 * or later, intervals are written in brackets; nothing is any version. Floating versions (`1.*`) mean nothing in a package and are refused.
 * Throws InvalidPackage, InvalidVersion.
 */
export function parseRange(text: string): VersionRange {
  const range = text.trim();
  const reject = (why: string): never => {
    throw new InvalidPackage(`The version range "${text.slice(0, 100)}" of a dependency ${why}.`);
  };
  if (range.length > maxLength) reject('is too long');
  if (range.includes('*')) reject('floats; write the lowest version instead');
  if (range === '') return { min: undefined, includesMin: false, max: undefined, includesMax: false };
  if (!/^[[(]/.test(range)) return { min: fullVersion(range), includesMin: true, max: undefined, includesMax: false };
  const [, open, inner = '', close] = /^([[(])(.*)([\])])$/.exec(range) ?? reject('has no end');
  const ends = inner.split(',').map((end) => end.trim());
  const [min = '', max = min] = ends;
  if (ends.length > 2) reject('has more than two ends');
  if (ends.length === 1 && (min === '' || open !== '[' || close !== ']')) reject('is empty');
  const read = (end: string) => (end === '' ? undefined : fullVersion(end));
  const parsed = { min: read(min), includesMin: open === '[' && min !== '', max: read(max), includesMax: close === ']' && max !== '' };
  if (isEmpty(parsed)) reject('is empty');
  return parsed;
}

/** In the notation of documents: `[1.0.0, )`, `(1.0.0, 2.0.0]`, `(, )` for any version. */
export function rangeText({ min, includesMin, max, includesMax }: VersionRange): string {
  if (min !== undefined && min === max) return `[${min}]`;
  return `${includesMin ? '[' : '('}${min ?? ''}, ${max ?? ''}${includesMax ? ']' : ')'}`;
}

/** Whether clients older than NuGet 4.3 cannot read it. */
export function isSemVer2Range({ min, max }: VersionRange): boolean {
  return [min, max].some((end) => end !== undefined && isSemVer2(end));
}

function isEmpty({ min, includesMin, max, includesMax }: VersionRange): boolean {
  if (min === undefined || max === undefined) return false;
  const [low, high] = [nugetSortKey(min), nugetSortKey(max)];
  return low > high || (low === high && !(includesMin && includesMax));
}
