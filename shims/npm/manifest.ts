import normalizePackageBin from 'npm-normalize-package-bin';
import { InvalidPackage } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
import { bugsObject, bundledNames, dependencyMap, keywordList, objectMap, repositoryObject, stringList, stringMap } from './manifest-fields.ts';
import { isObject, JsonProblem, parseJsonObject } from './json.ts';
import { checkName, normalizeVersion } from './name.ts';
import { parsePeople, parsePerson } from './people.ts';

/** A package.json in the form in which it goes into packuments. */
export interface Manifest extends JsonObject {
  name: string;
  version: string;
  description?: string;
  keywords?: string[];
  homepage?: string;
  bugs?: JsonObject;
  repository?: JsonObject;
  author?: JsonObject;
  contributors?: JsonObject[];
  license?: string | JsonObject;
  bin?: Record<string, string>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  bundleDependencies?: string[];
}

/**
 * The fields that an install needs, those of the abbreviated packument
 * (https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md#abbreviated-version-object).
 */
export const installFields: readonly string[] = [
  'name', 'version', 'dependencies', 'optionalDependencies', 'devDependencies', 'bundleDependencies', 'peerDependencies',
  'peerDependenciesMeta', 'acceptDependencies', 'bin', 'directories', 'engines', 'cpu', 'os', 'libc', 'funding',
];

/** What the registry itself says of a version, or keeps elsewhere; a package.json may not say it in its stead. */
const foreignFields = new Set(['readme', 'readmeFilename', 'dist', 'deprecated', 'hasInstallScript', 'bundledDependencies']);

type Cleaner = (declared: unknown) => unknown;
const text: Cleaner = (declared) => (typeof declared === 'string' ? declared : undefined);
const dependencies = (field: string): Cleaner => (declared) => dependencyMap(field, declared);

/** The fields that clients build on; each cleaner returns undefined for what is dropped. All other fields are kept as they are. */
const cleaners: Record<string, Cleaner> = {
  description: text,
  homepage: text,
  keywords: keywordList,
  bugs: bugsObject,
  repository: repositoryObject,
  author: parsePerson,
  contributors: (declared) => (declared === undefined ? undefined : parsePeople(declared)),
  license: (declared) => (isObject(declared) ? declared : text(declared)),
  scripts: stringMap,
  engines: stringMap,
  directories: stringMap,
  os: stringList,
  cpu: stringList,
  libc: stringList,
  funding: (declared) => (Array.isArray(declared) || isObject(declared) ? declared : text(declared)),
  dependencies: dependencies('dependencies'),
  devDependencies: dependencies('devDependencies'),
  peerDependencies: dependencies('peerDependencies'),
  optionalDependencies: dependencies('optionalDependencies'),
  acceptDependencies: dependencies('acceptDependencies'),
  peerDependenciesMeta: objectMap,
};

/**
 * Reads a package.json as `npm publish` would
 * (https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-json.md). Fields of the wrong type are dropped, as npm drops them, with two exceptions that throw InvalidPackage: the name and version that
 * identify it, and dependency maps. So does `"private": true`, with which npm's client refuses to publish.
 * Throws InvalidName and InvalidVersion too.
 *
 * The {@link installFields} come first in the result, in their order, so that the abbreviated form is a prefix of its text.
 */
export function readManifest(packageJson: Buffer, { hasBindingGyp }: { hasBindingGyp: boolean }): Manifest {
  const declared = parse(packageJson);
  if (typeof declared.name !== 'string') throw new InvalidPackage('The package.json must have a "name" that is a string.');
  if (typeof declared.version !== 'string') throw new InvalidPackage('The package.json must have a "version" that is a string.');
  if (declared.private === true) {
    throw new InvalidPackage('The package.json says "private": true, so it is not meant to be published; remove that first.');
  }
  checkName(declared.name);
  const manifest: Manifest = { name: declared.name, version: normalizeVersion(declared.version) };
  for (const [field, value] of Object.entries(declared)) {
    if (field === 'name' || field === 'version' || isForeign(field)) continue;
    const cleaner = Object.hasOwn(cleaners, field) ? cleaners[field] : undefined;
    const kept = cleaner === undefined ? value : cleaner(value);
    if (kept !== undefined) manifest[field] = kept;
  }
  setBin(manifest);
  setBundled(manifest, declared);
  if (hasBindingGyp) setGypScript(manifest);
  return installFieldsFirst(manifest);
}

/** How many characters of the manifest's JSON text its install fields take, if they were an object of their own. */
export function installTextLength(manifest: Manifest): number {
  return JSON.stringify(pickInstallFields(manifest)).length;
}

function pickInstallFields(manifest: Manifest): JsonObject {
  return Object.fromEntries(installFields.filter((field) => manifest[field] !== undefined).map((field) => [field, manifest[field]]));
}

function installFieldsFirst(manifest: Manifest): Manifest {
  return { ...pickInstallFields(manifest), ...manifest };
}

/** Names that are numbers are of no use to anybody, but JavaScript would put them before all others. */
function isForeign(field: string): boolean {
  return field.startsWith('_') || foreignFields.has(field) || /^\d+$/.test(field);
}

function parse(packageJson: Buffer): JsonObject {
  try {
    return parseJsonObject(packageJson.toString());
  } catch (error) {
    if (error instanceof JsonProblem) throw new InvalidPackage(`The package.json can't be read: ${error.message}.`);
    throw error;
  }
}

function setBin(manifest: Manifest): void {
  const declared: unknown = manifest.bin;
  delete manifest.bin;
  // The library takes the base name of each entry of a list without looking at its type.
  const bin = Array.isArray(declared) ? stringList(declared) : declared;
  const normalized = normalizePackageBin({ name: manifest.name, bin }).bin;
  if (normalized !== undefined) manifest.bin = normalized;
}

function setBundled(manifest: Manifest, declared: JsonObject): void {
  const names = bundledNames(declared.bundleDependencies ?? declared.bundledDependencies, manifest.dependencies);
  delete manifest.bundleDependencies;
  if (names !== undefined && names.length > 0) manifest.bundleDependencies = names;
}

/** npm runs node-gyp for a binding.gyp unless the package has install scripts of its own; on publish it says so in the manifest. */
function setGypScript(manifest: Manifest): void {
  const scripts = manifest.scripts ?? {};
  if (scripts.install !== undefined || scripts.preinstall !== undefined || manifest.gypfile === false) return;
  manifest.scripts = { ...scripts, install: 'node-gyp rebuild' };
  manifest.gypfile = true;
}
