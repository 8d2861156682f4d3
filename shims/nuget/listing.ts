import type { Action } from '../../src/access/decide.ts';
import type { Core } from '../../src/core.ts';
import { InvalidVersion, NotFound } from '../../src/errors.ts';
import { listVersionFiles, type VersionFileRow } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import { isListed } from '../../src/packages/summary.ts';
import type { Exchange } from '../kit/shim.ts';
import { nugetFormat } from './format.ts';
import type { NugetAttributes } from './inspect.ts';
import { isPackageFile } from './listed.ts';
import { versionKey } from './version.ts';

/** A version as lists need it. */
export interface ListedVersion {
  /** As it is spelled in its nuspec. */
  version: string;
  /** Lower case, normalised. */
  key: string;
  isPrerelease: boolean;
  /** Whether clients older than NuGet 4.3 must not see it. */
  isSemVer2: boolean;
  /** Whether searches and updates lead to it. */
  isListed: boolean;
  publishedAt: number;
}

/** The package that the URL names, in the view of its namespace, if the actor may act on it so. */
export function findHead({ core, actor, namespacePath, params }: Exchange, action?: Action): Promise<PackageHead> {
  return getPackageInView(core, actor, namespacePath, nugetFormat, params['id'] ?? '', action);
}

/** The versions of a package, lowest first; those of which only symbols are left do not count. */
export async function listVersions(core: Core, head: PackageHead): Promise<ListedVersion[]> {
  return (await listVersionFiles(core, head.id)).filter(({ fileName }) => isPackageFile(fileName)).map(listedVersion);
}

/** As {@link listVersions}, those that a client can read. Throws NotFound where there are none. */
export async function listVisible(core: Core, head: PackageHead, { semVer2 }: { semVer2: boolean }): Promise<ListedVersion[]> {
  const versions = (await listVersions(core, head)).filter(({ isSemVer2 }) => semVer2 || !isSemVer2);
  if (versions.length === 0) throw new NotFound('Package', `${head.name} has no version that this client can read.`);
  return versions;
}

/** The normalised version of a URL; what is none is not there. Throws NotFound. */
export function versionOf(text: string, head: PackageHead): string {
  try {
    return versionKey(text);
  } catch (error) {
    throw error instanceof InvalidVersion ? new NotFound('Version', `${head.name} has no version ${text.slice(0, 100)}.`) : error;
  }
}

function listedVersion({ version, normalizedVersion, isPrerelease, status, publishedAt, attributes }: VersionFileRow): ListedVersion {
  const { isSemVer2 = false } = JSON.parse(attributes) as NugetAttributes;
  return { version, key: normalizedVersion, isPrerelease, isSemVer2, isListed: isListed({ status }), publishedAt };
}
