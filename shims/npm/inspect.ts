import type { DependencyFacts, Inspection, UploadedFile, VersionFacts } from '../../src/formats/format.ts';
import { licensesOf } from '../../src/formats/licenses.ts';
import { installTextLength, type Manifest, readManifest } from './manifest.ts';
import { tarballName } from './name.ts';
import { parsePerson, personText } from './people.ts';
import { readmeText } from './readme.ts';
import { defaultTarballLimits, readTarball, type TarballContents } from './tarball.ts';

/** Display facts are bounded; the manifest keeps all of them. */
const maxListed = 100;
const maxFactLength = 255;
const maxUrlLength = 2000;

/** `VersionFacts.metadata` of npm: what packuments and the GraphQL type are rendered from. */
export interface NpmMetadata {
  manifest: Manifest;
  fileCount: number;
  /** Bytes. */
  unpackedSize: number;
  /** Whether npm runs something of the package at install. */
  hasInstallScript: boolean;
  hasShrinkwrap: boolean;
  readmeFilename?: string;
  /** See {@link installTextLength}: lets abbreviated packuments be cut out of the stored text. */
  installTextLength: number;
}

/**
 * Reads an npm tarball. All facts come from its bytes, none from what a client says of it, so `npm publish` and
 * GraphQL's `publishPackage` give the same version and no manifest can differ from what gets installed.
 * Throws InvalidPackage, InvalidName, InvalidVersion; passes on what opening and reading the upload throws.
 */
export async function inspectTarball(file: UploadedFile): Promise<Inspection> {
  const contents = await readTarball(await file.open(), file.sizeBytes);
  const manifest = readManifest(contents.packageJson, contents);
  return {
    version: versionFacts(manifest, contents),
    file: { name: tarballName(manifest.name, manifest.version), contentType: 'application/octet-stream' },
  };
}

function versionFacts(manifest: Manifest, contents: TarballContents): VersionFacts {
  const { name, version, description, homepage } = manifest;
  const repositoryUrl = browsableUrl(manifest.repository?.url);
  const page = browsableUrl(homepage);
  const licenses = licensesOf(manifest.license ?? manifest.licence ?? manifest.licenses);
  return {
    name,
    version,
    ...(description !== undefined && { description }),
    ...(contents.readme !== undefined && { readme: readmeText(contents.readme.bytes, defaultTarballLimits.maxReadmeBytes) }),
    licenses,
    ...(page !== undefined && { homepage: page }),
    ...(repositoryUrl !== undefined && { repositoryUrl }),
    keywords: listed(manifest.keywords ?? []),
    authors: authors(manifest),
    dependencies: dependenciesOf(manifest),
    metadata: { ...metadataOf(manifest, contents) },
  };
}

// The order of these members is what stored-metadata.ts expects of the stored text: the manifest first, then plain values.
function metadataOf(manifest: Manifest, contents: TarballContents): NpmMetadata {
  const { preinstall, install, postinstall } = manifest.scripts ?? {};
  return {
    manifest,
    fileCount: contents.fileCount,
    unpackedSize: contents.unpackedBytes,
    hasInstallScript: Boolean(preinstall || install || postinstall),
    hasShrinkwrap: contents.hasShrinkwrap,
    ...(contents.readme !== undefined && { readmeFilename: contents.readme.fileName }),
    installTextLength: installTextLength(manifest),
  };
}

/** Declared dependencies; one that is both optional and not is optional, as at install. Bundled ones have no entry of their own. */
function dependenciesOf(manifest: Manifest): DependencyFacts[] {
  const optional = manifest.optionalDependencies ?? {};
  const entries = (kind: string, map: Record<string, string> = {}): DependencyFacts[] =>
    Object.entries(map).map(([name, requirement]) => ({ kind, name, requirement }));
  return [
    ...entries('runtime', manifest.dependencies).filter(({ name }) => !Object.hasOwn(optional, name)),
    ...entries('optional', optional),
    ...entries('peer', manifest.peerDependencies),
    ...entries('dev', manifest.devDependencies),
  ];
}

function authors(manifest: Manifest): string[] {
  const people = [manifest.author, ...(manifest.contributors ?? [])].map(parsePerson);
  return listed(people.filter((person) => person !== undefined).map(personText));
}

function listed(texts: string[]): string[] {
  return [...new Set(texts.filter((text) => text.length <= maxFactLength))].slice(0, maxListed);
}

/** A URL that may become a link on a page: http or https; git's notations are turned into it. Undefined for any other. */
function browsableUrl(declared: unknown): string | undefined {
  if (typeof declared !== 'string' || declared.length > maxUrlLength) return undefined;
  const url = declared
    .trim()
    .replace(/^git\+/, '')
    .replace(/^(ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$2/')
    .replace(/^git:\/\//, 'https://')
    .replace(/\.git(?:#[^#]*)?$/, '');
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
}
