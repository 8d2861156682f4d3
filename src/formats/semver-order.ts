import { parse } from 'semver';
import { InvalidVersion } from '../errors.ts';

/**
 * Writes a run of decimal digits so that bytewise order is numeric order: leading zeros dropped, then a character
 * for the number of digits (`1`–`9`, or `:` and two hex digits from ten on), then the digits. At most 255 digits.
 */
export function numberKey(digits: string): string {
  const significant = digits.replace(/^0+(?=.)/, '');
  const length = significant.length;
  return (length < 10 ? String(length) : `:${length.toString(16).padStart(2, '0')}`) + significant;
}

/**
 * What follows the dotted numbers in a sort key: `$` for a release, `#` and the identifiers for a pre-release.
 *
 * The characters are chosen for their place in ASCII. `!` (build, see the generic format) < `"` (next identifier) <
 * `#` (pre-release) < `$` (release) < `-` and `.`, all above the space, with which MySQL pads when it compares. Numeric
 * identifiers start with a digit or `:`, the others with `a`, so numbers come first (https://semver.org, item 11).
 */
export function prereleaseKey(identifiers: readonly string[]): string {
  if (identifiers.length === 0) return '$';
  return `#${identifiers.map((id) => (/^[0-9]+$/.test(id) ? numberKey(id) : `a${id}`)).join('"')}`;
}

/**
 * An ASCII string of at most 512 characters whose bytewise order is the precedence of
 * semantic versions (https://semver.org/spec/v2.0.0.html, item 11); versions that differ in build metadata alone share one.
 * Numeric identifiers are compared exactly, where the `semver` package rounds those above 2^53.
 * Throws InvalidVersion for what is no semantic version.
 */
export function semverSortKey(version: string): string {
  const parsed = parse(version);
  if (parsed === null) throw new InvalidVersion(version, `"${version}" is not a semantic version such as 1.2.3 or 1.2.3-rc.1.`);
  const numbers = [parsed.major, parsed.minor, parsed.patch].map((number) => numberKey(String(number))).join('.');
  return numbers + prereleaseKey(parsed.prerelease.map(String));
}

/** Whether a semantic version has a pre-release part; false for what is no semantic version. */
export function isPrerelease(version: string): boolean {
  return (parse(version)?.prerelease.length ?? 0) > 0;
}
