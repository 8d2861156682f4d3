import { nupkg, snupkg } from '../support/nupkg.ts';
import { nugetPath, pushForm } from '../wire/nuget-request.ts';
import type { Call, RouteContext, RouteRow } from './routes.ts';

const idOf = ({ target }: RouteContext) => target.nuget.package.name;
const send = (method: string, path: (id: string) => string) => (context: RouteContext): Call => ({ method, path: `${nugetPath(context.node)}/${path(idOf(context))}` });
const get = (path: (id: string) => string) => send('GET', path);
const push = (path: string, bytes: (id: string) => Buffer) => (context: RouteContext): Call => ({ method: 'PUT', path: `${nugetPath(context.node)}/${path}`, ...sent(bytes(`New.${context.number}`)) });

function sent(bytes: Buffer): Pick<Call, 'body' | 'headers'> {
  const { body, headers } = pushForm(bytes);
  return { body: new Uint8Array(body), headers };
}

const hiveRows = ['registration', 'registration-semver2'].flatMap((hive): RouteRow[] => [
  { route: `nuget GET v3/${hive}/:id/index.json`, need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `v3/${hive}/${id}/index.json`) },
  { route: `nuget GET v3/${hive}/:id/page/:lower/:upper`, need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `v3/${hive}/${id}/page/1.0.0/2.0.0.json`) },
  { route: `nuget GET v3/${hive}/:id/:version`, need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `v3/${hive}/${id}/1.0.0.json`) },
]);
const listRows = ['Search', 'Packages'].flatMap((feed): RouteRow[] => [
  { route: `nuget GET api/v2/${feed}`, need: 'SEE', of: 'NODE', ok: 200, call: get(() => `api/v2/${feed}()?$filter=IsLatestVersion&$top=1`) },
  { route: `nuget GET api/v2/${feed}/$count`, need: 'SEE', of: 'NODE', ok: 200, call: get(() => `api/v2/${feed}()/$count`) },
]);
const pushRows = ['v3/package', 'api/v2', 'api/v2/package'].map((path): RouteRow => ({ route: `nuget PUT ${path}`, need: 'PUBLISH', of: 'NEW', ok: 201, changes: true, call: push(path, (id) => nupkg(id, '1.0.0')) }));
const unlistRows = ['v3/package', 'api/v2/package'].flatMap((path): RouteRow[] => [
  { route: `nuget DELETE ${path}/:id/:version`, need: 'PUBLISH', of: 'PACKAGE', ok: 204, changes: true, call: send('DELETE', (id) => `${path}/${id}/1.0.0`) },
  { route: `nuget POST ${path}/:id/:version`, need: 'PUBLISH', of: 'PACKAGE', ok: 200, changes: true, call: send('POST', (id) => `${path}/${id}/2.0.0`) },
]);

/** Every route of NuGet. */
export const nugetRows: RouteRow[] = [
  { route: 'nuget GET index.json', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: get(() => 'index.json') },
  { route: 'nuget GET v3/index.json', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: get(() => 'v3/index.json') },
  { route: 'nuget GET v3/flatcontainer/:id/index.json', need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `v3/flatcontainer/${id}/index.json`) },
  { route: 'nuget GET v3/flatcontainer/:id/:version/:file', need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `v3/flatcontainer/${id}/1.0.0/${id}.1.0.0.nupkg`) },
  { route: 'nuget GET v3/flatcontainer/:id/:version/:file', need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `v3/flatcontainer/${id}/1.0.0/${id}.nuspec`) },
  ...hiveRows,
  { route: 'nuget GET v3/query', need: 'SEE', of: 'NODE', ok: 200, call: get((id) => `v3/query?q=${id}`) },
  { route: 'nuget GET v3/autocomplete', need: 'SEE', of: 'NODE', ok: 200, call: get((id) => `v3/autocomplete?q=${id}`) },
  { route: 'nuget GET v3/autocomplete', need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `v3/autocomplete?id=${id}`) },
  ...pushRows,
  // There is nothing yet that the symbols could go with.
  { route: 'nuget PUT v3/symbols', need: 'PUBLISH', of: 'NEW', ok: 404, call: push('v3/symbols', (id) => snupkg(id, '1.0.0')) },
  ...unlistRows,
  { route: 'nuget DELETE api/v2/:id/:version', need: 'PUBLISH', of: 'PACKAGE', ok: 204, changes: true, call: send('DELETE', (id) => `api/v2/${id}/1.0.0`) },
  { route: 'nuget GET api/v2', need: 'SEE', of: 'NODE', ok: 200, call: get(() => 'api/v2') },
  { route: 'nuget GET api/v2/$metadata', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: get(() => 'api/v2/$metadata') },
  ...listRows,
  { route: 'nuget GET api/v2/Packages', need: 'READ', of: 'PACKAGE', isEmptyIfMissing: 'IN_NODE', ok: 200, call: get((id) => `api/v2/Packages()?$filter=Id eq '${id}'`) },
  { route: 'nuget GET api/v2/FindPackagesById', need: 'READ', of: 'PACKAGE', isEmptyIfMissing: 'IN_NODE', ok: 200, call: get((id) => `api/v2/FindPackagesById()?id='${id}'`) },
  { route: 'nuget GET api/v2/FindPackagesById/$count', need: 'READ', of: 'PACKAGE', isEmptyIfMissing: 'IN_NODE', ok: 200, call: get((id) => `api/v2/FindPackagesById()/$count?id='${id}'`) },
  { route: 'nuget GET api/v2/Packages/:id/:version', need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `api/v2/Packages(Id='${id}',Version='1.0.0')`) },
  { route: 'nuget GET api/v2/package/:id/:version', need: 'READ', of: 'PACKAGE', ok: 200, call: get((id) => `api/v2/package/${id}/1.0.0`) },
];
