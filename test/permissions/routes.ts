import { mavenRows } from './maven-routes.ts';
import { nugetRows } from './nuget-routes.ts';
import { npmPath, publishDocument } from '../wire/npm-request.ts';
import { pypiRows } from './pypi-routes.ts';
import { digestOf } from '../support/oci-image.ts';
import type { Need } from './reference.ts';
import type { Target } from './world.ts';

/** Where a client is pointed at. */
export type Level = 'project' | 'group' | 'instance';

/** One request. */
export interface Call {
  method: string;
  path: string;
  body?: BodyInit;
  /** More headers. */
  headers?: Record<string, string>;
}

/** What a request is made of. */
export interface RouteContext {
  target: Target;
  /** Path of the namespace that is asked; '' for the instance. */
  node: string;
  /** Differs each time: for names that nobody has used. */
  number: number;
  /** Opens an upload for the asker in the project, as if they had had the right once; its id. */
  openUpload(): Promise<string>;
}

/** What a route needs, and what it asks it of. */
export interface RouteRow {
  /** `npm GET :pkg`, as it stands in the list of the shim's routes. */
  route: string;
  need: Need;
  /** PACKAGE: the one in the URL. NEW: one that is not there yet, in the node of the URL. HERE: the one in the URL, if it is in that very node. NODE: that node, for its packages. NODE_ITSELF: the node, be its registry off. PROJECT: the project, whatever the level. */
  of: 'PACKAGE' | 'NEW' | 'HERE' | 'NODE' | 'NODE_ITSELF' | 'PROJECT' | 'NOTHING';
  /** The status of success. */
  ok: number;
  changes?: boolean;
  /** Asked for by an id, which tells nothing of names. */
  byId?: boolean;
  /** What is not there might be published here, so whoever sees the node and may not is told that. */
  orNew?: boolean;
  /** Namespace and name are one path: where the node must not be known, the name is taken for a longer one of the instance. */
  isPath?: boolean;
  /** Of what is not there it tells that there is nothing of it: wherever it was asked for, or in a node that may be known. */
  isEmptyIfMissing?: 'ANYWHERE' | 'IN_NODE';
  /** Changes only what is sent ahead of a publish, of which no event tells. */
  isAhead?: boolean;
  /** Tells it from another row of the same route. */
  note?: string;
  call: (context: RouteContext) => Call | Promise<Call>;
}

