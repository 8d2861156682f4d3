import { numberKey } from '../../src/formats/semver-order.ts';

/** A piece of a version: a number or a word, and whether a dot or a hyphen (or the change between digits and letters) stands before it. */
type Token = { isDotted: boolean; number: string } | { isDotted: boolean; word: string };

/** Words that come before the release, in their order. */
const preReleases = ['alpha', 'beta', 'milestone', 'rc', 'snapshot'];
/** Words that mean nothing: the release itself. */
const releases = new Set(['', 'final', 'ga', 'release']);
const shortened = new Map([['a', 'alpha'], ['b', 'beta'], ['m', 'milestone']]);

/*
 * The first character of each piece of a key, chosen for its place in ASCII: a pre-release < the end < another word < `-1` < `.1`; all are
 * above the space, with which MySQL pads when it compares.
 */
const marks = { preRelease: '!', end: '$', servicePack: '&', word: "'", hyphenNumber: '-', dotNumber: '.' } as const;

const maxKeyLength = 512;

/**
 * An ASCII string whose bytewise order is Maven's order of versions
 * (https://maven.apache.org/pom.html#version-order-specification; `ComparableVersion` of maven-artifact).
 *
 * `1.0`, `1`, `1.0.0`, `1-ga` and `1.0.Final` share a key. Where Maven's comparison contradicts itself (by it `1 < 1-sp < 1.0.alpha < 1`) one
 * order is kept: words count alike behind a dot, a hyphen and zeros, as since Maven 3.9. Keys of absurd versions are cut at 512 characters.
 */
export function mavenSortKey(version: string): string {
  return `${trimmed(tokensOf(version)).map(keyOf).join('')}${marks.end}`.slice(0, maxKeyLength);
}

/** Whether a version says that it comes before a release: alpha, beta, milestone, release candidate or snapshot. */
export function isMavenPrerelease(version: string): boolean {
  return tokensOf(version).some((token) => 'word' in token && preReleases.includes(token.word));
}

/** Whether a version is under development, so that what it is changes from build to build. */
export function isSnapshot(version: string): boolean {
  return version.endsWith('SNAPSHOT');
}

function tokensOf(version: string): Token[] {
  const tokens: Token[] = [];
  let separator = '.';
  let isAwaited = true;
  for (const match of version.toLowerCase().matchAll(/[.-]|\d+|[^\d.-]+/g)) {
    const [part] = match;
    if (part === '.' || part === '-') {
      // Nothing between two separators counts as a zero.
      if (isAwaited) tokens.push({ isDotted: separator === '.', number: '0' });
      separator = part;
      isAwaited = true;
      continue;
    }
    // Where digits and letters meet it is as if a hyphen stood between them.
    const isDotted = isAwaited && separator === '.';
    isAwaited = false;
    if (/^\d/.test(part)) tokens.push({ isDotted, number: part });
    else tokens.push({ isDotted, word: wordOf(part, /^\d/.test(version.slice(match.index + part.length))) });
  }
  return tokens;
}

function wordOf(part: string, isBeforeDigit: boolean): string {
  if (part === 'cr') return 'rc';
  return (isBeforeDigit ? shortened.get(part) : undefined) ?? part;
}

/** Without the zeros and the words for nothing that stand at the end, before a hyphen, or before a word. */
function trimmed(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  const trim = () => {
    for (let last = kept.at(-1); last !== undefined && isNothing(last); last = kept.at(-1)) kept.pop();
  };
  for (const token of tokens) {
    if (!token.isDotted || 'word' in token) trim();
    kept.push(token);
  }
  trim();
  return kept;
}

function isNothing(token: Token): boolean {
  return 'word' in token ? releases.has(token.word) : /^0+$/.test(token.number);
}

function keyOf(token: Token): string {
  if ('number' in token) return (token.isDotted ? marks.dotNumber : marks.hyphenNumber) + numberKey(token.number);
  const { word } = token;
  if (preReleases.includes(word)) return `${marks.preRelease}${preReleases.indexOf(word)}`;
  if (releases.has(word)) return marks.end;
  return word === 'sp' ? marks.servicePack : marks.word + word.replace(/[^a-z]/g, (character) => `{${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
