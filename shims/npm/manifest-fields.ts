import { InvalidPackage } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
import { maxDependencies } from '../../src/formats/limits.ts';
import { isObject } from './json.ts';

/** Column widths of what is stored of a dependency. */
const maxDependencyName = 214;
const maxRequirement = 1024;

/**
 * A map of names to version ranges. Entries that are no string are dropped, as npm does. An empty value of
 * another type (`null`, `false`, `""`, `[]`) is no map. Anything else throws InvalidPackage: guessing at what a list or a
 * number means would change what gets installed.
 */
export function dependencyMap(field: string, declared: unknown): Record<string, string> | undefined {
  if (!declared || (Array.isArray(declared) && declared.length === 0)) return undefined;
  if (!isObject(declared)) throw new InvalidPackage(`"${field}" in package.json must be an object of names and version ranges.`);
  const map = stringMap(declared) ?? {};
  const entries = Object.entries(map);
  if (entries.length > maxDependencies) throw new InvalidPackage(`"${field}" in package.json has more than ${maxDependencies} entries.`);
  for (const [name, requirement] of entries) {
    if (name.length > maxDependencyName || requirement.length > maxRequirement) {
      throw new InvalidPackage(`"${field}" in package.json has an overlong entry: "${name.slice(0, 60)}…".`);
    }
  }
  return map;
}

/** The strings of an object; undefined for what is no object. */
export function stringMap(declared: unknown): Record<string, string> | undefined {
  if (!isObject(declared)) return undefined;
  return Object.fromEntries(Object.entries(declared).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The objects in an object: `peerDependenciesMeta`. */
export function objectMap(declared: unknown): JsonObject | undefined {
  if (!isObject(declared)) return undefined;
  return Object.fromEntries(Object.entries(declared).filter(([, value]) => isObject(value)));
}

/** `os`, `cpu`, `libc`: a list of strings; one string alone is a list of it, as npm reads it. */
export function stringList(declared: unknown): string[] | undefined {
  if (typeof declared === 'string') return declared === '' ? undefined : [declared];
  return Array.isArray(declared) ? declared.filter((item) => typeof item === 'string' && item !== '') : undefined;
}

/** `keywords`: a list; a string is split at its commas, as npm does. */
export function keywordList(declared: unknown): string[] | undefined {
  return stringList(typeof declared === 'string' ? declared.split(/,\s*/) : declared);
}

/** `bundleDependencies`: names; `true` stands for all of `dependencies`, an object for its names, `false` for nothing. */
export function bundledNames(declared: unknown, dependencies: Record<string, string> | undefined): string[] | undefined {
  if (declared === true) return Object.keys(dependencies ?? {});
  return isObject(declared) ? Object.keys(declared) : Array.isArray(declared) ? stringList(declared) : undefined;
}

const codeHosts: Record<string, string> = { github: 'github.com', gitlab: 'gitlab.com', bitbucket: 'bitbucket.org', gist: 'gist.github.com' };

/**
 * `repository` as an object with a `url`. The short forms `user/name`, `github:user/name` … are written out as npm does
 * (https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md#repository).
 */
export function repositoryObject(declared: unknown): JsonObject | undefined {
  const given = typeof declared === 'string' ? { type: 'git', url: declared } : Array.isArray(declared) ? declared[0] : declared;
  if (!isObject(given) || typeof given.url !== 'string' || given.url.trim() === '') return undefined;
  return { ...given, url: writtenOut(given.url.trim()) };
}

function writtenOut(url: string): string {
  const short = /^(?:(github|gitlab|bitbucket|gist):)?([\w.-]+\/[\w.-]+|[0-9a-f]{7,64})(#[\w./-]+)?$/.exec(url);
  if (short === null) return url;
  const [, host, path = '', branch = ''] = short;
  // Only a gist may be named by one word alone.
  if (path.includes('/') ? path.startsWith('.') : host !== 'gist') return url;
  return `git+https://${codeHosts[host ?? 'github']}/${path.replace(/\.git$/, '')}.git${branch}`;
}

/** `bugs` as an object with `url` and `email`; a string is either, by its look. */
export function bugsObject(declared: unknown): JsonObject | undefined {
  const given = typeof declared === 'string' ? { [isMail(declared) ? 'email' : 'url']: declared } : declared;
  if (!isObject(given)) return undefined;
  const bugs: JsonObject = {};
  if (typeof given.url === 'string' && URL.canParse(given.url)) bugs.url = given.url;
  if (typeof given.email === 'string' && isMail(given.email)) bugs.email = given.email;
  return Object.keys(bugs).length === 0 ? undefined : bugs;
}

function isMail(text: string): boolean {
  return !text.includes('/') && text.includes('@') && text.indexOf('@') < text.lastIndexOf('.');
}
