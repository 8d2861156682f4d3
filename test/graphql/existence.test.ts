import { getNamedType, type GraphQLSchema, isUnionType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/schema.ts';
import { createToken } from '../../src/access/tokens.ts';
import { createUser } from '../../src/access/users.ts';
import { TeamTable } from '../../src/db/tables/access.ts';
import { SessionTable } from '../../src/db/tables/credential.ts';
import { UploadTable } from '../../src/db/tables/file.ts';
import { CleanupPolicyTable, CleanupRunTable, ProtectionRuleTable } from '../../src/db/tables/policy.ts';
import { type WebhookRow, WebhookDeliveryTable, WebhookTable } from '../../src/db/tables/webhook.ts';
import { type IdKind, idPrefixes, newId } from '../../src/ids.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { freshDelivery } from '../../src/webhooks/collect.ts';
import { publishAs } from '../contract/registry.ts';
import { startApp, type TestApp, userOf } from '../support/app.ts';
import { blinded, type HiddenCase, makeHidden, traces, twin } from '../support/hidden.ts';
import { inputsFor, type Named, rootField } from './mutation-inputs.ts';

/** Mutations that name nothing which could be hidden: why. */
const nameless: Record<string, string> = {
  signIn: 'names a person; below',
  signOut: "ends the caller's own session",
  createTeam: 'for administrators, who see everything',
  changePassword: "changes the caller's own",
  mintJobToken: 'mints from the token in use',
  createToken: "makes a token of the caller's own",
};

/** Queries that are asked below, and others with why they tell nothing. A new one fails until it is here. */
const queries: Record<string, string> = {
  events: 'by every query; who hears of what is in test/permissions/heard.test.ts',
  file: 'by content, keyword and state',
  instance: 'by a path',
  namespace: 'by every query',
  node: 'by the id of anything',
  nodes: 'by the id of anything',
  package: 'by every query',
  packageByPurl: 'by every query',
  packages: 'by every query',
  previewProtectionRule: 'by every mutation, as if it were one',
  user: 'by every query',
  team: 'to anybody who has signed in; by every query for others',
  teams: 'to anybody who has signed in',
  users: 'for administrators, who see everything',
  viewer: 'the caller themselves',
  formats: 'what the server speaks',
};

let app: TestApp;
let schema: GraphQLSchema;
let cases: HiddenCase[];

beforeAll(async () => {
  app = await startApp();
  schema = createSchema(app.core.formats.list());
  cases = await makeHidden(app);
  await createUser(app.core, { username: 'secret-person' });
  await app.core.database.tx((tx) => tx.insert(TeamTable, { id: newId('team'), name: 'secret-team', description: null, createdAt: 0 }));
});
afterAll(() => app?.close());

const formats = ['npm', 'generic'] as const;
const setUp: IdKind[] = ['namespace', 'protectionRule', 'cleanupPolicy', 'cleanupRun'];

/** An answer of the API, without what tells the hidden thing and its twin apart. */
async function answer(secret: string | undefined, query: string, variables: Record<string, unknown>, ...ids: Named[]): Promise<string> {
  const credential: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...credential }, body: JSON.stringify({ query, variables }) });
  let text = `${response.status} ${await response.text()}`;
  for (const { ids: byKind } of ids) for (const [kind, id] of Object.entries(byKind)) text = text.replaceAll(id, `<${kind}>`);
  return blinded(text);
}

/** The names of a hidden package and everything about it, and those of its twin. */
async function namesOf({ pair }: HiddenCase, format: (typeof formats)[number]): Promise<[Named, Named]> {
  const { reads } = app.core.database;
  const name = pair[format];
  const [row] = await reads.query(
    'SELECT p.id AS package, p.namespace_id AS namespace, v.id AS version, f.id AS file FROM package p JOIN version v ON v.package_id = p.id JOIN file f ON f.version_id = v.id WHERE p.name = ?',
    [name],
  );
  const fresh = Object.fromEntries(Object.keys(idPrefixes).map((kind) => [kind, newId(kind as IdKind)])) as Record<IdKind, string>;
  const ids = { ...fresh, ...row, ...(await makeAround(row.namespace)) };
  const absent = Object.fromEntries(Object.keys(idPrefixes).map((kind) => [kind, newId(kind as IdKind)])) as Record<IdKind, string>;
  return [
    { ids, format: format.toUpperCase(), name, path: pair.path, username: 'secret-person', teamName: 'secret-team' },
    { ids: absent, format: format.toUpperCase(), name: twin(name), path: twin(pair.path), username: 'absent-person', teamName: 'absent-team' },
  ];
}

