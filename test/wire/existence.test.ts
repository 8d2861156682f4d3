import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MembershipTable } from '../../src/db/tables/access.ts';
import { newId } from '../../src/ids.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import type { Route } from '../../shims/kit/shim.ts';
import { generic } from '../../shims/generic/index.ts';
import { npm } from '../../shims/npm/index.ts';
import { publishAs } from '../contract/registry.ts';
import { type Person, startApp, type TestApp, userOf } from '../support/app.ts';
import { blinded, type HiddenCase, makeHidden, traces, twin } from '../support/hidden.ts';
import { npmPublish, packagePath, publishDocument } from './npm-request.ts';

/** A request for something; `path` below the endpoint, whatever names it holds. */
interface Way {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What a way is made of. */
interface Asked {
  /** As it stands in a URL. */
  name: string;
  /** As it stands in a document. */
  plainName: string;
  /** Revision of the hidden package. */
  rev: string;
}

const json = { 'content-type': 'application/json' };
const put = (path: string, body: unknown): Way => ({ method: 'PUT', path, headers: json, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** How each route of npm that names a package is asked. A new route without a row fails. */
const npmWays: Record<string, (asked: Asked) => Way[] | Promise<Way[]>> = {
  'GET :pkg': ({ name }) => [...reads(name), ...reads(name, { accept: 'application/vnd.npm.install-v1+json' })],
  'GET :pkg/:version': ({ name }) => [...reads(`${name}/1.0.0`), ...reads(`${name}/latest`).slice(0, 2), ...reads(`${name}/9.9.9`).slice(0, 1)],
  'GET :pkg/-/:file': ({ name, plainName }) => reads(`${name}/-/${plainName.slice('@team/'.length)}-1.0.0.tgz`),
  'GET -/package/:pkg/dist-tags': ({ name }) => reads(`-/package/${name}/dist-tags`),
  'PUT -/package/:pkg/dist-tags/:tag': ({ name }) => [put(`-/package/${name}/dist-tags/next`, '"1.0.0"')],
  'POST -/package/:pkg/dist-tags/:tag': ({ name }) => [{ ...put(`-/package/${name}/dist-tags/next`, '"1.0.0"'), method: 'POST' }],
  'DELETE -/package/:pkg/dist-tags/:tag': ({ name }) => ['latest', 'next'].map((tag) => ({ method: 'DELETE', path: `-/package/${name}/dist-tags/${tag}` })),
  'PUT :pkg': async ({ name, plainName, rev }) => [
    put(name, await publishDocument(plainName, '1.0.0')),
    put(name, await publishDocument(plainName, '2.0.0')),
    put(name, { _id: plainName, _rev: rev, name: plainName, versions: { '1.0.0': { name: plainName, version: '1.0.0', deprecated: 'old' } } }),
  ],
  'PUT :pkg/-rev/:rev': ({ name, plainName, rev }) => [put(`${name}/-rev/${rev}`, { name: plainName, versions: {} }), put(`${name}/-rev/1-x`, { name: plainName, versions: {} })],
  'DELETE :pkg/-rev/:rev': ({ name, rev }) => [{ method: 'DELETE', path: `${name}/-rev/${rev}` }, { method: 'DELETE', path: `${name}/-rev/1-x` }],
  'DELETE :pkg/-/:file/-rev/:rev': ({ name, plainName, rev }) => [{ method: 'DELETE', path: `${name}/-/${plainName.slice('@team/'.length)}-1.0.0.tgz/-rev/${rev}` }],
};

/** The same of generic files. */
const genericWays: Record<string, (asked: Asked) => Way[]> = {
  'GET :pkg': ({ name }) => reads(name),
  'GET :pkg/:version': ({ name }) => reads(`${name}/1.0.0`),
  'GET :pkg/:version/*path': ({ name }) => [...reads(`${name}/1.0.0/file.txt`), ...reads(`${name}/1.0.0/other.txt`).slice(0, 1)],
  'PUT :pkg/:version/*path': ({ name }) => [
    { method: 'PUT', path: `${name}/1.0.0/file.txt`, body: 'x' },
    { method: 'PUT', path: `${name}/2.0.0/file.txt`, body: 'x' },
    { method: 'PUT', path: `${name}/1.0.0/file.txt`, body: 'x', headers: { 'if-none-match': '*' } },
    { method: 'PUT', path: `${name}/1.0.0/file.txt`, body: 'x', headers: { 'if-match': '*' } },
  ],
  'DELETE :pkg': ({ name }) => [{ method: 'DELETE', path: name }],
  'DELETE :pkg/:version': ({ name }) => [{ method: 'DELETE', path: `${name}/1.0.0` }],
  'DELETE :pkg/:version/*path': ({ name }) => [{ method: 'DELETE', path: `${name}/1.0.0/file.txt` }],
};

/** Routes of npm that name no package: why they tell nothing of one. */
const nameless: Record<string, string> = {
  'GET -/ping': 'asks for nothing',
  'GET -/whoami': 'the caller themselves',
  'POST -/v1/login': 'never there',
  'PUT -/user/:id': 'people, below',
  'DELETE -/user/token/:token': 'takes the secret itself, and who has that has the token',
  'GET -/npm/v1/tokens': "the caller's own",
  'POST -/npm/v1/tokens': "the caller's own",
  'DELETE -/npm/v1/tokens/token/:key': 'tokens, below',
  'GET -/v1/search': 'search, below',
  'POST -/npm/v1/security/advisories/bulk': 'answers without looking anything up',
  'POST -/npm/v1/security/audits/quick': 'answers without looking anything up',
  'POST -/npm/v1/security/audits': 'answers without looking anything up',
};

const rarer = new Set(['range', 'if-match', 'if-range', 'if-modified-since']);

/** A read with everything that could make its answer differ, the likelier first. `ETAG` and `DATE` stand for what the hidden thing has. */
function reads(path: string, headers: Record<string, string> = {}): Way[] {
  const variants: Record<string, string>[] = [{}, { 'if-none-match': 'ETAG' }, { range: 'bytes=0-3' }, { 'if-none-match': '*' }, { 'if-match': 'ETAG' }, { 'if-modified-since': 'DATE' }, { range: 'bytes=0-3', 'if-range': 'ETAG' }];
  return [...variants.map((more) => ({ method: 'GET', path, headers: { ...headers, ...more } })), { method: 'HEAD', path, headers }, { method: 'HEAD', path, headers: { ...headers, 'if-none-match': 'ETAG' } }];
}

let app: TestApp;
let cases: HiddenCase[];

beforeAll(async () => {
  app = await startApp();
  cases = await makeHidden(app);
});
afterAll(() => app?.close());

/** All of an answer that could tell something, without the word that was asked for. */
async function answer(secret: string | undefined, url: string, { method, headers = {}, body }: Omit<Way, 'path'>): Promise<Record<string, unknown>> {
  const credential: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const response = await fetch(`${app.url}${url}`, { method, redirect: 'manual', headers: { ...headers, ...credential }, ...(body === undefined ? {} : { body }) });
  const told = [...response.headers].filter(([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name));
  return { status: response.status, headers: blinded(JSON.stringify(told)), body: blinded(await response.text()) };
}

const endpoint = (path: string, format: string) => `/api/packages/${path === '' ? '' : `${path}/`}${format}`;

interface Validators {
  etag: string;
  date: string;
}

const known = new Map<string, Validators>();

/** The entity tag and date that the hidden thing has for those who may read it. */
async function validators(url: string, headers: Record<string, string>): Promise<Validators> {
  const key = `${url} ${headers['accept']}`;
  const found = known.get(key) ?? (await readValidators(url, headers));
  known.set(key, found);
  return found;
}

async function readValidators(url: string, headers: Record<string, string>): Promise<Validators> {
  const plain = Object.fromEntries(Object.entries(headers).filter(([name]) => name === 'accept'));
  const { headers: got, body } = await fetch(`${app.url}${url}`, { headers: { ...plain, authorization: `Bearer ${app.secrets.admin}` } });
  await body?.cancel();
  return { etag: got.get('etag') ?? '"x"', date: got.get('last-modified') ?? new Date(app.clock.now()).toUTCString() };
}

/** The hidden thing and its twin, each at an endpoint, must be refused alike. */
async function expectAlike(place: string, secret: string | undefined, format: string, [view, way]: [string, Way], [twinView, other]: [string, Way]): Promise<void> {
  const url = `${endpoint(view, format)}/${way.path}`;
  const isRead = way.method === 'GET' || way.method === 'HEAD';
  const { etag, date } = isRead ? await validators(url, way.headers ?? {}) : { etag: '"x"', date: '' };
  const headers = Object.fromEntries(Object.entries(way.headers ?? {}).map(([name, value]) => [name, value.replace('ETAG', etag).replace('DATE', date)]));
  const hidden = await answer(secret, url, { ...way, headers });
  const absent = await answer(secret, `${endpoint(twinView, format)}/${other.path}`, { ...other, headers });
  const what = `${place}: ${way.method} ${url} ${JSON.stringify(headers)}`;
  expect({ what, ...hidden }).toEqual({ what, ...absent });
  expect([401, 403, 404], what).toContain(hidden['status']);
}

/** A way at every endpoint and by every caller; the rarer conditions at the package's own endpoint only. */
function comparisons({ title, pair, callers }: HiddenCase, route: string, format: string, way: Way, other: Way): Promise<void>[] {
  const views = Object.keys(way.headers ?? {}).some((name) => rarer.has(name)) ? [pair.path] : pair.views;
  return callers.flatMap(([who, secret]) =>
    views.flatMap((view) => {
      const place = `${who}, ${title}, ${route}`;
      const alike = [expectAlike(place, secret, format, [view, way], [view, other])];
      // Where the node itself is hidden, one that is not there.
      return twin(view) === view ? alike : [...alike, expectAlike(place, secret, format, [view, way], [twin(view), other])];
    }),
  );
}

describe('what must not be known is answered like what is not there', { timeout: 120_000 }, () => {
  it('every route that names a package is asked', () => {
    const named = (routes: Route[]) => routes.map(({ method, path }) => `${method} ${path}`).sort();
    expect(named(npm.routes)).toEqual([...Object.keys(npmWays), ...Object.keys(nameless)].sort());
    expect(named(generic.routes)).toEqual(Object.keys(genericWays).sort());
  });

  it.for(['npm', 'generic'] as const)('by every route of %s', async (format) => {
    const before = await traces(app);
    for (const hidden of cases) {
      if (hidden.formats && !hidden.formats.includes(format)) continue;
      const name = hidden.pair[format];
      const response = await app.fetch(`${endpoint(hidden.pair.path, format)}/${packagePath(name)}`, 'admin');
      const { _rev: rev = '1-0' } = format === 'npm' ? ((await response.json()) as { _rev?: string }) : {};
      for (const [route, waysOf] of Object.entries(format === 'npm' ? npmWays : genericWays)) {
        const ways = await waysOf({ name: packagePath(name), plainName: name, rev });
        const twins = await waysOf({ name: twin(packagePath(name)), plainName: twin(name), rev });
        await Promise.all(ways.flatMap((way, index) => comparisons(hidden, route, format, way, twins[index] as Way)));
      }
    }
    expect(await traces(app)).toEqual(before);
  });

  it.for(['npm', 'generic'] as const)('where it was deleted, to whoever may not see that, by every route of %s', async (format) => {
    const name = format === 'npm' ? '@team/secret-deleted' : 'secret-deleted';
    const { package: owner } = await publishAs(app, { as: 'admin', format, name });
    await deletePackage(app.core, await app.actor('admin'), owner.id);
    const deleted: HiddenCase = {
      title: 'deleted',
      pair: { npm: name, generic: name, path: 'acme/widgets', views: ['', 'acme', 'acme/widgets'] },
      callers: [['a REPORTER', app.secrets.reader], ['an outsider', app.secrets.outsider], ['anonymous', undefined]],
    };
    const before = await traces(app);
    for (const [route, waysOf] of Object.entries(format === 'npm' ? npmWays : genericWays)) {
      const ways = await waysOf({ name: packagePath(name), plainName: name, rev: '1-0' });
      const twins = await waysOf({ name: packagePath(twin(name)), plainName: twin(name), rev: '1-0' });
      await Promise.all(ways.flatMap((way, index) => comparisons(deleted, route, format, way, twins[index] as Way)));
    }
    expect(await traces(app)).toEqual(before);
  });

  it('in searches and their totals', async () => {
    for (const { pair, callers, formats } of cases) {
      if (formats && !formats.includes('npm')) continue;
      for (const [who, secret] of callers) {
        for (const view of pair.views) {
          for (const text of [pair.npm, pair.generic, pair.npm.toUpperCase()]) {
            const search = (path: string, words: string) => answer(secret, `${endpoint(path, 'npm')}/-/v1/search?text=${encodeURIComponent(words)}`, { method: 'GET' });
            const hidden = await search(view, text);
            expect({ who, view, text, ...hidden }).toEqual({ who, view, text, ...(await search(twin(view), text.replace(/secret/i, 'absent'))) });
            if (hidden['status'] === 200) expect(JSON.parse(hidden['body'] as string)).toMatchObject({ objects: [], total: 0 });
          }
        }
      }
    }
  });

  it('by the address of a file', async () => {
    for (const { pair, callers, formats = ['npm', 'generic'] as const } of cases) {
      for (const format of formats) {
        const [file] = await app.core.database.reads.query('SELECT f.id, f.name FROM file f JOIN version v ON v.id = f.version_id JOIN package p ON p.id = v.package_id WHERE p.name = ?', [pair[format]]);
        for (const [who, secret] of callers) {
          for (const way of reads('')) {
            const { etag, date } = await validators(`/api/files/${file.id}/${file.name}`, {});
            const headers = Object.fromEntries(Object.entries(way.headers ?? {}).map(([name, value]) => [name, value.replace('ETAG', etag).replace('DATE', date)]));
            const hidden = await answer(secret, `/api/files/${file.id}/${file.name}`, { method: way.method, headers });
            const absent = await answer(secret, `/api/files/${newId('file')}/${twin(file.name)}`, { method: way.method, headers });
            expect({ who, way, ...hidden }).toEqual({ who, way, ...absent });
            expect([401, 404]).toContain(hidden['status']);
          }
        }
      }
    }
  });

  it('by the address of an upload', async () => {
    const id = newId('upload');
    const developer = await userOf(app.core, 'developer');
    const [node] = await app.core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme/widgets'");
    const columns = { id, namespace_id: node.id, principal_id: developer?.id, file_name: 'secret', created_at: app.clock.now(), expires_at: app.clock.now() + 60_000 };
    const insert = `INSERT INTO upload_session (${Object.keys(columns).join(', ')}) VALUES (${Object.keys(columns).map(() => '?').join(', ')})`;
    await app.core.database.tx((tx) => tx.query(insert, Object.values(columns)));
    for (const secret of [undefined, app.secrets.outsider, app.secrets.reader, app.secrets.owner, app.secrets.admin]) {
      const chunk = { 'content-type': 'application/partial-upload', 'upload-offset': '0', 'upload-complete': '?1' };
      for (const init of [{ method: 'PUT', body: 'x' }, { method: 'PATCH', body: 'x', headers: chunk }, { method: 'HEAD' }, { method: 'GET' }, { method: 'DELETE' }]) {
        const hidden = await answer(secret, `/api/uploads/${id}`, init);
        expect(hidden).toEqual(await answer(secret, `/api/uploads/${newId('upload')}`, init));
        expect(hidden['status']).toBe(secret === undefined ? 401 : 404);
      }
    }
    expect(await app.core.database.reads.query('SELECT object_key AS k, received_bytes AS received, turn FROM upload_session WHERE id = ?', [id])).toEqual([{ k: null, received: 0, turn: 0 }]);
  });

  it('tokens of others, and user names at sign-in', async () => {
    const [token] = await app.core.database.reads.query("SELECT t.id FROM access_token t JOIN user u ON u.id = t.user_id WHERE u.username = 'owner'");
    for (const secret of [undefined, app.secrets.outsider, app.secrets.reader]) {
      const revoke = (id: string) => answer(secret, `${endpoint('', 'npm')}/-/npm/v1/tokens/token/${id}`, { method: 'DELETE' });
      const hidden = await revoke(token.id);
      expect(hidden).toEqual(await revoke(newId('token')));
      expect(hidden['status']).toBe(secret === undefined ? 401 : 404);
    }
    const signIn = (name: string) =>
      answer(undefined, `${endpoint('', 'npm')}/-/user/org.couchdb.user:${name}`, { method: 'PUT', headers: json, body: JSON.stringify({ name, password: 'wrong password' }) });
    const known = await signIn('owner');
    expect(known).toEqual(await signIn('nobody'));
    expect(known['status']).toBe(401);
  });

  it('but for what the rules cannot help telling', async () => {
    const put = (name: string, as: Person, namespace = 'acme/widgets') => npmPublish(app, name, '3.0.0', { as, namespace });
    // Who may publish in a namespace learns that a name is taken there: it has to fail. Restricted packages are no exception.
    expect([(await put('@team/secret-c', 'developer')).status, (await put('@team/absent-c', 'developer')).status]).toEqual([403, 201]);
    // A name has one owner in a top-level group, so that nobody publishes into somebody else's resolution.
    const other = await app.namespace('acme/other');
    await insertMember(app, other.id);
    const taken = await put('@team/secret-d', 'outsider', 'acme/other');
    expect([taken.status, ((await taken.json()) as { code: string }).code]).toEqual([409, 'NAME_OWNED_ELSEWHERE']);
    // Whoever may rename a namespace learns which paths beside it are taken.
    const rename = (slug: string) => ({ method: 'POST', headers: json, body: JSON.stringify({ query: `mutation { updateNamespace(input: { namespaceId: "${other.id}", slug: "${slug}" }) { __typename } }` }) });
    const [onto, free] = [await app.fetch('/graphql', 'outsider', rename('widgets')), await app.fetch('/graphql', 'outsider', rename('absent'))];
    expect([JSON.stringify(await onto.json()), JSON.stringify(await free.json())]).toEqual([expect.stringContaining('NamespaceExists'), expect.stringContaining('UpdateNamespacePayload')]);
  });
});

/** Makes the outsider an owner of one node alone. */
async function insertMember({ core }: TestApp, namespaceId: string): Promise<void> {
  const outsider = await userOf(core, 'outsider');
  await core.database.tx((tx) => tx.insert(MembershipTable, { userId: outsider?.id ?? '', namespaceId, role: 'OWNER', createdAt: 0 }));
  core.authenticator.forget();
}
