import { InvalidPackage } from '../../src/errors.ts';
import { childOf, childrenOf, childText, parseXml, type XmlElement } from '../kit/xml.ts';
import { type DependencyGroup, readDependencyGroups } from './dependency-groups.ts';
import { validateId } from './name.ts';
import { isSemVer2, parseVersion } from './version.ts';

/** What a package is for: `Dependency` where it does not say, `DotnetTool`, `Template`, `SymbolsPackage` … */
export interface PackageType {
  name: string;
  version?: string;
}

/** Where the source of a package is. */
export interface Repository {
  type?: string;
  url?: string;
  branch?: string;
  commit?: string;
}

/** What a nuspec says (https://learn.microsoft.com/nuget/reference/nuspec). Texts that are left out or empty are absent. */
export interface Nuspec {
  id: string;
  /** As it is spelled. */
  version: string;
  title?: string;
  authors?: string;
  owners?: string;
  description?: string;
  summary?: string;
  releaseNotes?: string;
  copyright?: string;
  language?: string;
  tags?: string;
  projectUrl?: string;
  iconUrl?: string;
  licenseUrl?: string;
  licenseExpression?: string;
  /** Paths within the package. */
  licenseFile?: string;
  icon?: string;
  readme?: string;
  minClientVersion?: string;
  requireLicenseAcceptance: boolean;
  developmentDependency: boolean;
  repository?: Repository;
  packageTypes: PackageType[];
  dependencyGroups: DependencyGroup[];
  /** Whether clients older than NuGet 4.3 must not see it: its version, or that of a dependency, says more than they can read. */
  isSemVer2: boolean;
}

/** More than any real one has; a nuspec is read into memory. */
export const maxNuspecBytes = 1024 * 1024;
/** What is longer is cut off in documents; the package keeps it. */
const maxText = 4_000;
const maxReleaseNotes = 35_000;
const maxPackageTypes = 20;

const texts = ['title', 'authors', 'owners', 'description', 'summary', 'copyright', 'language', 'tags', 'projectUrl', 'iconUrl', 'licenseUrl', 'icon', 'readme'] as const;

/** Reads a nuspec, of any of the schema's namespaces and in any encoding that it declares. Throws InvalidPackage, InvalidName, InvalidVersion. */
export function parseNuspec(bytes: Buffer): Nuspec {
  const root = parseXml(bytes, { what: 'The nuspec', maxBytes: maxNuspecBytes });
  const metadata = root.name === 'package' ? childOf(root, 'metadata') : undefined;
  if (!metadata) throw new InvalidPackage('The nuspec has no <package><metadata>.');
  // Clients take all of them together, or one.
  for (const name of ['id', 'version', 'dependencies', 'packageTypes']) {
    if (childrenOf(metadata, name).length > 1) throw new InvalidPackage(`The nuspec has more than one <${name}>.`);
  }
  const id = childText(metadata, 'id') ?? '';
  const version = childText(metadata, 'version') ?? '';
  validateId(id);
  parseVersion(version);
  const { groups, isSemVer2: hasSemVer2Range } = readDependencyGroups(metadata);
  const repository = readRepository(childOf(metadata, 'repository'));
  const minClientVersion = metadata.attributes['minClientVersion']?.slice(0, 44);
  const releaseNotes = childText(metadata, 'releaseNotes')?.slice(0, maxReleaseNotes);
  return {
    id,
    version,
    ...Object.fromEntries(texts.flatMap((name) => pair(name, childText(metadata, name)?.slice(0, maxText)))),
    ...(releaseNotes === undefined ? {} : { releaseNotes }),
    ...readLicense(childOf(metadata, 'license')),
    ...(minClientVersion ? { minClientVersion } : {}),
    requireLicenseAcceptance: isTrue(childText(metadata, 'requireLicenseAcceptance')),
    developmentDependency: isTrue(childText(metadata, 'developmentDependency')),
    ...(repository ? { repository } : {}),
    packageTypes: childrenOf(childOf(metadata, 'packageTypes'), 'packageType').slice(0, maxPackageTypes).flatMap(readPackageType),
    dependencyGroups: groups,
    isSemVer2: isSemVer2(version) || hasSemVer2Range,
  };
}

function pair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true' || text === '1';
}

function readLicense(element: XmlElement | undefined): { licenseExpression?: string; licenseFile?: string } {
  const text = element?.text.trim().slice(0, 1000) ?? '';
  if (text === '') return {};
  return element?.attributes['type'] === 'file' ? { licenseFile: text } : { licenseExpression: text };
}

function readRepository(element: XmlElement | undefined): Repository | undefined {
  const members = (['type', 'url', 'branch', 'commit'] as const).flatMap((name) => pair(name, element?.attributes[name]?.trim().slice(0, 1000) || undefined));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function readPackageType({ attributes }: XmlElement): PackageType[] {
  const name = attributes['name']?.trim().slice(0, 100) ?? '';
  const version = attributes['version']?.trim().slice(0, 100);
  return name === '' ? [] : [{ name, ...(version ? { version } : {}) }];
}

/** The words of its tags, which packers write as one text. */
export function tagsOf({ tags = '' }: Pick<Nuspec, 'tags'>): string[] {
  return tags.split(/[\s,;]+/).filter((tag) => tag !== '');
}