/** What hangs on a namespace, and what belongs to somebody else. */
async function makeAround(namespaceId: string): Promise<Partial<Record<IdKind, string>>> {
  const now = app.clock.now();
  const owner = await userOf(app.core, 'owner');
  const ids = { session: newId('session'), upload: newId('upload'), team: newId('team'), protectionRule: newId('protectionRule'), cleanupPolicy: newId('cleanupPolicy'), cleanupRun: newId('cleanupRun'), webhook: newId('webhook'), webhookDelivery: newId('webhookDelivery') };
  await app.core.database.tx(async (tx) => {
    await tx.insert(SessionTable, { id: ids.session, secretSha256: ids.session, userId: owner?.id ?? '', createdAt: now, expiresAt: now + 1e9 });
    await tx.insert(TeamTable, { id: ids.team, name: ids.team.toLowerCase(), description: null, createdAt: now });
    await tx.insert(UploadTable, { id: ids.upload, namespaceId, principalId: owner?.id ?? '', fileName: 'secret', objectKey: null, sizeBytes: null, md5: null, sha1: null, sha256: null, sha512: null, receivedBytes: 0, partCount: 0, lengthBytes: null, turn: 0, createdAt: now, expiresAt: now + 1e9 });
    await tx.insert(ProtectionRuleTable, { id: ids.protectionRule, namespaceId, target: 'PACKAGE', format: null, namePattern: 'secret', pattern: null, publishRole: null, deleteRole: null, isImmutable: false, createdById: null, createdAt: now });
    await tx.insert(CleanupPolicyTable, { id: ids.cleanupPolicy, namespaceId, name: 'secret', target: 'VERSION', isEnabled: false, formats: null, namePattern: null, keepNewest: 1, olderThanDays: null, notDownloadedForDays: null, removePattern: null, keepPattern: null, createdById: null, createdAt: now, updatedAt: now, nextRunAt: now + 1e12 });
    await tx.insert(CleanupRunTable, { id: ids.cleanupRun, policyId: ids.cleanupPolicy, state: 'DONE', startedById: null, position: '', examinedPackages: 0, removedVersions: 0, removedFiles: 0, removedBytes: 0, message: null, startedAt: now, updatedAt: now, finishedAt: now, leasedUntil: 0 });
  });
  await app.core.database.tx(async (tx) => {
    await tx.insert(WebhookTable, webhookOf(ids.webhook, namespaceId, now) as never);
    await tx.insert(WebhookDeliveryTable, { ...freshDelivery(ids.webhook, now), id: ids.webhookDelivery, eventSeq: null, eventType: 'PING', packageId: null, state: 'FAILED', finishedAt: now });
  });
  const { token } = await createToken(app.core, { kind: 'DEPLOY', namespaceId, role: 'DEVELOPER', name: 'secret' });
  return { ...ids, token: token.id, user: owner?.id ?? '' };
}

/** One that is sent to nobody. */
function webhookOf(id: string, namespaceId: string, now: number): WebhookRow {
  return {
    id, namespaceId, name: 'secret', url: 'https://secret.example/', host: 'secret.example', document: 'secret', filter: { types: [], lineage: null, formats: null, name: null }, ownerId: 'usr_none', ownerScopes: [], ownerExpiresAt: null,
    edition: 1, baseUrl: '', state: 'ACTIVE', reason: null, secret: 'whsec_', previousSecret: null, previousExpiresAt: null, isProven: false, failures: 0, failingSince: null, nextAttemptAt: 0, dueAt: null,
    leasedBy: '', leasedUntil: 0, missedEvents: 0, createdAt: now, updatedAt: now,
  };
}

function documentOf(mutation: string): string {
  const field = rootField(schema, mutation);
  const [argument] = field?.args ?? [];
  const failures = isUnionType(getNamedType(field?.type)) ? '... on UserError { code message }' : '';
  return `${schema.getQueryType()?.getFields()[mutation] ? 'query' : 'mutation'}($input: ${argument?.type}) { ${mutation}(input: $input) { __typename ${failures} } }`;
}

