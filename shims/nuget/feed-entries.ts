import type { Core } from '../../src/core.ts';
import { InvalidInput } from '../../src/errors.ts';
import { listRowsOf, type VersionRef } from '../../src/packages/document-rows.ts';
import { listOffered, type OfferedVersion } from '../../src/packages/search.ts';
import { countDownloads } from '../../src/packages/version-downloads.ts';
import type { FeedEntry } from './feed.ts';
import { wish } from './feed-search.ts';
import { isPackageFile } from './listed.ts';
import type { ListedVersion } from './listing.ts';
import type { ODataValue } from './odata-filter.ts';
import { isPrerelease, normalVersion } from './version.ts';

/** The entries of versions, in their order. The caller has seen to it that the actor may read the packages. */
export async function loadEntries(core: Core, refs: readonly VersionRef[], semVer2: boolean): Promise<FeedEntry[]> {
  if (refs.length === 0) return [];
  const packageIds = [...new Set(refs.map(({ packageId }) => packageId))];
  const [rows, offered, downloads] = await Promise.all([listRowsOf(core, refs), listOffered(core, packageIds, wish('equal', semVer2)), countDownloads(core, packageIds)]);
  const rowOf = new Map(rows.filter(({ fileName }) => isPackageFile(fileName)).map((row) => [nameOf(row), row]));
  const standing = new Map([...Map.groupBy(offered, ({ packageId }) => packageId)].map(([id, versions]) => [id, standingOf(versions)]));
  return refs.flatMap((ref) => {
    const row = rowOf.get(nameOf(ref));
    const { latest, absolute } = standing.get(ref.packageId) ?? {};
    if (!row) return [];
    const key = row.normalizedVersion;
    return [{ row, isLatest: key === latest, isAbsoluteLatest: key === absolute, downloads: downloads.ofPackage(ref.packageId), versionDownloads: downloads.ofVersion(ref) }];
  });
}

interface Standing {
  latest: string | undefined;
  absolute: string | undefined;
}

/** Versions come lowest first. */
function standingOf(versions: readonly OfferedVersion[]): Standing {
  return {
    latest: versions.findLast(({ version }) => !isPrerelease(version))?.normalizedVersion,
    absolute: versions.at(-1)?.normalizedVersion,
  };
}

function nameOf({ packageId, normalizedVersion }: VersionRef): string {
  return `${packageId} ${normalizedVersion}`;
}

/** What a filter can ask of a version of one package; names in any case. Throws InvalidInput for other properties. */
export function propertyReader(id: string, versions: readonly ListedVersion[]): (version: ListedVersion) => (name: string) => ODataValue {
  const listed = versions.filter(({ isListed }) => isListed);
  const latest = listed.findLast((version) => !version.isPrerelease)?.key;
  const absolute = listed.at(-1)?.key;
  return ({ version, key, isPrerelease: isPre, isListed, publishedAt }) => {
    const values: Record<string, ODataValue> = {
      id,
      version,
      normalizedversion: normalVersion(version),
      islatestversion: key === latest,
      isabsolutelatestversion: key === absolute,
      isprerelease: isPre,
      listed: isListed,
      published: isListed ? publishedAt : Date.UTC(1900, 0, 1),
      created: publishedAt,
      lastupdated: publishedAt,
      lastedited: publishedAt,
    };
    return (name) => {
      const value = Object.hasOwn(values, name.toLowerCase()) ? values[name.toLowerCase()] : undefined;
      if (value === undefined) throw new InvalidInput('$filter', `The versions of a package cannot be filtered by "${name.slice(0, 50)}" here.`);
      return value;
    };
  };
}
