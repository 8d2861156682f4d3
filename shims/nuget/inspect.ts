import { InvalidPackage } from '../../src/errors.ts';
import type { Inspection, UploadedFile, VersionFacts } from '../../src/formats/format.ts';
import { licensesOf } from '../../src/formats/licenses.ts';
import { readZip, type ZipArchive } from '../kit/zip.ts';
import { type ZipPlace, zipPlaceOf } from '../kit/zip-entry.ts';
import type { ZipEntry } from '../kit/zip-directory.ts';
import { dependencyFacts } from './dependency-groups.ts';
import { packageFileName } from './name.ts';
import { maxNuspecBytes, type Nuspec, parseNuspec, tagsOf } from './nuspec.ts';
import { versionKey } from './version.ts';

/** Files within a package that are served by themselves. */
export type ContentName = 'nuspec' | 'icon' | 'readme' | 'license';

/** `VersionFacts.metadata` of NuGet: what documents and the GraphQL type are rendered from. */
export interface NugetMetadata extends Nuspec {
  /** Names of the package types in lower case, for searches. */
  types: string[];
  /** Whether its author or a registry has signed it (https://learn.microsoft.com/nuget/create-packages/sign-a-package). */
  isSigned: boolean;
  /** Where in the package the files lie that are served by themselves. */
  contents: { nuspec: ZipPlace } & Partial<Record<ContentName, ZipPlace>>;
}

/** `FileFacts.attributes` of a package; those of its symbols are empty. */
export interface NugetAttributes {
  isSemVer2?: true;
}

/** So much of what stands in a package is served by itself or kept; the client takes icons and READMEs of at most 1 MB. */
const maxContentBytes = 1024 * 1024;
/** And the nuspec at most so much. */
export const maxServedBytes = Math.max(maxContentBytes, maxNuspecBytes);
const maxReadmeCharacters = 512 * 1024;
const maxListed = 100;
const maxFactLength = 255;

/**
 * Reads a nupkg, or a snupkg with the symbols of one. All facts come from the nuspec in it, none from what a client says of it. A symbol
 * package only goes with the package whose symbols they are. Throws InvalidPackage, InvalidName, InvalidVersion; passes on what reading the upload throws.
 */
export async function inspectNupkg(file: UploadedFile): Promise<Inspection> {
  const archive = await readZip(file);
  const entry = findNuspec(archive);
  const nuspec = parseNuspec(await archive.read(entry, maxNuspecBytes));
  const isSymbols = nuspec.packageTypes.some(({ name }) => name.toLowerCase() === 'symbolspackage');
  if (isSymbols) checkSymbols(archive);
  const name = packageFileName(nuspec.id, versionKey(nuspec.version), isSymbols ? 'snupkg' : 'nupkg');
  const attributes: NugetAttributes = nuspec.isSemVer2 && !isSymbols ? { isSemVer2: true } : {};
  return {
    version: isSymbols ? { name: nuspec.id, version: nuspec.version } : await versionFacts(nuspec, archive, entry),
    file: { name, contentType: 'application/octet-stream', attributes: { ...attributes } },
    ...(isSymbols ? { accompanies: true } : { describes: true }),
  };
}

/** Clients take any `.nuspec` at the root, and differ where there are several. */
function findNuspec({ entries }: ZipArchive): ZipEntry {
  const found = entries.filter(({ path, isFolder }) => !isFolder && !path.includes('/') && path.toLowerCase().endsWith('.nuspec'));
  const [entry, ...others] = found;
  if (!entry) throw new InvalidPackage('The archive has no .nuspec at its root, so it is not a NuGet package; "dotnet pack" makes one.');
  if (others.length > 0) throw new InvalidPackage('The archive has more than one .nuspec at its root.');
  return entry;
}

const symbolFiles = /\.(?:pdb|nuspec|xml|psmdcp|rels|p7s)$/i;