describe('what must not be known is answered like what is not there', { timeout: 120_000 }, () => {
  it('by every mutation', async () => {
    const all = [...Object.keys(schema.getMutationType()?.getFields() ?? {}), 'previewProtectionRule'];
    const names = all.filter((name) => !Object.hasOwn(nameless, name));
    const asked = new Set<string>();
    for (const hidden of cases) {
      for (const format of (hidden.formats ?? formats).slice(0, 1)) {
        const [real, absent] = await namesOf(hidden, format);
        // Only the package is hidden from those who may see its namespace, and all that is their own is theirs to see.
        const isVisible = hidden.callers.some(([, secret]) => secret !== undefined && secret !== app.secrets.outsider);
        const before = await traces(app);
        for (const mutation of names) {
          const other = isVisible ? { ...real, name: absent.name, ids: { ...real.ids, package: absent.ids.package, version: absent.ids.version, file: absent.ids.file } } : absent;
          const twins = inputsFor(schema, mutation, other);
          for (const [index, input] of inputsFor(schema, mutation, real).entries()) {
            const twinInput = twins[index];
            if (JSON.stringify(input) === JSON.stringify(twinInput)) continue;
            for (const [who, secret] of hidden.callers) {
              const what = `${who}, ${hidden.title}, ${mutation} ${JSON.stringify(input)}`;
              const told = await answer(secret, documentOf(mutation), { input }, real, other);
              expect.soft(`${what}: ${told}`).toBe(`${what}: ${await answer(secret, documentOf(mutation), { input: twinInput }, real, other)}`);
              // Otherwise it was refused before anybody asked for rights, and proves nothing.
              expect.soft(told, what).toMatch(/"code":"(UNAUTHENTICATED|FORBIDDEN|NOT_FOUND)"/);
            }
            asked.add(mutation);
          }
        }
        expect(await traces(app)).toEqual(before);
      }
    }
    // One that is not asked names things in a way that this test does not know: say so in mutation-inputs.ts, or here why not.
    expect([...asked].sort()).toEqual(names.sort());
    expect(all).toEqual(expect.arrayContaining(Object.keys(nameless)));
  });

  it('by the ids of what was deleted, but for who restores it', async () => {
    const { package: owner, version, fileIds } = await publishAs(app, { as: 'admin', name: '@team/secret-deleted' });
    await deletePackage(app.core, await app.actor('admin'), owner.id);
    const kinds = ['package', 'version', 'file'] as const;
    const fresh = Object.fromEntries(Object.keys(idPrefixes).map((kind) => [kind, newId(kind as IdKind)])) as Record<IdKind, string>;
    const real: Named = { ids: { ...fresh, package: owner.id, version: version.id, file: fileIds[0] ?? '' }, format: 'NPM', name: owner.name, path: 'acme/widgets', username: 'owner', teamName: 'secret-team' };
    const absent: Named = { ...real, ids: { ...fresh, ...Object.fromEntries(kinds.map((kind) => [kind, newId(kind)])) } };
    const before = await traces(app);
    const asked: string[] = [];
    for (const mutation of Object.keys(schema.getMutationType()?.getFields() ?? {})) {
      const twins = Object.hasOwn(nameless, mutation) || mutation === 'restore' ? [] : inputsFor(schema, mutation, absent);
      for (const [index, twinInput] of twins.entries()) {
        const input = inputsFor(schema, mutation, real)[index];
        if (JSON.stringify(input) === JSON.stringify(twinInput)) continue;
        asked.push(mutation);
        for (const secret of [undefined, app.secrets.reader, app.secrets.owner, app.secrets.admin]) {
          const told = await answer(secret, documentOf(mutation), { input }, real, absent);
          expect(`${mutation}: ${told}`).toBe(`${mutation}: ${await answer(secret, documentOf(mutation), { input: twinInput }, real, absent)}`);
          expect(told).toContain(secret === undefined ? 'UNAUTHENTICATED' : 'NOT_FOUND');
        }
      }
    }
    expect(asked).toEqual(expect.arrayContaining(['deleteFile', 'deletePackage', 'deleteVersion', 'deprecateVersions', 'setPackageAccess', 'setTag', 'yankVersion']));
    expect(await traces(app)).toEqual(before);
  });

  it('by every query', async () => {
    const documents: [string, (named: Named, format: string, view: string) => Record<string, unknown>][] = [
      ['query($view: String!, $format: Format!, $name: String!) { package(namespace: $view, format: $format, name: $name) { id name } }', ({ name }, format, view) => ({ view, name, format })],
      ['query($view: String!, $format: Format!, $name: String!) { namespace(path: $view) { path package(format: $format, name: $name) { id name } } }', ({ name }, format, view) => ({ view, name, format })],
      ['query($view: String!, $purl: String!) { packageByPurl(namespace: $view, purl: $purl) { id name } }', ({ name }, format, view) => ({ view, purl: `pkg:${format.toLowerCase()}/${name.replace('@', '%40')}@1.0.0` })],
      ...['name', 'nameContains'].map((field): [string, (named: Named, format: string, view: string) => Record<string, unknown>] => [
        'query($view: String!, $filter: PackageFilter!) { namespace(path: $view) { packages(filter: $filter) { totalCount nodes { id name } pageInfo { hasNextPage endCursor } } } packages(filter: $filter) { totalCount edges { cursor node { name } } } }',
        ({ name }, format, view) => ({ view, filter: { [field]: name, formats: [format] } }),
      ]),
      ['query($name: String!, $format: Format!) { events(filter: { name: $name, formats: [$format] }) { nodes { id ... on PackageEvent { packageName } } pageInfo { endCursor hasNextPage } } }', ({ name }, format) => ({ name, format })],
      ['query($view: String!) { events(filter: { namespace: $view, types: [PACKAGE_PUBLISHED] }) { nodes { id } pageInfo { endCursor hasNextPage } } }', (_named, _format, view) => ({ view })],
      ['query($view: String!) { namespace(path: $view) { audit { totalCount } } }', (_named, _format, view) => ({ view })],
      ['query($username: String!) { user(username: $username) { id username } }', ({ username }) => ({ username })],
      ['query($id: ID!, $ids: [ID!]!) { node(id: $id) { __typename id } nodes(ids: $ids) { __typename id } }', ({ ids }) => ({ id: ids.package, ids: [ids.package, ids.version, ids.file] })],
    ];
    for (const hidden of cases) {
      for (const format of hidden.formats ?? formats) {
        const [real, absent] = await namesOf(hidden, format);
        for (const view of hidden.pair.views) {
          for (const [document, variables] of documents) {
            for (const [who, secret] of hidden.callers) {
              const what = `${who}, ${hidden.title}, at "${view}", ${document} `;
              const told = await answer(secret, document, variables(real, format.toUpperCase(), view), real, absent);
              expect(what + told).toBe(what + (await answer(secret, document, variables(absent, format.toUpperCase(), twin(view)), real, absent)));
              expect(told).not.toMatch(/"name":|Internal/);
            }
          }
        }
      }
    }
  });

  it('by the id of anything', async () => {
    for (const hidden of cases.filter(({ callers }) => callers.some(([, secret]) => secret === undefined))) {
      const [real, absent] = await namesOf(hidden, 'npm');
      for (const [who, secret] of hidden.callers) {
        // Teams are shown to everybody who has signed in, so that they can be given roles; a REPORTER may see the namespace and how it is set up, a GUEST the namespace.
        const open: IdKind[] = [...(secret === undefined ? [] : ['team' as const]), ...(who === 'a REPORTER' ? setUp : []), ...(who === 'a GUEST' ? ['namespace' as const] : [])];
        const kinds = (Object.keys(idPrefixes) as IdKind[]).filter((kind) => !open.includes(kind));
        const ask = (named: Named) => answer(secret, 'query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids: kinds.map((kind) => named.ids[kind]) }, real, absent);
        expect(`${who} ${await ask(real)}`).toBe(`${who} 200 ${JSON.stringify({ data: { nodes: kinds.map(() => null) } })}`);
        expect(await ask(absent)).toBe(await ask(real));
      }
    }
  });

  it('no query is forgotten, and teams are shown to nobody who has not signed in', async () => {
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort()).toEqual(Object.keys(queries).sort());
    const team = (name: string) => answer(undefined, 'query($name: String!) { team(name: $name) { id } }', { name });
    expect(await team('secret-team')).toBe(await team('absent-team'));
  });

  it('tokens of others, to who explains access', async () => {
    const [token] = await app.core.database.reads.query("SELECT t.id FROM access_token t JOIN user u ON u.id = t.user_id WHERE u.username = 'reader'");
    const explain = async (id: string) => (await answer(app.secrets.owner, 'query($id: ID!) { namespace(path: "acme") { explainAccess(tokenId: $id) { allowed } } }', { id })).replaceAll(id, 'id');
    expect(await explain(token.id)).toBe(await explain(newId('token')));
  });

  it('people, at sign-in', async () => {
    const document = 'mutation($input: SignInInput!) { signIn(input: $input) { __typename } }';
    const known = await answer(undefined, document, { input: { username: 'owner', password: 'wrong password' } });
    expect(known).toBe(await answer(undefined, document, { input: { username: 'nobody', password: 'wrong password' } }));
    expect(known).toContain('UNAUTHENTICATED');
  });

  it('by a path, and among children and in their count', async () => {
    const document = 'query($path: String!, $search: String!) { namespace(path: $path) { id path children { totalCount } } instance { children(search: $search) { totalCount nodes { path } } } open: namespace(path: "open") { children(search: "box") { totalCount nodes { path } } } }';
    for (const secret of [undefined, app.secrets.outsider, app.secrets.reader]) {
      for (const path of ['secret-co', 'secret-co/box', 'secret-co/secret']) {
        const told = await answer(secret, document, { path, search: 'secret' });
        expect(told).toBe(await answer(secret, document, { path: twin(path), search: 'absent' }));
        expect(told).toBe('200 {"data":{"namespace":null,"instance":{"children":{"totalCount":0,"nodes":[]}},"open":{"children":{"totalCount":0,"nodes":[]}}}}');
      }
    }
  });

  it('by content, keyword and state', async () => {
    const [{ sha256 }] = await app.core.database.reads.query("SELECT f.sha256 FROM file f JOIN version v ON v.id = f.version_id JOIN package p ON p.id = v.package_id WHERE p.name = '@team/secret-a'");
    await app.core.database.tx((tx) => tx.query("UPDATE version SET status = 'YANKED' WHERE package_id = (SELECT id FROM package WHERE name = '@team/secret-a')"));
    const document = 'query($sha256: String!, $byContent: PackageFilter!, $byKeyword: PackageFilter!, $byStatus: PackageFilter!) { file(sha256: $sha256) { totalCount nodes { id } } ' +
      '...p } fragment p on Query { content: packages(filter: $byContent) { totalCount nodes { name } } keyword: packages(filter: $byKeyword) { totalCount nodes { name } } status: packages(filter: $byStatus) { totalCount nodes { name } } }';
    const variables = (content: string, keyword: string, status: string) => ({ sha256: content, byContent: { sha256: content }, byKeyword: { keyword, nameContains: 'a' }, byStatus: { status } });
    for (const secret of [undefined, app.secrets.outsider]) {
      const told = await answer(secret, document, variables(sha256, 'secret-word', 'YANKED'));
      expect(told).toBe(await answer(secret, document, variables('0'.repeat(64), 'absent-word', 'HIDDEN')));
      const none = { totalCount: 0, nodes: [] };
      expect(told).toBe(`200 ${JSON.stringify({ data: { file: none, content: none, keyword: none, status: none } })}`);
    }
    expect(await answer(app.secrets.admin, document, variables(sha256, 'secret-word', 'YANKED'))).not.toContain('"totalCount":0');
  });

  it('as a dependency and as a dependent', async () => {
    await app.namespace('brand', 'PROJECT', 'PUBLIC');
    const dependencies = ['@team/secret-a', '@team/absent-a'].map((name) => ({ kind: 'runtime', name, requirement: '1' }));
    for (const name of ['used-by-secret', 'used-by-absent']) await publishAs(app, { as: 'admin', namespace: 'brand', name, facts: { dependencies } });
    const document = 'query($name: String!) { package(namespace: "", format: NPM, name: $name) { dependents { totalCount nodes { requirement } } latestVersion { dependencies { name target { id } } } } }';
    for (const secret of [undefined, app.secrets.outsider]) {
      const told = await answer(secret, document, { name: 'used-by-secret' });
      expect(told).toBe(await answer(secret, document, { name: 'used-by-absent' }));
      expect(JSON.parse(told.slice('200 '.length)).data.package).toMatchObject({ dependents: { totalCount: 0, nodes: [] }, latestVersion: { dependencies: [{ target: null }, { target: null }] } });
    }
  });
});
