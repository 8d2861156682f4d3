import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/schema.ts';
import { idPrefixes, type IdKind, newId } from '../../src/ids.ts';
import type { EventType } from '../../src/events/kinds.ts';
import { changeVersion, type StatusChange } from '../../src/packages/status.ts';
import { inputsFor } from '../graphql/mutation-inputs.ts';
import { password } from '../support/app.ts';
import { npmPath } from '../wire/npm-request.ts';
import type { FieldContext } from './field-row.ts';
import { mutationRows } from './mutation-rows.ts';
import type { Asker } from './reference.ts';
import { formatOf, routeRows } from './routes.ts';
import { makeWorld, type PackageOf, type Place, type World } from './world.ts';

/** What each mutation is recorded as; null: nothing that others could be told of is changed. */
const recordedAs: Record<string, EventType | readonly EventType[] | null> = {
  createGroup: 'NAMESPACE_CREATED',
  createProject: 'NAMESPACE_CREATED',
  updateNamespace: 'NAMESPACE_UPDATED',
  deleteNamespace: 'NAMESPACE_DELETED',
  // Bytes that nobody sees until they are published.
  createUpload: null,
  publishPackage: 'PACKAGE_PUBLISHED',
  setTag: 'TAG_SET',
  removeTag: 'TAG_REMOVED',
  deprecateVersions: 'VERSIONS_DEPRECATED',
  yankVersion: 'VERSIONS_YANKED',
  unyankVersion: 'VERSIONS_UNYANKED',
  hideVersion: 'VERSIONS_HIDDEN',
  unhideVersion: 'VERSIONS_UNHIDDEN',
  deletePackage: 'PACKAGE_DELETED',
  deleteVersion: 'VERSION_DELETED',
  deleteFile: 'FILE_DELETED',
  restore: ['VERSION_RESTORED', 'FILE_RESTORED', 'PACKAGE_RESTORED'],
  setPackageAccess: 'ACCESS_CHANGED',
  updateSettings: 'SETTINGS_CHANGED',
  createProtectionRule: 'PROTECTION_CHANGED',
  updateProtectionRule: 'PROTECTION_CHANGED',
  deleteProtectionRule: 'PROTECTION_CHANGED',
  setCleanupPolicy: 'CLEANUP_CHANGED',
  deleteCleanupPolicy: 'CLEANUP_CHANGED',
  // It only looks.
  previewCleanup: null,
  runCleanup: 'CLEANUP_CHANGED',
  createWebhook: 'WEBHOOK_CHANGED',
  updateWebhook: 'WEBHOOK_CHANGED',
  rotateWebhookSecret: 'WEBHOOK_CHANGED',
  deleteWebhook: 'WEBHOOK_CHANGED',
  // What was sent stands with the webhook.
  redeliver: null,
  pingWebhook: null,
  createToken: 'TOKEN_CREATED',
  createNamespaceToken: 'TOKEN_CREATED',
  rotateToken: 'TOKEN_ROTATED',
  revokeToken: 'TOKEN_REVOKED',
  mintJobToken: 'TOKEN_CREATED',
  setMember: 'MEMBER_SET',
  removeMember: 'MEMBER_REMOVED',
  createUser: 'USER_CREATED',
  updateUser: 'USER_CHANGED',
  createTeam: 'TEAM_CHANGED',
  updateTeam: 'TEAM_CHANGED',
  addTeamMember: 'TEAM_CHANGED',
  removeTeamMember: 'TEAM_CHANGED',
  deleteTeam: 'TEAM_CHANGED',
  changePassword: 'USER_CHANGED',
  // That somebody uses their rights changes none.
  signIn: null,
  signOut: null,
};

