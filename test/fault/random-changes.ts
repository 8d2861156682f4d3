import { npmTarball } from '../support/npm-tarball.ts';
import { packagePath, publishDocument } from '../wire/npm-request.ts';
import { adminSecret } from './server-process.ts';

const node = 'acme/widgets';
const names = ['alpha', '@acme/beta'];
const versions = ['1.0.0', '1.1.0', '2.0.0-rc.1'];
const tags = ['next', 'stable'];
const password = 'correct horse battery';

/** The changes that are tried, each of one package; those with more weight more often. */
const kinds = {
  publish: 14,
  setTag: 4,
  removeTag: 1,
  deprecate: 3,
  undeprecate: 2,
  yank: 2,
  unyank: 2,
  hide: 2,
  unhide: 2,
  deleteVersion: 2,
  deletePackage: 1,
  restoreVersion: 2,
  restorePackage: 2,
  closePackage: 2,
  openPackage: 2,
  closeNode: 1,
  openNode: 2,
  switchOff: 1,
  switchOn: 0,
};

type Kind = keyof typeof kinds;

/** A change of a package, or of the node that it is in. */
export interface Operation {
  kind: Kind;
  name: string;
  version: string;
  tag: string;
}

/** Draws a change. What is switched off is switched on next, since nothing else works meanwhile. */
export function randomOperation(random: () => number, last: Operation | undefined): Operation {
  if (last?.kind === 'switchOff') return { ...last, kind: 'switchOn' };
  const one = <Value>(list: readonly Value[]): Value => list[Math.floor(random() * list.length)] as Value;
  const weighted = Object.entries(kinds).flatMap(([kind, weight]) => Array<Kind>(weight).fill(kind as Kind));
  return { kind: one(weighted), name: one(names), version: one(versions), tag: one(tags) };
}

/** The end of any sequence of changes: a package is there, and then closed to those who have no right to it. */
export const lastOperations: readonly Operation[] = (['switchOn', 'publish', 'closeNode'] as const).map((kind) => ({ kind, name: 'alpha', version: '1.0.0', tag: 'stable' }));

/** Who looks: the admin, somebody without any role, nobody. */
type Viewer = 'admin' | 'outsider' | 'anonymous';

/** One or several servers on one database, as a client knows them. */
export class Side {
  readonly urls: readonly string[];
  /** Of namespaces, packages and versions, by what they are called. */
  readonly ids = new Map<string, string>();
  /** The last entity tag that was seen of a document, from whichever server. */
  readonly entityTags = new Map<string, string>();
  readonly #secrets: Record<Viewer, string | undefined> = { admin: adminSecret, outsider: undefined, anonymous: undefined };

  private constructor(urls: readonly string[]) {
    this.urls = urls;
  }

  /** Makes namespaces and the outsider in an empty registry. */
  static async prepare(urls: readonly string[]): Promise<Side> {
    const side = new Side(urls);
    const group = await side.mutate(0, 'createGroup(input: { slug: "acme", visibility: PUBLIC }) { ... on CreateGroupPayload { group { id } } }');
    const project = await side.mutate(0, 'createProject(input: { parent: "acme", slug: "widgets", visibility: PUBLIC }) { ... on CreateProjectPayload { project { id } } }');
    side.ids.set('acme', group.group.id).set(node, project.project.id);
    await side.mutate(0, `createUser(input: { username: "outsider", password: "${password}" }) { __typename }`);
    const signedIn = await side.fetch(0, '/api/packages/npm/-/user/org.couchdb.user:outsider', 'anonymous', { method: 'PUT', body: JSON.stringify({ name: 'outsider', password }) });
    side.#secrets.outsider = ((await signedIn.json()) as { token: string }).token;
    return side;
  }

  /** A request to one of the servers, which all go by one name. */
  fetch(server: number, path: string, as: Viewer, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ 'x-forwarded-host': 'packages.example', ...(init.headers as Record<string, string>) });
    const secret = this.#secrets[as];
    if (secret !== undefined) headers.set('authorization', `Bearer ${secret}`);
    return fetch(`${this.urls[server]}${path}`, { ...init, headers });
  }

  async graphql(server: number, as: Viewer, query: string): Promise<{ data: any; errors?: unknown }> {
    const response = await this.fetch(server, '/graphql', as, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
    return (await response.json()) as { data: any; errors?: unknown };
  }

  /** The one field of a mutation by the admin. */
  async mutate(server: number, field: string): Promise<any> {
    const { data, errors } = await this.graphql(server, 'admin', `mutation { result: ${field} }`);
    return data?.result ?? errors;
  }
}

