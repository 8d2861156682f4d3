import { InvalidPackage } from '../../src/errors.ts';
import { parseHeaders } from './header-text.ts';
import { validateName } from './name.ts';
import { readVersion, spellVersion } from './version.ts';

/** A link of a project, with the word that stands before it. */
export interface ProjectUrl {
  label: string;
  url: string;
}

/** `VersionFacts.metadata` of PyPI: the core metadata of a distribution, without its description. Absent: not said. */
export interface PyPiMetadata {
  metadataVersion: string;
  summary?: string;
  descriptionContentType?: string;
  keywords?: string;
  homePage?: string;
  downloadUrl?: string;
  author?: string;
  authorEmail?: string;
  maintainer?: string;
  maintainerEmail?: string;
  license?: string;
  licenseExpression?: string;
  licenseFiles?: string[];
  classifiers?: string[];
  platforms?: string[];
  supportedPlatforms?: string[];
  projectUrls?: ProjectUrl[];
  requiresPython?: string;
  requiresDist?: string[];
  requiresExternal?: string[];
  providesExtra?: string[];
  providesDist?: string[];
  obsoletesDist?: string[];
  dynamic?: string[];
}

/** Core metadata that was read. */
export interface CoreMetadata {
  /** As it is spelled there. */
  name: string;
  /** In its normal spelling. */
  version: string;
  description: string;
  fields: PyPiMetadata;
}

type Single = { [Field in keyof PyPiMetadata]-?: NonNullable<PyPiMetadata[Field]> extends string ? Field : never }[keyof PyPiMetadata];
type Listed = { [Field in keyof PyPiMetadata]-?: NonNullable<PyPiMetadata[Field]> extends string[] ? Field : never }[keyof PyPiMetadata];

const single: Record<string, Exclude<Single, 'metadataVersion'>> = {
  summary: 'summary', 'description-content-type': 'descriptionContentType', keywords: 'keywords', 'home-page': 'homePage', 'download-url': 'downloadUrl',
  author: 'author', 'author-email': 'authorEmail', maintainer: 'maintainer', 'maintainer-email': 'maintainerEmail', license: 'license',
  'license-expression': 'licenseExpression', 'requires-python': 'requiresPython',
};

const listed: Record<string, Listed> = {
  'license-file': 'licenseFiles', classifier: 'classifiers', platform: 'platforms', 'supported-platform': 'supportedPlatforms', 'requires-dist': 'requiresDist',
  'requires-external': 'requiresExternal', 'provides-extra': 'providesExtra', 'provides-dist': 'providesDist', 'obsoletes-dist': 'obsoletesDist', dynamic: 'dynamic',
};

/** So long may one value be (a licence's whole text stands in `License` now and then), and so many may a list have. */
const maxValueLength = 100_000;
const maxListed = 5_000;

/**
 * Parses the METADATA of a wheel or the PKG-INFO of an sdist (https://packaging.python.org/en/latest/specifications/core-metadata/).
 * Throws InvalidPackage where it is not UTF-8, of an unknown major version, has no name or version, has a field twice that may be there once, or is out
 * of all bounds; InvalidName and InvalidVersion.
 */
export function parseCoreMetadata(bytes: Buffer): CoreMetadata {
  const { headers, body } = parseHeaders(decodeUtf8(bytes));
  const once = (key: string): string | undefined => {
    const values = headers.get(key) ?? [];
    // Readers differ in which of them counts.
    if (values.length > 1) throw new InvalidPackage(`The metadata says "${key}" ${values.length} times; it may be there once.`);
    const [value] = values;
    if (value !== undefined && value.length > maxValueLength) throw new InvalidPackage(`"${key}" of the metadata has more than ${maxValueLength} characters.`);
    // What old tools wrote where nothing was said.
    return value === undefined || value === '' || value === 'UNKNOWN' ? undefined : value;
  };
  const metadataVersion = once('metadata-version');
  if (metadataVersion === undefined || !/^[12]\.\d{1,3}$/.test(metadataVersion)) throw new InvalidPackage('The metadata is of no version that is known here (1.x or 2.x).');
  const name = once('name');
  const version = once('version');
  if (name === undefined || version === undefined) throw new InvalidPackage('The metadata has no name or no version.');
  validateName(name);
  const fields: PyPiMetadata = { metadataVersion };
  for (const [key, field] of Object.entries(single)) {
    const value = once(key);
    if (value !== undefined) fields[field] = value;
  }
  for (const [key, field] of Object.entries(listed)) {
    const values = several(headers, key);
    if (values.length > 0) fields[field] = values;
  }
  const urls = several(headers, 'project-url').map(projectUrl);
  if (urls.length > 0) fields.projectUrls = urls;
  return { name, version: spellVersion(readVersion(version)), description: headers.get('description')?.[0] ?? body, fields };
}

function several(headers: ReadonlyMap<string, string[]>, key: string): string[] {
  const values = (headers.get(key) ?? []).filter((value) => value !== '' && value !== 'UNKNOWN');
  if (values.length > maxListed || values.some((value) => value.length > maxValueLength)) throw new InvalidPackage(`There is too much in "${key}" of the metadata.`);
  return values;
}

/** `label, url`. */
function projectUrl(text: string): ProjectUrl {
  const comma = text.indexOf(',');
  return { label: text.slice(0, Math.max(0, comma)).trim(), url: text.slice(comma + 1).trim() };
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidPackage('The metadata is not UTF-8.');
  }
}
