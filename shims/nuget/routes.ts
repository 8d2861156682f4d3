import type { Route } from '../kit/shim.ts';
import { getContent, getVersions } from './flat-container-route.ts';
import { putPackage, putSymbols } from './publish-route.ts';
import { registrationRoutes } from './registration-route.ts';
import { autocomplete, search } from './search-route.ts';
import { getServiceIndex } from './service-index.ts';
import { relist, unlist } from './unlist-route.ts';
import type { Hive } from './urls.ts';
import { findPackagesById, getEntry, getMetadata, getPackage, getServiceDocument, listPackages, searchFeed } from './v2-route.ts';

const hiveRoutes = (hive: Hive): Route[] => {
  const { getIndex, getPage, getLeaf } = registrationRoutes(hive);
  return [
    { method: 'GET', path: `v3/${hive}/:id/index.json`, handle: getIndex },
    { method: 'GET', path: `v3/${hive}/:id/page/:lower/:upper`, handle: getPage },
    { method: 'GET', path: `v3/${hive}/:id/:version`, handle: getLeaf },
  ];
};

/** The operations of NuGet's clients; the paths are those of nuget.org, as far as it has any. */
export const routes: Route[] = [
  { method: 'GET', path: 'index.json', handle: getServiceIndex },
  { method: 'GET', path: 'v3/index.json', handle: getServiceIndex },
  { method: 'GET', path: 'v3/flatcontainer/:id/index.json', handle: getVersions },
  { method: 'GET', path: 'v3/flatcontainer/:id/:version/:file', handle: getContent },
  ...hiveRoutes('registration'),
  ...hiveRoutes('registration-semver2'),
  { method: 'GET', path: 'v3/query', handle: search },
  { method: 'GET', path: 'v3/autocomplete', handle: autocomplete },
  { method: 'PUT', path: 'v3/package', handle: putPackage },
  { method: 'DELETE', path: 'v3/package/:id/:version', handle: unlist },
  { method: 'POST', path: 'v3/package/:id/:version', handle: relist },
  { method: 'PUT', path: 'v3/symbols', handle: putSymbols },
  { method: 'GET', path: 'api/v2', handle: getServiceDocument },
  { method: 'GET', path: 'api/v2/$metadata', handle: getMetadata },
  { method: 'GET', path: 'api/v2/FindPackagesById', handle: findPackagesById },
  { method: 'GET', path: 'api/v2/FindPackagesById/$count', handle: findPackagesById },
  { method: 'GET', path: 'api/v2/Packages', handle: listPackages },
  { method: 'GET', path: 'api/v2/Packages/$count', handle: listPackages },
  { method: 'GET', path: 'api/v2/Packages/:id/:version', handle: getEntry },
  { method: 'GET', path: 'api/v2/Search', handle: searchFeed },
  { method: 'GET', path: 'api/v2/Search/$count', handle: searchFeed },
  { method: 'GET', path: 'api/v2/package/:id/:version', handle: getPackage },
  { method: 'PUT', path: 'api/v2', handle: putPackage },
  { method: 'PUT', path: 'api/v2/package', handle: putPackage },
  { method: 'DELETE', path: 'api/v2/package/:id/:version', handle: unlist },
  { method: 'POST', path: 'api/v2/package/:id/:version', handle: relist },
  // Clients that push to the feed's own address delete there as well.
  { method: 'DELETE', path: 'api/v2/:id/:version', handle: unlist },
];

const functionCall = /^(Search|FindPackagesById|Packages)\((.*)\)$/s;
const key = /^(Id|Version)\s*=\s*'((?:[^']|'')*)'\s*,\s*(Id|Version)\s*=\s*'((?:[^']|'')*)'$/;

/** OData writes the key of an entry and the parameters of a function in brackets: `Packages(Id='a',Version='1')` is `Packages/a/1` here. */
export function foldKeys(segments: string[]): string[] {
  const [api, v2, resource = '', ...rest] = segments;
  const [, name, inner] = (api === 'api' && v2 === 'v2' && functionCall.exec(resource)) || [];
  if (name === undefined) return segments;
  const given = inner?.trim() ?? '';
  if (given === '') return ['api', 'v2', name, ...rest];
  const [, first, firstValue = '', second, secondValue = ''] = key.exec(given) ?? [];
  if (name !== 'Packages' || first === undefined || first === second) return segments;
  const [id, version] = first === 'Id' ? [firstValue, secondValue] : [secondValue, firstValue];
  return ['api', 'v2', name, id.replaceAll("''", "'"), version.replaceAll("''", "'"), ...rest];
}
