import { NotFound } from '../../src/errors.ts';
import { sendJson } from '../../src/http/send.ts';
import type { VersionWish } from '../../src/packages/offered.ts';
import { type FoundPackage, listOffered, type OfferedVersion, searchPackages } from '../../src/packages/search.ts';
import { countDownloads, type DownloadCounts } from '../../src/packages/version-downloads.ts';
import { wholeNumber } from '../kit/query-number.ts';
import type { Exchange } from '../kit/shim.ts';
import { nugetFormat } from './format.ts';
import type { NugetMetadata } from './inspect.ts';
import { findHead } from './listing.ts';
import { isTrue, parseSearchText, readsSemVer2 } from './query.ts';
import { tagsOf } from './nuspec.ts';
import { type Hive, type NugetUrls, nugetUrls } from './urls.ts';
import { fullVersion } from './version.ts';

/** Of packages with all of their versions, and of names alone. */
const maxTake = { search: 100, autocomplete: 1_000 } as const;
const maxSkip = 100_000;

/** `GET /v3/query?q&skip&take&prerelease&semVerLevel&packageType` (https://learn.microsoft.com/nuget/api/search-query-service-resource). */
export async function search(exchange: Exchange): Promise<void> {
  const { core, actor, namespacePath, endpointUrl, query, response } = exchange;
  const wish = wishOf(query);
  const { packages, total } = await searchPackages(core, actor, { namespacePath, format: nugetFormat.id, ...wish, ...parseSearchText(query.get('q') ?? ''), ...pageOf(query, maxTake.search) });
  const ids = packages.map(({ id }) => id);
  const [versions, downloads] = await Promise.all([listOffered(core, ids, wish), countDownloads(core, ids)]);
  const offered = Map.groupBy(versions, ({ packageId }) => packageId);
  const urls = nugetUrls(endpointUrl);
  const hive = readsSemVer2(query) ? 'registration-semver2' : 'registration';
  sendJson(response, 200, { totalHits: total, data: packages.map((found) => renderResult(urls, hive, found, offered.get(found.id) ?? [], downloads)) });
}

/**
 * `GET /v3/autocomplete?q&skip&take&prerelease`: ids that have the text; `?id&prerelease`: the versions of a package
 * (https://learn.microsoft.com/nuget/api/search-autocomplete-service-resource).
 */
export async function autocomplete(exchange: Exchange): Promise<void> {
  const { core, actor, namespacePath, query, response } = exchange;
  const wish = wishOf(query);
  const id = query.get('id');
  if (id !== null) {
    const head = await findHead({ ...exchange, params: { id } });
    const versions = await listOffered(core, [head.id], wish);
    if (versions.length === 0) throw new NotFound('Package', `${head.name} has no such versions.`);
    sendJson(response, 200, { totalHits: versions.length, data: versions.map(({ version }) => fullVersion(version)) });
    return;
  }
  const text = { words: [query.get('q') ?? ''].filter((word) => word !== ''), fields: ['name'] as const };
  const { packages, total } = await searchPackages(core, actor, { namespacePath, format: nugetFormat.id, ...wish, ...text, ...pageOf(query, maxTake.autocomplete) });
  sendJson(response, 200, { totalHits: total, data: packages.map(({ name }) => name) });
}

/** Which versions a client wants to hear of. */
export function wishOf(query: URLSearchParams): VersionWish {
  const type = query.get('packageType') ?? '';
  return {
    prereleases: isTrue(query.get('prerelease')) ? 'equal' : 'never',
    metadata: [
      ...(readsSemVer2(query) ? [] : [{ member: 'isSemVer2', is: true, not: true } as const]),
      ...(type === '' ? [] : [{ member: 'types', is: type.toLowerCase() }]),
    ],
  };
}

function pageOf(query: URLSearchParams, most: number): { offset: number; limit: number } {
  return { offset: wholeNumber(query.get('skip'), 0, maxSkip), limit: wholeNumber(query.get('take'), 20, most) };
}

function renderResult(urls: NugetUrls, hive: Hive, found: FoundPackage, versions: readonly OfferedVersion[], downloads: DownloadCounts): object {
  const { title, summary, iconUrl, licenseUrl, projectUrl, owners, packageTypes, contents, ...metadata } = JSON.parse(found.metadata) as NugetMetadata;
  const file = (name: 'icon' | 'license') => (contents[name] === undefined ? undefined : urls.content(found.name, found.version, name));
  const texts = { title, summary, iconUrl: file('icon') ?? iconUrl, licenseUrl: file('license') ?? licenseUrl, projectUrl };
  return {
    '@id': urls.registration(hive, found.name),
    '@type': 'Package',
    registration: urls.registration(hive, found.name),
    id: found.name,
    version: fullVersion(found.version),
    description: found.description ?? '',
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    tags: tagsOf(metadata),
    authors: JSON.parse(found.authors) as string[],
    owners: owners === undefined ? [] : owners.split(',').map((owner) => owner.trim()),
    totalDownloads: found.downloads,
    verified: false,
    packageTypes: packageTypes.length === 0 ? [{ name: 'Dependency' }] : packageTypes,
    versions: versions.map((offered) => ({ version: fullVersion(offered.version), downloads: downloads.ofVersion(offered), '@id': urls.leaf(hive, found.name, offered.version) })),
  };
}
