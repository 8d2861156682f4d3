import { InvalidVersion } from '../../src/errors.ts';
import { numberKey } from '../../src/formats/semver-order.ts';

/** So long a version may be; nuget.org takes 64 characters. */
const maxLength = 128;
/** The numbers of a version and of a label are 32-bit for the client; longer runs of digits in a label are text to it. */
const maxNumber = 2 ** 31 - 1;

const pattern = /^(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** A version taken apart. */
export interface NugetVersion {
  /** Three numbers, or four where the fourth is not zero. */
  numbers: readonly number[];
  /** Labels of a pre-release, as they are spelled. */
  labels: readonly string[];
  metadata: string | undefined;
}

/**
 * Reads a version as NuGet's clients do: one to four numbers, the labels of a pre-release, build metadata
 * (https://learn.microsoft.com/nuget/concepts/package-versioning). Throws InvalidVersion.
 */
export function parseVersion(text: string): NugetVersion {
  const [, numberText, labelText, metadata] = (text.length <= maxLength && pattern.exec(text)) || [];
  const labels = labelText?.split('.') ?? [];
  const numbers = (numberText ?? '').split('.').map(Number);
  // The client refuses numeric labels with zeros in front.
  if (numberText === undefined || numbers.some((number) => number > maxNumber) || labels.some((label) => /^0\d+$/.test(label))) {
    throw new InvalidVersion(text.slice(0, maxLength), `"${text.slice(0, 100)}" is not a NuGet version such as 1.2.3, 1.2.3.4 or 1.2.3-beta.1+build.`);
  }
  while (numbers.length < 3) numbers.push(0);
  return { numbers: numbers[3] === 0 ? numbers.slice(0, 3) : numbers, labels, metadata };
}

/** As clients show it: without superfluous zeros and build metadata, letters as they are spelled. Throws InvalidVersion. */
export function normalVersion(text: string): string {
  const { numbers, labels } = parseVersion(text);
  return numbers.join('.') + (labels.length === 0 ? '' : `-${labels.join('.')}`);
}

/** The form in which two spellings of one version are equal, and in which it stands in URLs: {@link normalVersion} in lower case. Throws InvalidVersion. */
export function versionKey(text: string): string {
  return normalVersion(text).toLowerCase();
}

/** With its build metadata; what clients of SemVer 2.0.0 are shown. Throws InvalidVersion. */
export function fullVersion(text: string): string {
  const { metadata } = parseVersion(text);
  return normalVersion(text) + (metadata === undefined ? '' : `+${metadata}`);
}

/** Whether clients older than NuGet 4.3 cannot read it: dotted labels or build metadata. Throws InvalidVersion. */
export function isSemVer2(text: string): boolean {
  const { labels, metadata } = parseVersion(text);
  return labels.length > 1 || metadata !== undefined;
}

/** Whether it is a pre-release. Throws InvalidVersion. */
export function isPrerelease(text: string): boolean {
  return parseVersion(text).labels.length > 0;
}

/**
 * ASCII text whose bytewise order is that of NuGet's `VersionComparer`: four numbers, then labels; numbers before text, text without
 * regard to case, a release after its pre-releases. The signs between are those of `prereleaseKey`. Throws InvalidVersion.
 */
export function nugetSortKey(version: string): string {
  const { numbers, labels } = parseVersion(version);
  const release = numbers.map((number) => numberKey(String(number))).join('.');
  return release + (labels.length === 0 ? '$' : `#${labels.map(labelKey).join('"')}`);
}

function labelKey(label: string): string {
  return /^\d+$/.test(label) && Number(label) <= maxNumber ? numberKey(label) : `a${label.toLowerCase()}`;
}
