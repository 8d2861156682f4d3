import { createHash } from 'node:crypto';
import { NotFound } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
import { semverSortKey } from '../../src/formats/semver-order.ts';
import { jsonMembers, jsonText } from './json-text.ts';
import { splitMetadata } from './stored-metadata.ts';

/** One published version, as stored. */
export interface PackumentVersion {
  /** Normalised. */
  version: string;
  /** The JSON text of `VersionFacts.metadata` as {@link inspectTarball} made it. */
  metadata: string;
  deprecated?: string;
  /** Set: withdrawn, and why; empty where that was not said. */
  yanked?: string;
  publishedAt: number;
  /** The publisher's user name. */
  publishedBy?: string;
  /** Digests in lower-case hex. */
  file: { name: string; sizeBytes: number; sha1: string; sha512: string };
}

/** All that a packument is made of. Instants are milliseconds since 1970. */
export interface PackumentInput {
  package: { name: string; revision: number; createdAt: number; updatedAt: number };
  /** Those that clients may follow. */
  tags: readonly { name: string; version: string }[];
  /** In any order. Withdrawn ones are left out of what clients choose from, unless `isForEditing`. */
  versions: readonly PackumentVersion[];
  /** Whether the client will change it and send it back: it must not lose what clients do not choose from. */
  isForEditing?: boolean;
  /** README of the version that `latest` points at. */
  readme?: string;
  maintainers: readonly { name: string }[];
  /** Absolute URL of the npm endpoint, without a trailing slash. */
  baseUrl: string;
}

/** The fields of the `latest` manifest that stand at the top of a packument as well. */
const topFields = ['description', 'keywords', 'homepage', 'bugs', 'repository', 'author', 'contributors', 'license'];

/**
 * The full packument, JSON
 * (https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md#full-metadata-format).
 * Versions in semver order.
 */
export function renderPackument(input: PackumentInput): string {
  const { package: pkg, maintainers, baseUrl } = input;
  const versions = offered(input);
  const latest = latestOf(input, versions);
  const top = latest === undefined ? undefined : splitMetadata(latest.metadata);
  const manifest = top === undefined ? {} : (JSON.parse(top.manifestText) as JsonObject);
  const created: [string, string][] = [['created', isoText(pkg.createdAt)], ['modified', isoText(pkg.updatedAt)]];
  return jsonMembers([
    ['_id', jsonText(pkg.name)],
    ['_rev', jsonText(packumentRev(pkg))],
    ['name', jsonText(pkg.name)],
    ...topFields.filter((field) => manifest[field] !== undefined).map((field): [string, string] => [field, jsonText(manifest[field])]),
    ['dist-tags', distTags(input)],
    ['versions', jsonMembers(versions.map((version) => [version.version, fullVersion(pkg.name, version, baseUrl)]))],
    ['time', jsonMembers([...created, ...versions.map((version): [string, string] => [version.version, isoText(version.publishedAt)])])],
    ...restrictions(input),
    ['maintainers', jsonText(maintainers.map(({ name }) => ({ name, email: '' })))],
    ['readme', jsonText(input.readme ?? '')],
    ['readmeFilename', jsonText(top?.facts.readmeFilename ?? '')],
  ]);
}

/**
 * The abbreviated packument, `application/vnd.npm.install-v1+json`
 * (https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md#abbreviated-metadata-format).
 */
export function renderAbbreviated(input: PackumentInput): string {
  const { package: pkg, baseUrl } = input;
  const versions = offered(input);
  return jsonMembers([
    ['name', jsonText(pkg.name)],
    ['modified', isoText(pkg.updatedAt)],
    ['dist-tags', distTags(input)],
    ['versions', jsonMembers(versions.map((version) => [version.version, installVersion(pkg.name, version, baseUrl)]))],
    ...restrictions(input),
  ]);
}

/** One version's manifest, by version, also a withdrawn one, or by tag: the answer to `GET /{package}/{version-or-tag}`. Throws NotFound. */
export function renderManifest(input: PackumentInput, versionOrTag: string): string {
  const { name } = input.package;
  const wanted = input.tags.find((tag) => tag.name === versionOrTag)?.version ?? versionOrTag;
  const version = input.versions.find((candidate) => candidate.version === wanted);
  if (version === undefined) throw new NotFound(`${name}@${versionOrTag}`);
  return fullVersion(name, version, input.baseUrl);
}

