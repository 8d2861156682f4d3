import { sendJson } from '../../src/http/send.ts';
import type { Exchange } from '../kit/shim.ts';
import { type NugetUrls, nugetUrls } from './urls.ts';

interface Resource {
  '@id': string;
  '@type': string;
  comment?: string;
}

/**
 * The service index (https://learn.microsoft.com/nuget/api/service-index): every type name that any client looks for, since each looks for its
 * own few, and some fail where theirs is not there.
 */
export function renderServiceIndex(urls: NugetUrls): { version: string; resources: Resource[] } {
  const all = (id: string, name: string, versions: readonly string[], comment: string): Resource[] =>
    versions.map((version) => ({ '@id': id, '@type': `${name}${version}`, comment }));
  const resources = [
    ...all(urls.flatContainer, 'PackageBaseAddress', ['/3.0.0'], 'Packages, their manifests and lists of their versions'),
    ...all(urls.hive('registration'), 'RegistrationsBaseUrl', ['', '/3.0.0-beta', '/3.0.0-rc', '/3.4.0'], 'Metadata of packages, without SemVer 2.0.0'),
    ...all(urls.hive('registration-semver2'), 'RegistrationsBaseUrl', ['/3.6.0', '/Versioned'], 'Metadata of packages'),
    ...all(urls.search, 'SearchQueryService', ['', '/3.0.0-beta', '/3.0.0-rc', '/3.4.0', '/3.5.0', '/Versioned'], 'Search'),
    ...all(urls.autocomplete, 'SearchAutocompleteService', ['', '/3.0.0-beta', '/3.0.0-rc', '/3.5.0', '/Versioned'], 'Names and versions that begin with a text'),
    ...all(urls.publish, 'PackagePublish', ['/2.0.0', '/Versioned'], 'Push, unlist and relist'),
    ...all(urls.symbols, 'SymbolPackagePublish', ['/4.9.0'], 'Push of symbol packages'),
    ...all(urls.v2, 'LegacyGallery', ['', '/2.0.0'], 'The same packages for clients of version 2'),
    ...all(`${urls.flatContainer}{lower_id}/{lower_version}/readme`, 'ReadmeUriTemplate', ['/6.13.0'], 'The README of a package'),
  ];
  return { version: '3.0.0', resources };
}

/** `GET /v3/index.json`, also `/index.json`: nothing of it is secret or depends on anything, so it comes to everybody, whatever they may see. */
export async function getServiceIndex({ endpointUrl, response }: Exchange): Promise<void> {
  sendJson(response, 200, renderServiceIndex(nugetUrls(endpointUrl)), { 'cache-control': 'private, no-cache', vary: 'Authorization' });
}