/** What each route of a native client that changes something is recorded as. */
const routesRecordedAs: Record<string, EventType> = {
  'npm PUT -/package/:pkg/dist-tags/:tag PACKAGE': 'TAG_SET',
  'npm POST -/package/:pkg/dist-tags/:tag PACKAGE': 'TAG_SET',
  'npm DELETE -/package/:pkg/dist-tags/:tag PACKAGE': 'TAG_REMOVED',
  'npm PUT :pkg NEW': 'PACKAGE_PUBLISHED',
  'npm PUT :pkg PACKAGE': 'VERSIONS_DEPRECATED',
  'npm PUT :pkg/-rev/:rev PACKAGE': 'VERSION_DELETED',
  'npm DELETE :pkg/-rev/:rev PACKAGE': 'PACKAGE_DELETED',
  'npm DELETE :pkg/-/:file/-rev/:rev PACKAGE': 'VERSION_DELETED',
  'oci PUT *repository/manifests/:reference NEW': 'PACKAGE_PUBLISHED',
  'oci DELETE *repository/manifests/:reference PACKAGE': 'VERSION_DELETED',
  'oci DELETE *repository/manifests/:reference PACKAGE by tag': 'TAG_REMOVED',
  'generic PUT :pkg/:version/*path NEW': 'PACKAGE_PUBLISHED',
  'maven PUT *path NEW': 'PACKAGE_PUBLISHED',
  'pypi POST legacy NEW': 'PACKAGE_PUBLISHED',
  'pypi POST  NEW': 'PACKAGE_PUBLISHED',
  'nuget PUT v3/package NEW': 'PACKAGE_PUBLISHED',
  'nuget PUT api/v2 NEW': 'PACKAGE_PUBLISHED',
  'nuget PUT api/v2/package NEW': 'PACKAGE_PUBLISHED',
  'nuget DELETE v3/package/:id/:version PACKAGE': 'VERSIONS_HIDDEN',
  'nuget POST v3/package/:id/:version PACKAGE': 'VERSIONS_UNHIDDEN',
  'nuget DELETE api/v2/package/:id/:version PACKAGE': 'VERSIONS_HIDDEN',
  'nuget POST api/v2/package/:id/:version PACKAGE': 'VERSIONS_UNHIDDEN',
  'nuget DELETE api/v2/:id/:version PACKAGE': 'VERSIONS_HIDDEN',
  'generic DELETE :pkg PACKAGE': 'PACKAGE_DELETED',
  'generic DELETE :pkg/:version PACKAGE': 'VERSION_DELETED',
  'generic DELETE :pkg/:version/*path PACKAGE': 'FILE_DELETED',
};

interface Recorded {
  type: EventType;
  actorId: string | null;
  tokenId: string | null;
  address: string | null;
  payload: string;
}

let world: World;
let place: Place;
let number = 0;
beforeAll(async () => {
  world = await makeWorld();
  place = world.places.find(({ name }) => name === 'public')!;
}, 60_000);
afterAll(() => world?.app.close());

const reads = () => world.app.core.database.reads;
const asker = (name: string): Asker => world.askers.find((one) => one.name === name)!;
const headersOf = (name: string) => ({ 'content-type': 'application/json', ...world.headers(asker(name), place) });
const lastWritten = async (): Promise<number> => Number((await reads().query('SELECT COALESCE(MAX(rowid), 0) AS last FROM event'))[0].last);
const since = (last: number): Promise<Recorded[]> =>
  reads().query('SELECT type, actor_id AS actorId, token_id AS tokenId, address, payload FROM event WHERE rowid > ? ORDER BY rowid', [last]);

/** Who acts with a token, as events name them. */
async function whoIs(name: string): Promise<Pick<Recorded, 'actorId' | 'tokenId' | 'address'>> {
  const secret = headersOf(name) as { authorization?: string };
  const { user, token } = await world.app.core.authenticator.actorOf({ kind: 'secret', secret: secret.authorization?.slice('Bearer '.length) ?? '' });
  return { actorId: user?.id ?? token?.id ?? '', tokenId: token?.id ?? '', address: '127.0.0.1' };
}

async function contextFor(as: string): Promise<FieldContext> {
  return {
    app: world.app,
    place,
    target: await world.fresh(place, 'npm', 'generic'),
    number: 10_000 + number++,
    fixture: (_name, make) => make() as never,
    mayChange: true,
    headers: world.headers(asker(as), place),
    fresh: () => world.fresh(place, 'npm'),
    whileOn: (work) => work(),
  };
}

async function post(as: string, query: string, variables: object = {}) {
  const response = await fetch(`${world.app.url}/graphql`, { method: 'POST', headers: headersOf(as), body: JSON.stringify({ query, variables }) });
  return (await response.json()) as { data?: any; errors?: unknown[] };
}

/** What must be so before a mutation has something to change. */
const first: Record<string, StatusChange> = { unyankVersion: 'YANK', unhideVersion: 'HIDE' };