/** The `_rev` that clients send back when they change a packument: the revision, and a hash so that it looks like CouchDB's. */
export function packumentRev(pkg: { name: string; revision: number }): string {
  return `${pkg.revision}-${createHash('sha256').update(`${pkg.name}\n${pkg.revision}`).digest('hex').slice(0, 32)}`;
}

/** The revision in a `_rev`, undefined for what is none. */
export function revisionOfRev(rev: string): number | undefined {
  const digits = /^(\d{1,15})-[0-9a-f]{1,64}$/.exec(rev)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function fullVersion(name: string, version: PackumentVersion, baseUrl: string): string {
  const { manifestText, facts } = splitMetadata(version.metadata);
  const { publishedBy, deprecated } = version;
  const added: [string, string][] = [['_id', jsonText(`${name}@${version.version}`)]];
  // npm prints the mail of a publisher without asking whether there is one.
  if (publishedBy !== undefined) added.push(['_npmUser', jsonText({ name: publishedBy, email: '' })]);
  added.push(['dist', distText(name, version, facts, baseUrl)]);
  if (deprecated !== undefined) added.push(['deprecated', jsonText(deprecated)]);
  added.push(['_hasShrinkwrap', jsonText(facts.hasShrinkwrap)]);
  if (facts.hasInstallScript) added.push(['hasInstallScript', 'true']);
  return withMembers(manifestText, added);
}

function installVersion(name: string, version: PackumentVersion, baseUrl: string): string {
  const { installText, facts } = splitMetadata(version.metadata);
  const added: [string, string][] = [['dist', distText(name, version, facts, baseUrl)]];
  if (version.deprecated !== undefined) added.push(['deprecated', jsonText(version.deprecated)]);
  if (facts.hasShrinkwrap) added.push(['_hasShrinkwrap', 'true']);
  if (facts.hasInstallScript) added.push(['hasInstallScript', 'true']);
  return withMembers(installText, added);
}

/** A non-empty JSON object with more members at its end. */
function withMembers(objectText: string, added: readonly [string, string][]): string {
  return `${objectText.slice(0, -1)},${jsonMembers(added).slice(1)}`;
}

function distText(name: string, { file }: PackumentVersion, facts: { fileCount: number; unpackedSize: number }, baseUrl: string): string {
  return jsonText({
    integrity: `sha512-${Buffer.from(file.sha512, 'hex').toString('base64')}`,
    shasum: file.sha1,
    tarball: `${baseUrl}/${name}/-/${file.name}`,
    fileCount: facts.fileCount,
    unpackedSize: facts.unpackedSize,
  });
}

function distTags({ tags }: PackumentInput): string {
  return jsonMembers(tags.map((tag) => [tag.name, jsonText(tag.version)]));
}

/** The versions that clients choose from, in order. */
function offered({ versions, isForEditing = false }: PackumentInput): PackumentVersion[] {
  return inOrder(versions.filter(({ yanked }) => isForEditing || yanked === undefined));
}

/**
 * Withdrawn versions as npm tells of them: it chooses one only where no other fits, and then fails with this message
 * (https://github.com/npm/npm-pick-manifest/blob/main/lib/index.js). Other clients do not look here, and find no such version.
 */
function restrictions({ package: pkg, versions, isForEditing = false }: PackumentInput): [string, string][] {
  const withdrawn = inOrder(versions.filter(({ yanked }) => yanked !== undefined));
  if (isForEditing || withdrawn.length === 0) return [];
  const message = withdrawn.map(({ version, yanked = '' }) => `${version} was withdrawn by its publisher${yanked === '' ? '.' : `: ${yanked}`}`).join('\n');
  const manifests = jsonMembers(withdrawn.map(({ version }) => [version, jsonText({ name: pkg.name, version })]));
  return [['policyRestrictions', jsonMembers([['message', jsonText(message)], ['versions', manifests]])]];
}

function inOrder(versions: readonly PackumentVersion[]): PackumentVersion[] {
  const keyed = versions.map((version) => ({ version, key: semverSortKey(version.version) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ version }) => version);
}

function latestOf({ tags }: PackumentInput, ordered: readonly PackumentVersion[]): PackumentVersion | undefined {
  const tagged = tags.find((tag) => tag.name === 'latest')?.version;
  return ordered.find(({ version }) => version === tagged) ?? ordered.at(-1);
}

function isoText(instant: number): string {
  return `"${new Date(instant).toISOString()}"`;
}