/** Makes a change at a server and tells what it answers, without what is of that registry alone. */
export async function applyOperation(side: Side, server: number, { kind, name, version, tag }: Operation): Promise<unknown> {
  await learnIds(side, server, name);
  const packageId = JSON.stringify(side.ids.get(name) ?? 'pkg_none');
  const versionId = JSON.stringify(side.ids.get(`${name}@${version}`) ?? 'ver_none');
  const mutate = async (field: string, input: string) => tidy(await side.mutate(server, `${field}(input: { ${input} }) { __typename ... on UserError { code message } }`));
  const npm = async (path: string, init: RequestInit) => {
    const response = await side.fetch(server, `/api/packages/${node}/npm/${path}`, 'admin', { ...init, headers: { 'content-type': 'application/json' } });
    return [response.status, tidy(await response.json())];
  };
  const operations: Record<Kind, () => Promise<unknown>> = {
    publish: async () => npm(packagePath(name), { method: 'PUT', body: JSON.stringify(await publishDocument(name, version, { tarball: await npmTarball({ name, version }) })) }),
    setTag: () => npm(`-/package/${packagePath(name)}/dist-tags/${tag}`, { method: 'PUT', body: JSON.stringify(version) }),
    removeTag: () => npm(`-/package/${packagePath(name)}/dist-tags/${tag}`, { method: 'DELETE' }),
    deprecate: () => mutate('deprecateVersions', `packageId: ${packageId}, versions: ["${version}"], message: "use ${tag}"`),
    undeprecate: () => mutate('deprecateVersions', `packageId: ${packageId}, versions: ["${version}"]`),
    yank: () => mutate('yankVersion', `versionId: ${versionId}, reason: "bad"`),
    unyank: () => mutate('unyankVersion', `versionId: ${versionId}`),
    hide: () => mutate('hideVersion', `versionId: ${versionId}`),
    unhide: () => mutate('unhideVersion', `versionId: ${versionId}`),
    deleteVersion: () => mutate('deleteVersion', `versionId: ${versionId}`),
    deletePackage: () => mutate('deletePackage', `packageId: ${packageId}`),
    restoreVersion: () => mutate('restore', `versionId: ${versionId}`),
    restorePackage: () => mutate('restore', `packageId: ${packageId}`),
    closePackage: () => mutate('setPackageAccess', `packageId: ${packageId}, visibility: PRIVATE`),
    openPackage: () => mutate('setPackageAccess', `packageId: ${packageId}, visibility: null`),
    closeNode: () => mutate('updateNamespace', `namespaceId: "${side.ids.get(node)}", visibility: ${tag === 'next' ? 'INTERNAL' : 'PRIVATE'}`),
    openNode: () => mutate('updateNamespace', `namespaceId: "${side.ids.get(node)}", visibility: PUBLIC`),
    switchOff: () => mutate('updateSettings', `namespaceId: "${side.ids.get('acme')}", registryEnabled: { value: false }`),
    switchOn: () => mutate('updateSettings', `namespaceId: "${side.ids.get('acme')}", registryEnabled: { value: null }`),
  };
  return operations[kind]();
}

/** What a server shows of a package to everybody: by npm with the tag of what they have seen before, and by GraphQL. */
export async function observe(side: Side, server: number, name: string): Promise<Record<string, { status: unknown; body: unknown }>> {
  const viewers = ['admin', 'outsider', 'anonymous'] as const;
  const documents = viewers.flatMap((as) => [`/api/packages/${node}/npm/${packagePath(name)}`, `/api/packages/npm/${packagePath(name)}`].map((path) => ({ as, path })));
  const shown = await Promise.all([
    ...documents.map(async ({ as, path }) => [`${as} ${path}`, await document(side, server, as, path)] as const),
    ...viewers.map(async (as) => [`${as} GraphQL`, { status: 'data', body: tidy(await side.graphql(server, as, query(name))) }] as const),
  ]);
  return Object.fromEntries(shown);
}

async function document(side: Side, server: number, as: Viewer, path: string): Promise<{ status: number; body: unknown }> {
  const key = `${as} ${path}`;
  const known = side.entityTags.get(key);
  const accept = as === 'admin' ? 'application/json' : 'application/vnd.npm.install-v1+json';
  const response = await side.fetch(server, path, as, { headers: { accept, ...(known === undefined ? {} : { 'if-none-match': known }) } });
  const text = await response.text();
  const entityTag = response.headers.get('etag');
  if (response.status === 200 && entityTag !== null) side.entityTags.set(key, entityTag);
  return { status: response.status, body: text === '' ? '' : tidy(JSON.parse(text)) };
}

const query = (name: string) => `{
  package(namespace: "${node}", format: NPM, name: "${name}") {
    name visibility sizeBytes
    tags { name version { version } }
    latestVersion { version }
    versions(first: 20) { totalCount nodes { version status statusReason tags files { sha512 downloadUrl } } }
  }
  packages(first: 20) { totalCount nodes { name latestVersion { version } } }
  namespace(path: "${node}") { path visibility }
}`;

/** Asks for the ids of a package and its versions where they can be seen; those seen before stay known. */
async function learnIds(side: Side, server: number, name: string): Promise<void> {
  const { data } = await side.graphql(server, 'admin', `{ package(namespace: "${node}", format: NPM, name: "${name}") { id versions(first: 20) { nodes { id version } } } }`);
  if (!data?.package) return;
  side.ids.set(name, data.package.id);
  for (const { id, version } of data.package.versions.nodes) side.ids.set(`${name}@${version}`, id);
}

/** Without ids, instants and numbers of requests. */
function tidy(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\b[a-z]{2,4}_[0-9A-Za-z]{20,}/g, '<id>')
    .replace(/"_rev":"(\d+)-\w+"/g, '"_rev":"$1"');
  return JSON.parse(text);
}
