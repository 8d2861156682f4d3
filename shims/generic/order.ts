import { numberKey, prereleaseKey } from '../../src/formats/semver-order.ts';

/** Numbers separated by dots, at least two: what people write when they mean semantic versions, more or less. */
const dotted = /^v?(\d+(?:\.\d+)+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z.-]+))?$/;

/**
 * An ASCII string of at most 512 characters for each allowed version, whose bytewise order is:
 *
 * - dotted numbers (`1.2`, `v1.2.3`, `1.2.3.4-rc.1+build`) by the precedence of semantic versions
 *   (https://semver.org, item 11), with as many numbers as there are (`1.2` comes before `1.2.0`), and by their build where
 *   all else is equal. For semantic versions without a build it is the key of {@link semverSortKey}.
 * - everything else (`2024-01-15`, `nightly-7`, `1.0.2k`) naturally: runs of digits by number, before all letters; other
 *   characters by ASCII, but `~` before everything, even the end of a dotted number, as in Debian.
 * - both among each other by the same keys, so that `1.10` comes behind `1.9b`.
 */
export function genericSortKey(version: string): string {
  const match = dotted.exec(version);
  if (match === null) return naturalKey(version);
  const [, numbers = '', prerelease, build] = match;
  const release = numbers.split('.').map(numberKey).join('.');
  const identifiers = prerelease === undefined ? [] : prerelease.split('.');
  return release + prereleaseKey(identifiers) + (build === undefined ? '' : `!${naturalKey(build)}`);
}

/** Whether a version is dotted numbers with a pre-release part. */
export function isGenericPrerelease(version: string): boolean {
  return dotted.exec(version)?.[2] !== undefined;
}

function naturalKey(text: string): string {
  return text.replace(/\d+|~/g, (part) => (part === '~' ? '"' : numberKey(part)));
}