const json = { 'content-type': 'application/json' };
const npmName = ({ target }: RouteContext) => target.npm.package.name;
const npmUrl = (context: RouteContext, path: string) => `${npmPath(context.node)}/${path}`;
const genericUrl = ({ node, target }: RouteContext, path = '') => `/api/packages/${node === '' ? '' : `${node}/`}generic/${target.generic.package.name}${path}`;
const npmGet = (path: (name: string) => string) => (context: RouteContext): Call => ({ method: 'GET', path: npmUrl(context, path(npmName(context))) });
const npmSend = (method: string, path: (name: string) => string, body?: unknown) => (context: RouteContext): Call => ({
  method,
  path: npmUrl(context, path(npmName(context))),
  headers: json,
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

const ociUrl = ({ node, target }: RouteContext, path: string) => `/v2/${node === '' ? '' : `${node}/`}${target.oci.package.name}/${path}`;
const ociNew = ({ node, number }: RouteContext, path: string) => `/v2/${node === '' ? '' : `${node}/`}new-${number}/${path}`;
const ociGet = (path: (target: Target) => string) => (context: RouteContext): Call => ({ method: 'GET', path: ociUrl(context, path(context.target)) });
const ociUpload = (method: string, query = '') => (context: RouteContext): Call => ({ method, path: ociNew(context, `blobs/uploads/upl_none${query}`) });
const emptyIndex = JSON.stringify({ schemaVersion: 2, manifests: [] });

/** The format that a route is of, or `server`. */
export function formatOf(route: string): string {
  return route.slice(0, route.indexOf(' '));
}

/** Every route of the formats, and of the server's own that carry bytes. */
export const routeRows: RouteRow[] = [
  ...mavenRows,
  ...pypiRows,
  ...nugetRows,
  { route: 'npm GET -/ping', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: npmGet(() => '-/ping') },
  { route: 'npm GET -/whoami', need: 'SIGNED_IN', of: 'NOTHING', ok: 200, call: npmGet(() => '-/whoami') },
  { route: 'npm POST -/v1/login', need: 'ANYBODY', of: 'NOTHING', ok: 404, call: npmSend('POST', () => '-/v1/login', {}) },
  { route: 'npm PUT -/user/:id', need: 'ANYBODY', of: 'NOTHING', ok: 400, call: npmSend('PUT', () => '-/user/org.couchdb.user:x', {}) },
  { route: 'npm DELETE -/user/token/:token', need: 'SIGNED_IN', of: 'NOTHING', ok: 401, call: npmSend('DELETE', () => '-/user/token/none') },
  { route: 'npm GET -/npm/v1/tokens', need: 'ACCOUNT', of: 'NOTHING', ok: 200, call: npmGet(() => '-/npm/v1/tokens') },
  { route: 'npm POST -/npm/v1/tokens', need: 'ACCOUNT', of: 'NOTHING', ok: 400, call: npmSend('POST', () => '-/npm/v1/tokens', { password: 1 }) },
  { route: 'npm DELETE -/npm/v1/tokens/token/:key', need: 'ACCOUNT', of: 'NOTHING', ok: 404, call: npmSend('DELETE', () => '-/npm/v1/tokens/token/tok_none') },
  { route: 'npm GET -/v1/search', need: 'SEE', of: 'NODE', ok: 200, call: npmGet(() => '-/v1/search?text=lib') },
  { route: 'npm POST -/npm/v1/security/advisories/bulk', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: npmSend('POST', () => '-/npm/v1/security/advisories/bulk', {}) },
  { route: 'npm POST -/npm/v1/security/audits/quick', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: npmSend('POST', () => '-/npm/v1/security/audits/quick', {}) },
  { route: 'npm POST -/npm/v1/security/audits', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: npmSend('POST', () => '-/npm/v1/security/audits', {}) },
  { route: 'npm GET -/package/:pkg/dist-tags', need: 'READ', of: 'PACKAGE', ok: 200, call: npmGet((name) => `-/package/${name}/dist-tags`) },
  { route: 'npm PUT -/package/:pkg/dist-tags/:tag', need: 'PUBLISH', of: 'PACKAGE', ok: 201, changes: true, call: npmSend('PUT', (name) => `-/package/${name}/dist-tags/next`, '1.0.0') },
  { route: 'npm POST -/package/:pkg/dist-tags/:tag', need: 'PUBLISH', of: 'PACKAGE', ok: 201, changes: true, call: npmSend('POST', (name) => `-/package/${name}/dist-tags/next`, '1.0.0') },
  { route: 'npm DELETE -/package/:pkg/dist-tags/:tag', need: 'PUBLISH', of: 'PACKAGE', ok: 200, changes: true, call: npmSend('DELETE', (name) => `-/package/${name}/dist-tags/beta`) },
  { route: 'npm GET :pkg', need: 'READ', of: 'PACKAGE', ok: 200, call: npmGet((name) => name) },
  {
    route: 'npm PUT :pkg',
    need: 'PUBLISH',
    of: 'NEW',
    ok: 201,
    changes: true,
    call: async (context) => ({ method: 'PUT', path: npmUrl(context, `new-${context.number}`), headers: json, body: JSON.stringify(await publishDocument(`new-${context.number}`, '1.0.0')) }),
  },
  {
    // The same address without a tarball: npm deprecate.
    route: 'npm PUT :pkg',
    need: 'PUBLISH',
    of: 'PACKAGE',
    orNew: true,
    ok: 200,
    changes: true,
    call: npmSend('PUT', (name) => name, { versions: { '1.0.0': { deprecated: 'old' } } }),
  },
  { route: 'npm GET :pkg/:version', need: 'READ', of: 'PACKAGE', ok: 200, call: npmGet((name) => `${name}/1.0.0`) },
  { route: 'npm GET :pkg/-/:file', need: 'READ', of: 'PACKAGE', ok: 200, call: npmGet((name) => `${name}/-/${name}-1.0.0.tgz`) },
  { route: 'npm PUT :pkg/-rev/:rev', need: 'DELETE', of: 'PACKAGE', ok: 200, changes: true, call: npmSend('PUT', (name) => `${name}/-rev/REV`, { versions: { '1.0.0': {} } }) },
  { route: 'npm DELETE :pkg/-rev/:rev', need: 'DELETE', of: 'PACKAGE', ok: 200, changes: true, call: npmSend('DELETE', (name) => `${name}/-rev/REV`) },
  { route: 'npm DELETE :pkg/-/:file/-rev/:rev', need: 'DELETE', of: 'PACKAGE', ok: 200, changes: true, call: npmSend('DELETE', (name) => `${name}/-/${name}-1.0.0.tgz/-rev/REV`) },

  { route: 'generic GET :pkg', need: 'READ', of: 'PACKAGE', ok: 200, call: (context) => ({ method: 'GET', path: genericUrl(context) }) },
  { route: 'generic GET :pkg/:version', need: 'READ', of: 'PACKAGE', ok: 200, call: (context) => ({ method: 'GET', path: genericUrl(context, '/1') }) },
  { route: 'generic GET :pkg/:version/*path', need: 'READ', of: 'PACKAGE', ok: 200, call: (context) => ({ method: 'GET', path: genericUrl(context, '/1/a.txt') }) },
  {
    route: 'generic PUT :pkg/:version/*path',
    need: 'PUBLISH',
    of: 'NEW',
    ok: 201,
    changes: true,
    call: ({ node, number }) => ({ method: 'PUT', path: `/api/packages/${node === '' ? '' : `${node}/`}generic/new-${number}/1/a.txt`, body: `new ${number}` }),
  },
  { route: 'generic DELETE :pkg', need: 'DELETE', of: 'PACKAGE', ok: 200, changes: true, call: (context) => ({ method: 'DELETE', path: genericUrl(context) }) },
  { route: 'generic DELETE :pkg/:version', need: 'DELETE', of: 'PACKAGE', ok: 200, changes: true, call: (context) => ({ method: 'DELETE', path: genericUrl(context, '/1') }) },
  { route: 'generic DELETE :pkg/:version/*path', need: 'DELETE', of: 'PACKAGE', ok: 200, changes: true, call: (context) => ({ method: 'DELETE', path: genericUrl(context, '/1/a.txt') }) },
  { route: 'oci GET ', need: 'SIGNED_IN', of: 'NOTHING', ok: 200, call: () => ({ method: 'GET', path: '/v2/' }) },
  { route: 'oci GET token', need: 'ANYBODY', of: 'NOTHING', ok: 200, call: () => ({ method: 'GET', path: '/v2/token?service=x' }) },
  { route: 'oci POST token', need: 'ANYBODY', of: 'NOTHING', ok: 400, call: () => ({ method: 'POST', path: '/v2/token', body: 'grant_type=none' }) },
  { route: 'oci GET _catalog', need: 'SIGNED_IN', of: 'NOTHING', ok: 200, call: () => ({ method: 'GET', path: '/v2/_catalog' }) },
  { route: 'oci GET *repository/tags/list', need: 'READ', of: 'PACKAGE', ok: 200, call: ociGet(() => 'tags/list') },
  { route: 'oci GET *repository/referrers/:digest', need: 'READ', of: 'PACKAGE', isEmptyIfMissing: 'ANYWHERE', ok: 200, call: ociGet(({ oci }) => `referrers/${oci.version.version}`) },
  { route: 'oci GET *repository/manifests/:reference', need: 'READ', of: 'PACKAGE', ok: 200, call: ociGet(() => 'manifests/1.0') },
  {
    route: 'oci PUT *repository/manifests/:reference',
    need: 'PUBLISH',
    of: 'NEW',
    isPath: true,
    ok: 201,
    changes: true,
    call: (context) => ({ method: 'PUT', path: ociNew(context, 'manifests/1.0'), headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' }, body: emptyIndex }),
  },
  { route: 'oci DELETE *repository/manifests/:reference', need: 'DELETE', of: 'PACKAGE', ok: 202, changes: true, call: (context) => ({ method: 'DELETE', path: ociUrl(context, `manifests/${context.target.oci.version.version}`) }) },
  // The same address with a tag.
  { route: 'oci DELETE *repository/manifests/:reference', note: 'by tag', need: 'PUBLISH', of: 'PACKAGE', ok: 202, changes: true, call: (context) => ({ method: 'DELETE', path: ociUrl(context, 'manifests/beta') }) },
  { route: 'oci POST *repository/blobs/uploads', need: 'PUBLISH', of: 'NEW', isPath: true, isAhead: true, ok: 202, changes: true, call: (context) => ({ method: 'POST', path: ociNew(context, 'blobs/uploads/') }) },
  { route: 'oci GET *repository/blobs/uploads/:id', need: 'PUBLISH', of: 'NEW', isPath: true, ok: 404, call: ociUpload('GET') },
  { route: 'oci PATCH *repository/blobs/uploads/:id', need: 'PUBLISH', of: 'NEW', isPath: true, ok: 404, call: ociUpload('PATCH') },
  { route: 'oci PUT *repository/blobs/uploads/:id', need: 'PUBLISH', of: 'NEW', isPath: true, ok: 404, call: ociUpload('PUT', `?digest=${digestOf('x')}`) },
  { route: 'oci DELETE *repository/blobs/uploads/:id', need: 'PUBLISH', of: 'NEW', isPath: true, ok: 404, call: ociUpload('DELETE') },
  { route: 'oci GET *repository/blobs/:digest', need: 'READ', of: 'PACKAGE', ok: 200, call: ociGet(({ number }) => `blobs/${digestOf(`layer ${number}`)}`) },
  { route: 'oci GET *repository/blobs/:digest', need: 'READ', of: 'PACKAGE', ok: 200, call: ociGet(({ number }) => `blobs/${digestOf(`held ${number}`)}`) },
  { route: 'oci DELETE *repository/blobs/:digest', need: 'DELETE', of: 'PACKAGE', isAhead: true, ok: 202, changes: true, call: (context) => ({ method: 'DELETE', path: ociUrl(context, `blobs/${digestOf(`held ${context.target.number}`)}`) }) },
  { route: 'server GET /api/files/*', need: 'READ', of: 'PACKAGE', byId: true, ok: 200, call: ({ target }) => ({ method: 'GET', path: `/api/files/${target.npm.fileIds[0]}/x` }) },
  { route: 'server PUT /api/uploads/*', need: 'PUBLISH', of: 'PROJECT', ok: 201, changes: true, call: async ({ openUpload, number }) => ({ method: 'PUT', path: `/api/uploads/${await openUpload()}`, body: `sent ${number}` }) },
  { route: 'server GET /api/audit/*', need: 'OWN', of: 'NODE_ITSELF', ok: 200, call: ({ node }) => ({ method: 'GET', path: `/api/audit/${node}` }) },
  { route: 'server PUT /api/uploads/*', need: 'SIGNED_IN', of: 'NOTHING', ok: 404, call: () => ({ method: 'PUT', path: '/api/uploads/upl_none', body: 'x' }) },
  { route: 'server GET /api/uploads/*', need: 'SIGNED_IN', of: 'NOTHING', ok: 404, call: () => ({ method: 'GET', path: '/api/uploads/upl_none' }) },
  {
    route: 'server PATCH /api/uploads/*',
    need: 'SIGNED_IN',
    of: 'NOTHING',
    ok: 404,
    call: () => ({ method: 'PATCH', path: '/api/uploads/upl_none', body: 'x', headers: { 'content-type': 'application/partial-upload', 'upload-offset': '0', 'upload-complete': '?0' } }),
  },
  { route: 'server DELETE /api/uploads/*', need: 'SIGNED_IN', of: 'NOTHING', ok: 404, call: () => ({ method: 'DELETE', path: '/api/uploads/upl_none' }) },
];
