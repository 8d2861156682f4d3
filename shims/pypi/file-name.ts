import { InvalidPackage } from '../../src/errors.ts';
import { normalizeName } from './name.ts';
import { normalizeVersion, parseVersion, spellVersion } from './version.ts';

/** What the name of a wheel says (https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention). */
export interface WheelName {
  name: string;
  /** In its normal spelling. */
  version: string;
  build?: string;
  pythonTags: string[];
  abiTags: string[];
  platformTags: string[];
}

const wheel = /^([A-Za-z0-9][A-Za-z0-9._]*)-([^-/\\]+?)(?:-(\d[A-Za-z0-9_.]*))?-([A-Za-z0-9_.]+)-([A-Za-z0-9_.]+)-([A-Za-z0-9_.]+)\.whl$/;
const maxLength = 255;

/** Whether a file is a wheel or an sdist, by the end of its name; undefined: neither. */
export function kindOfFile(fileName: string): 'wheel' | 'sdist' | undefined {
  if (/\.whl$/i.test(fileName)) return 'wheel';
  return sdistEnding.test(fileName) ? 'sdist' : undefined;
}

const sdistEnding = /\.(?:tar\.gz|zip)$/i;

/** Parses the name of a wheel. Throws InvalidPackage. */
export function parseWheelName(fileName: string): WheelName {
  const match = fileName.length > maxLength ? null : wheel.exec(fileName);
  const [, name = '', rawVersion = '', build, python = '', abi = '', platform = ''] = match ?? [];
  // Old tools write the `-` and `+` of a version as `_`.
  const version = parseVersion(rawVersion) ?? parseVersion(rawVersion.replaceAll('_', '-'));
  if (version === undefined) throw new InvalidPackage(`"${fileName.slice(0, 100)}" is not the name of a wheel, such as demo-1.0-py3-none-any.whl.`);
  const tags = (text: string) => text.split('.');
  return {
    name,
    version: spellVersion(version),
    ...(build === undefined ? {} : { build }),
    pythonTags: tags(python),
    abiTags: tags(abi),
    platformTags: tags(platform),
  };
}

/**
 * Throws InvalidPackage unless the name of a source distribution is `{name}-{version}.tar.gz` or `.zip`, in any spelling of both
 * (https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name).
 */
export function checkSdistName(fileName: string, name: string, version: string): void {
  const stem = fileName.replace(sdistEnding, '');
  const isPlain = stem !== fileName && fileName.length <= maxLength && /^[A-Za-z0-9][A-Za-z0-9._+!-]*$/.test(fileName);
  for (let dash = stem.indexOf('-'); isPlain && dash !== -1; dash = stem.indexOf('-', dash + 1)) {
    const parsed = parseVersion(stem.slice(dash + 1)) ?? parseVersion(stem.slice(dash + 1).replaceAll('_', '-'));
    if (normalizeName(stem.slice(0, dash)) === normalizeName(name) && parsed !== undefined && normalizeVersion(spellVersion(parsed)) === normalizeVersion(version)) return;
  }
  throw new InvalidPackage(`"${fileName.slice(0, 100)}" is not the name of a source distribution of ${name} ${version}, which would be ${normalizeName(name).replaceAll('-', '_')}-${version}.tar.gz.`);
}