describe('every change that a mutation makes', () => {
  it('is looked at here', () => {
    const mutations = Object.keys(createSchema(world.app.core.formats.list()).getMutationType()?.getFields() ?? {});
    expect(Object.keys(recordedAs).sort()).toEqual(mutations.sort());
  });

  it.for(mutationRows.filter(({ need }) => need !== 'NOBODY').map((row, index) => ({ ...row, name: row.field.slice('Mutation.'.length), title: `${row.field} (row ${index + 1})` })))('$title is recorded, with who did it, with what and from where', async (row) => {
    const as = row.name === 'mintJobToken' ? 'deploy that mints' : 'admin';
    const context = await contextFor(as);
    const change = first[row.name];
    if (change) await changeVersion(world.app.core, await world.app.actor('admin'), context.target.npm.version.id, change, 'why');
    const { document, variables, isDone } = await row.operation(context);
    const before = await lastWritten();
    const { data, errors } = await post(as, document, variables);
    expect([errors, isDone?.(data)]).toEqual([undefined, true]);
    const events = await since(before);
    const expected = recordedAs[row.name];
    if (expected === null) return expect(events).toEqual([]);
    const who = await whoIs(as);
    expect(events.length).toBeGreaterThan(0);
    for (const { type, actorId, tokenId, address } of events) {
      expect([expected].flat()).toContain(type);
      expect({ actorId, tokenId, address }).toEqual(who);
    }
    return undefined;
  });

  it('leaves nothing where it is refused', async () => {
    for (const row of mutationRows) {
      const name = row.field.slice('Mutation.'.length);
      if (recordedAs[name] === null) continue;
      const { document, variables } = await row.operation(await contextFor('admin'));
      const before = await lastWritten();
      const as = name === 'createToken' || name === 'changePassword' ? "owner's READ" : 'outsider';
      // A person without the scope changes no tokens; who does not know the password, no password.
      const input = (variables as { input: object }).input;
      const { data } = await post(as, document, { input: name === 'changePassword' ? { ...input, currentPassword: 'not the password' } : input });
      expect([name, data?.[name]?.__typename?.endsWith('Payload') ?? false]).toEqual([name, false]);
      expect([name, await since(before)]).toEqual([name, []]);
    }
  });

  it('leaves nothing where it fails for whoever may do everything', async () => {
    const schema = createSchema(world.app.core.formats.list());
    const absent = Object.fromEntries(Object.keys(idPrefixes).map((kind) => [kind, newId(kind as IdKind)])) as Record<IdKind, string>;
    const named = { ids: absent, format: 'NPM', path: 'nowhere', name: 'nothing', username: 'w-nobody', teamName: 'w-no-team' };
    // These name nothing that could be absent.
    const nameless = ['createTeam', 'createToken', 'createUser', 'signOut'];
    for (const name of Object.keys(recordedAs).filter((one) => !nameless.includes(one))) {
      for (const input of inputsFor(schema, name, named)) {
        const before = await lastWritten();
        const { data } = await post('admin', `mutation($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename } }`, { input });
        expect([name, input, data?.[name]?.__typename?.endsWith('Payload') ?? false]).toEqual([name, input, false]);
        expect([name, input, await since(before)]).toEqual([name, input, []]);
      }
    }
  });

  it.for<[string, (path: string) => string]>([
    ['createGroup', () => 'parent: "", slug: "w-public"'],
    ['createUser', () => 'username: "W-Anybody"'],
    ['createProtectionRule', () => `namespaceId: "${place.project.id}", target: PACKAGE, namePattern: "*"`],
    ['setCleanupPolicy', () => `namespaceId: "${place.project.id}", name: "says nothing"`],
    ['deleteNamespace', () => `namespaceId: "${place.group.id}"`],
    ['setTag', () => `packageId: "${place.standing.npm.package.id}", tag: "next", version: "9.9.9"`],
    ['removeTag', () => `packageId: "${place.standing.npm.package.id}", tag: "latest"`],
    ['restore', () => `versionId: "${place.standing.npm.version.id}"`],
    ['setMember', () => `namespaceId: "${place.project.id}", username: "w-nobody-at-all", role: GUEST`],
    ['updateSettings', () => `namespaceId: "${place.project.id}", eventRetentionDays: { value: 30 }`],
    ['updateSettings', () => `namespaceId: "ns_00000000000000000000000000", auditEvents: { value: true }`],
    ['setPackageAccess', () => `packageId: "${place.standing.npm.package.id}", grants: [{ username: "w-nobody-at-all", level: READ }]`],
  ])('leaves nothing where %s has nothing to do or cannot', async ([name, input]) => {
    const before = await lastWritten();
    await post('admin', `mutation { ${name}(input: { ${input('')} }) { __typename } }`);
    expect(await since(before)).toEqual([]);
  });
});

