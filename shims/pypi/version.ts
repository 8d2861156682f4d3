import { InvalidVersion } from '../../src/errors.ts';
import { numberKey } from '../../src/formats/semver-order.ts';

/** A version by the scheme of PEP 440. Numbers are decimal digits without leading zeros, of any length. */
export interface PythonVersion {
  epoch: string;
  release: string[];
  pre: { phase: 'a' | 'b' | 'rc'; number: string } | undefined;
  post: string | undefined;
  dev: string | undefined;
  /** Segments in lower case. */
  local: string[];
}

/** The pattern of PEP 440, appendix B (https://packaging.python.org/en/latest/specifications/version-specifiers/#appendix-parsing-version-strings-with-regular-expressions). */
const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const phases: Record<string, 'a' | 'b' | 'rc'> = { alpha: 'a', a: 'a', beta: 'b', b: 'b', preview: 'rc', pre: 'rc', c: 'rc', rc: 'rc' };

const maxLength = 255;

/** Parses any spelling of a version; undefined for what is none. */
export function parseVersion(text: string): PythonVersion | undefined {
  const spelled = text.trim().toLowerCase();
  const match = spelled.length > maxLength ? null : pattern.exec(spelled);
  if (match === null) return undefined;
  const [, epoch = '0', release = '0', phase, preNumber, postNumber, namedPost, dev, local] = match;
  // Such as `1.0.post`, which is `1.0.post0`.
  const post = postNumber ?? namedPost;
  return {
    epoch: number(epoch),
    release: release.split('.').map(number),
    pre: phase === undefined ? undefined : { phase: phases[phase] ?? 'rc', number: number(preNumber ?? '') },
    post: post === undefined ? undefined : number(post),
    dev: dev === undefined ? undefined : number(dev),
    local: local === undefined ? [] : local.split(/[-_.]/).map((segment) => (/^\d+$/.test(segment) ? number(segment) : segment)),
  };
}

/** As {@link parseVersion}; throws InvalidVersion for what is none. */
export function readVersion(text: string): PythonVersion {
  const version = parseVersion(text);
  if (version === undefined) throw new InvalidVersion(text.slice(0, 300), `"${text.slice(0, 100)}" is not a version of Python packages such as 1.2.3, 1.2.3rc1 or 1.2.3.post1 (PEP 440).`);
  return version;
}

/** The normal spelling of a version (PEP 440, "Normalization"); keeps zeros at the end of the release. */
export function spellVersion({ epoch, release, pre, post, dev, local }: PythonVersion): string {
  return (
    (epoch === '0' ? '' : `${epoch}!`) +
    release.join('.') +
    (pre === undefined ? '' : `${pre.phase}${pre.number}`) +
    (post === undefined ? '' : `.post${post}`) +
    (dev === undefined ? '' : `.dev${dev}`) +
    (local.length === 0 ? '' : `+${local.join('.')}`)
  );
}

/** The form in which two spellings of one version are equal: `1.0.0` is `1`. Throws InvalidVersion. */
export function normalizeVersion(text: string): string {
  const version = readVersion(text);
  return spellVersion({ ...version, release: significant(version.release) });
}

/** Whether installers pass over this version unless they are asked for it (PEP 440, "Handling of pre-releases"). */
export function isPrerelease(text: string): boolean {
  const version = parseVersion(text);
  return version !== undefined && (version.pre !== undefined || version.dev !== undefined);
}

/**
 * An ASCII string of at most 512 characters whose bytewise order is that of PEP 440 ("Summary of permitted suffixes and relative ordering"): a
 * development release before the pre-releases, those before the final one, post-releases behind it, local versions behind what they are of.
 * Characters are chosen for their place in ASCII: the end of the release (`#`) comes before another number of it (`.`), the end of a local segment (`!`) before
 * any letter. Throws InvalidVersion.
 */
export function pythonSortKey(text: string): string {
  const { epoch, release, pre, post, dev, local } = readVersion(text);
  const phase = pre !== undefined ? { a: '2', b: '3', rc: '4' }[pre.phase] + numberKey(pre.number) : post === undefined && dev !== undefined ? '0' : '5';
  const segments = local.map((segment) => (/^\d/.test(segment) && /^\d+$/.test(segment) ? `2${numberKey(segment)}` : `1${segment}!`));
  return (
    `${numberKey(epoch)}/${significant(release).map(numberKey).join('.')}#${phase}` +
    (post === undefined ? '0' : `1${numberKey(post)}`) +
    (dev === undefined ? '1' : `0${numberKey(dev)}`) +
    (local.length === 0 ? '' : `${segments.join('')}0`)
  );
}

function significant(release: readonly string[]): string[] {
  const last = release.findLastIndex((part) => part !== '0');
  return release.slice(0, Math.max(1, last + 1));
}

function number(digits: string): string {
  return digits.replace(/^0+(?=.)/, '') || '0';
}