/** A symbol package holds symbols only (https://learn.microsoft.com/nuget/create-packages/symbol-packages-snupkg). */
function checkSymbols({ entries }: ZipArchive): void {
  const other = entries.find(({ path, isFolder }) => !isFolder && !symbolFiles.test(path));
  if (other) throw new InvalidPackage(`A symbol package holds .pdb files only, this one has "${other.path.slice(0, 100)}".`);
}

async function versionFacts(nuspec: Nuspec, archive: ZipArchive, entry: ZipEntry): Promise<VersionFacts> {
  const { id, version, description, projectUrl, repository } = nuspec;
  const contents: NugetMetadata['contents'] = { nuspec: zipPlaceOf(entry) };
  const entries = { icon: contentEntry(archive, 'icon', nuspec.icon), readme: contentEntry(archive, 'readme', nuspec.readme), license: contentEntry(archive, 'license', nuspec.licenseFile) };
  let readme: string | undefined;
  for (const name of ['icon', 'readme', 'license'] as const) {
    const found = entries[name];
    if (!found) continue;
    // Read now, so that what is served later is known to be there.
    const content = await archive.read(found, maxContentBytes);
    contents[name] = zipPlaceOf(found);
    if (name === 'readme') readme = content.toString('utf8').replace(/^\ufeff/, '').slice(0, maxReadmeCharacters);
  }
  const homepage = webAddress(projectUrl);
  const repositoryUrl = webAddress(repository?.url);
  const metadata: NugetMetadata = { ...nuspec, types: typesOf(nuspec), isSigned: archive.entries.some(({ path }) => path === '.signature.p7s'), contents };
  return {
    name: id,
    version,
    ...(description === undefined ? {} : { description }),
    ...(readme === undefined ? {} : { readme }),
    licenses: licensesOf(licenseOf(nuspec)),
    ...(homepage === undefined ? {} : { homepage }),
    ...(repositoryUrl === undefined ? {} : { repositoryUrl }),
    keywords: listed(tagsOf(nuspec)),
    authors: listed((nuspec.authors ?? '').split(',')),
    dependencies: dependencyFacts(nuspec.dependencyGroups),
    metadata: { ...metadata },
  };
}

/** A file that the nuspec names must be there, or clients would show what is not. */
function contentEntry({ entries }: ZipArchive, name: ContentName, path: string | undefined): ZipEntry | undefined {
  if (path === undefined) return undefined;
  // Windows writes the one, archives the other; archives also write spaces as %20.
  const wanted = path.replaceAll('\\', '/').replace(/^\.?\//, '');
  const entry = entries.find((one) => !one.isFolder && (one.path === wanted || decoded(one.path) === wanted));
  if (!entry) throw new InvalidPackage(`The nuspec names "${path.slice(0, 100)}" as ${name}, which is not in the package.`);
  if (entry.sizeBytes > maxContentBytes) throw new InvalidPackage(`The ${name} "${path.slice(0, 100)}" has more than ${maxContentBytes} bytes.`);
  return entry;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function licenseOf({ licenseExpression, licenseFile, licenseUrl }: Nuspec): string | undefined {
  if (licenseExpression !== undefined) return licenseExpression;
  if (licenseFile !== undefined) return `SEE LICENSE IN ${licenseFile}`;
  // What packers write there for clients that do not know expressions yet.
  const expression = /^https:\/\/licenses\.nuget\.org\/(.+)$/.exec(licenseUrl ?? '')?.[1];
  return expression === undefined ? undefined : decoded(expression);
}

function listed(parts: readonly string[]): string[] {
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== '' && part.length <= maxFactLength))].slice(0, maxListed);
}

/** What may become a link on a page. */
function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

/** A package that does not say what it is for is a dependency of others. */
function typesOf({ packageTypes }: Nuspec): string[] {
  return packageTypes.length === 0 ? ['dependency'] : packageTypes.map(({ name }) => name.toLowerCase());
}