describe('every change that a native client makes', () => {
  const rows = routeRows.filter(({ changes, isAhead, route }) => changes && !isAhead && !route.startsWith('server ')).map((row) => ({ ...row, title: [row.route, row.of, row.note].filter(Boolean).join(' ') }));

  it('is looked at here', () => {
    expect(rows.map(({ title }) => title).sort()).toEqual(Object.keys(routesRecordedAs).sort());
  });

  it.for(rows)('$title is recorded, with who did it, with what and from where', async ({ title, route, call, ok }) => {
    const target = await world.fresh(place, formatOf(route) as PackageOf);
    const { method, path, body, headers } = await call({ target, node: place.project.path, number: 20_000 + number++, openUpload: () => Promise.reject(new Error('no route of a native client takes an upload')) });
    const [{ revision }] = await reads().query('SELECT revision FROM package WHERE id = ?', [target.npm.package.id]);
    const before = await lastWritten();
    const response = await fetch(`${world.app.url}${path.replace('REV', `${revision}-0`)}`, { method, headers: { ...world.headers(asker('admin'), place), ...headers }, ...(body === undefined ? {} : { body }) });
    expect(response.status).toBe(ok);
    await response.arrayBuffer();
    const events = await since(before);
    expect(events.length).toBeGreaterThan(0);
    for (const { payload: _, ...event } of events) expect(event).toEqual({ type: routesRecordedAs[title], ...(await whoIs('admin')) });
  });

  it("npm's own sign-in, tokens and sign-out are recorded", async () => {
    const npm = (method: string, path: string, body: object | undefined, headers: Record<string, string>) =>
      fetch(`${world.app.url}${npmPath('')}/${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) });
    const before = await lastWritten();
    const { token: secret } = (await (await npm('PUT', '-/user/org.couchdb.user:w-anybody', { name: 'w-anybody', password }, {})).json()) as { token: string };
    const own = { authorization: `Bearer ${secret}` };
    const { key } = (await (await npm('POST', '-/npm/v1/tokens', { password, name: 'second' }, own)).json()) as { key: string };
    expect((await npm('DELETE', `-/npm/v1/tokens/token/${key}`, undefined, { authorization: `Basic ${Buffer.from(`w-anybody:${password}`).toString('base64')}` })).status).toBe(204);
    expect((await npm('DELETE', `-/user/token/${secret}`, undefined, own)).status).toBe(200);
    const [{ id: actorId }] = await reads().query("SELECT id FROM user WHERE username = 'w-anybody'");
    const [{ id: tokenId }] = await reads().query("SELECT id FROM access_token WHERE user_id = ? AND name = 'npm login'", [actorId]);
    const told = (await since(before)).map(({ payload, ...event }) => ({ ...event, what: JSON.parse(payload).tokenId }));
    const who = { actorId, address: '127.0.0.1' };
    expect(told).toEqual([
      // Done with a password, not with a token.
      { type: 'TOKEN_CREATED', ...who, tokenId: null, what: tokenId },
      { type: 'TOKEN_CREATED', ...who, tokenId: null, what: key },
      { type: 'TOKEN_REVOKED', ...who, tokenId: null, what: key },
      { type: 'TOKEN_REVOKED', ...who, tokenId, what: tokenId },
    ]);
  });
});

it('the first start is recorded', async () => {
  const [{ id: adminId }] = await reads().query("SELECT id FROM user WHERE username = 'admin'");
  const events = await reads().query("SELECT type, actor_id AS actorId, payload FROM event WHERE type IN ('USER_CREATED', 'TOKEN_CREATED') ORDER BY rowid LIMIT 2");
  expect(events.map(({ payload, ...event }: Recorded) => ({ ...event, ...JSON.parse(payload) }))).toMatchObject([
    { type: 'USER_CREATED', actorId: null, userId: adminId, username: 'admin', isAdmin: true },
    { type: 'TOKEN_CREATED', actorId: null, userId: adminId, name: 'first start' },
  ]);
});

it('no event holds a secret, a password or what is stored of one', async () => {
  const rows: Record<string, string | null>[] = [
    ...(await reads().query('SELECT password_hash FROM user')),
    ...(await reads().query('SELECT secret_sha256, previous_sha256 FROM access_token')),
    ...(await reads().query('SELECT secret_sha256 FROM session')),
  ];
  const stored = rows.flatMap((row) => Object.values(row)).filter((value) => value !== null);
  const presented = world.askers.flatMap(({ name }) => world.places.map((one) => world.headers(asker(name), one)['authorization']?.slice('Bearer '.length)));
  const secrets = new Set([...stored, ...presented.filter((value) => value !== undefined), password, 'fixed-admin-secret']);
  expect(secrets.size).toBeGreaterThan(100);
  const payloads: { payload: string }[] = await reads().query('SELECT payload FROM event');
  const text = payloads.map(({ payload }) => payload).join('\n');
  expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
  // Whatever else looks like a token of ours.
  expect(text).not.toMatch(/ept_/);
});
