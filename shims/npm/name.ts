import { clean, validRange } from 'semver';
import { InvalidName, InvalidVersion } from '../../src/errors.ts';

const maxNameLength = 214;
const maxTagLength = 128;
/** What encodeURIComponent leaves alone. The marks of {@link marks} are among it, but no longer allowed in new names. */
const urlSafe = /^[A-Za-z0-9\-_.!~*'()]+$/;
const marks = /[~'!()*]/;

/** A package name in its two parts: `@acme/lib` is scope `@acme` and base `lib`. */
export function splitName(name: string): { scope?: string; base: string } {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  return slash === -1 ? { base: name } : { scope: name.slice(0, slash), base: name.slice(slash + 1) };
}

/**
 * Throws InvalidName unless the name is one that npm's clients accept for a package that exists already: old packages
 * may have capitals, `~'!()*` and more than 214 characters. The rules are those of npm's `validate-npm-package-name`,
 * plus: no `-` as a whole segment, for it would read as the separator of tarball paths.
 */
export function checkName(name: string): void {
  const { scope, base } = splitName(name);
  const reject = (why: string): never => {
    throw new InvalidName(name, `"${shown(name)}" can't be a package name: ${why}.`);
  };
  if (name === '') reject('it is empty');
  if (name.length > 512) reject('it is too long');
  if (!urlSafe.test(base) || (scope !== undefined && !urlSafe.test(scope.slice(1)))) {
    reject('it must be "name" or "@scope/name", of letters, digits and - _ . alone');
  }
  if (base.startsWith('.') || scope?.startsWith('@.')) reject('no part of it may start with a dot');
  if (scope === undefined && /^[_-]/.test(base)) reject('it may not start with _ or -');
  if (base === '-' || scope === '@-') reject('"-" alone is no name');
  if (['node_modules', 'favicon.ico'].includes(name.toLowerCase())) reject('that word is reserved');
}

/**
 * Throws InvalidName unless a new package may have the name
 * (https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md#name): what {@link checkName} demands, and lower case,
 * at most 214 characters with the scope, none of `~'!()*`.
 */
export function validateName(name: string): void {
  checkName(name);
  const reject = (why: string): never => {
    throw new InvalidName(name, `"${shown(name)}" can't be the name of a new package: ${why}.`);
  };
  if (name.length > maxNameLength) reject(`it has more than ${maxNameLength} characters`);
  if (name !== name.toLowerCase()) reject(`it must be in lower case, such as "${shown(name.toLowerCase())}"`);
  if (marks.test(name)) reject("none of ~ ' ! ( ) * may be in it");
}

/**
 * The version as npm's clients know it: without build metadata, a leading `v` or `=`, white space around it.
 * Throws InvalidVersion for what is no semantic version (https://semver.org).
 */
export function normalizeVersion(version: string): string {
  const cleaned = version.length > 512 ? null : clean(version);
  if (cleaned === null) {
    throw new InvalidVersion(version, `"${shown(version)}" is not a semantic version such as 1.2.3 or 1.2.3-rc.1.`);
  }
  return cleaned;
}

/**
 * Throws InvalidName where a dist-tag may not be called so: 1 to 128 characters that need no encoding in a URL, and not
 * readable as a version range, because `name@tag` and `name@range` are written alike
 * (https://github.com/npm/cli/blob/latest/docs/lib/content/commands/npm-dist-tag.md).
 */
export function validateTag(tag: string): void {
  const reject = (why: string): never => {
    throw new InvalidName(tag, `"${shown(tag)}" can't be a tag: ${why}.`);
  };
  if (tag === '') reject('it is empty');
  if (tag.length > maxTagLength) reject(`it has more than ${maxTagLength} characters`);
  if (!urlSafe.test(tag) || /^\.+$/.test(tag)) reject('it must be of letters, digits and - _ . alone');
  if (validRange(tag) !== null) reject('it could be taken for a version range');
}

/** purl keeps the scope as its namespace (https://github.com/package-url/purl-spec, type npm). */
export function purlName(name: string): { namespace?: string; name: string } {
  const { scope, base } = splitName(name);
  return scope === undefined ? { name: base } : { namespace: scope, name: base };
}

/** Joins what {@link purlName} split. */
export function nameFromPurl(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** The file that holds a version: `lib-1.0.0.tgz`, without the scope. Takes a normalised version. */
export function tarballName(name: string, version: string): string {
  return `${splitName(name).base}-${version}.tgz`;
}

/** Names come from strangers; a message shows at most the beginning of a long one. */
function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
