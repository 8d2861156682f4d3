import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxAliases, maxDepth } from '../../schema/limits.ts';
import { checkReadable } from '../../schema/readable.ts';
import { createSchema } from '../../schema/schema.ts';
import { bindDocument } from '../../schema/selected.ts';
import type { Actor } from '../../src/access/actor.ts';
import { createNamespaceToken } from '../../src/access/node-tokens.ts';
import { createToken } from '../../src/access/tokens.ts';
import { eventTypes } from '../../src/events/kinds.ts';
import { findNamespaceByPath } from '../../src/namespaces/repository.ts';
import { startApp, type TestApp, userOf } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { ask, put } from './client.ts';

let app: TestApp;
let acmeId: string;
const secrets: Record<string, string> = {};

beforeAll(async () => {
  app = await startApp();
  const { core } = app;
  await put(app, 'acme/widgets', { name: 'lib' });
  await app.namespace('other', 'GROUP');
  acmeId = (await ask(app, 'admin', '{ namespace(path: "acme") { id } }')).namespace.id;
  const maintainer = await userOf(core, 'maintainer');
  const personal = async (scopes: ('READ' | 'WRITE' | 'DELETE' | 'ADMIN')[]) => (await createToken(core, { userId: maintainer?.id ?? '', name: 'narrow', scopes })).secret;
  secrets['maintainer'] = app.secrets.maintainer;
  secrets['admin'] = app.secrets.admin;
  secrets['READ, ADMIN'] = await personal(['READ', 'ADMIN']);
  secrets['ADMIN'] = await personal(['ADMIN']);
  const token = await createNamespaceToken(core, await app.actor('owner'), { namespaceId: acmeId, kind: 'PROJECT', name: 'robot', role: 'MAINTAINER', scopes: ['READ', 'ADMIN'] });
  secrets['project token'] = token.secret;
});
afterAll(() => app?.close());

const selection = '__typename ... on CreateWebhookPayload { secret webhook { id document eventTypes owner { __typename displayName } } } ... on InvalidInput { field message } ... on UnreadableField { code path message }';

async function save(document: string | undefined, as = 'maintainer', namespaceId = acmeId): Promise<any> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secrets[as]}` },
    body: JSON.stringify({
      query: `mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { ${selection} } }`,
      variables: { input: { namespaceId, name: 'w', url: 'https://hooks.example/', ...(document === undefined ? {} : { document }) } },
    }),
  });
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  // There may be a hundred webhooks at most.
  await app.core.database.tx((tx) => tx.query('DELETE FROM webhook'));
  return data.createWebhook;
}
const events = (inner: string, args = '') => `subscription { events${args} { ${inner} } }`;
const published = (inner: string, args = '') => `subscription { packagePublished${args} { ${inner} } }`;
const nested = (depth: number): string => (depth === 0 ? 'path' : `parent { ${nested(depth - 1)} }`);

describe('documents of webhooks that are taken', () => {
  const packageEvents = ['PACKAGE_PUBLISHED', 'FILE_ADDED', 'TAG_SET', 'VERSION_DELETED', 'PACKAGE_DELETED', 'PURGED'];

  it.each([
    ['packagePublished', published('packageName'), ['PACKAGE_PUBLISHED']],
    ['of one type', events('... on TagSet { tagName }'), ['TAG_SET']],
    ['of several', events('__typename ... on TagSet { tagName } ... on TagRemoved { tagName }'), ['TAG_SET', 'TAG_REMOVED']],
    ['that name types in the filter', events('... on Event { id }', '(filter: { types: [YANKED, TAG_SET] })').replace('YANKED', 'VERSIONS_YANKED'), ['VERSIONS_YANKED', 'TAG_SET']],
    ['whose filter and fragments meet', events('... on TagSet { tagName } ... on TagRemoved { tagName }', '(filter: { types: [TAG_SET, FILE_ADDED] })'), ['TAG_SET']],
    ['with named fragments', `${events('...A')} fragment A on StreamItem { ...B } fragment B on TagSet { tagName }`, ['TAG_SET']],
    ['with a fragment at the root', 'subscription { ...R } fragment R on Subscription { packagePublished { packageName } }', ['PACKAGE_PUBLISHED']],
    ['with variables that have defaults', 'subscription($types: [EventType!] = [TAG_SET], $long: Boolean! = false) { events(filter: { types: $types }) { ... on TagSet { tagName version @include(if: $long) { readme } } } }', ['TAG_SET']],
    ['that leave a type out by a directive', events('... on TagSet { tagName } ... on FileAdded @skip(if: true) { fileNames }'), ['TAG_SET']],
    ['with a name and aliases', 'subscription Hook { it: events { ... on TagSet { what: tagName } } }', ['TAG_SET']],
    ['about a node below', published('packageName', '(namespace: "acme/widgets")'), ['PACKAGE_PUBLISHED']],
    ['about the node itself', published('packageName', '(namespace: "acme", formats: [NPM], name: "lib")'), ['PACKAGE_PUBLISHED']],
  ])('%s', async (_what, document, expected) => {
    const { __typename, webhook } = await save(document);
    expect([__typename, webhook?.document, webhook?.eventTypes.toSorted()]).toEqual(['CreateWebhookPayload', document, expected.toSorted()]);
  });

  it('by default tell of what happens to packages', async () => {
    const { webhook } = await save(undefined);
    expect(webhook.document).toContain('packageName');
    expect(webhook.eventTypes).toEqual(expect.arrayContaining(packageEvents));
    expect(webhook.eventTypes.filter((type: string) => /TOKEN|MEMBER|USER|TEAM|SETTINGS|NAMESPACE/.test(type))).toEqual([]);
  });

  it('are about what their owner is told of', async () => {
    const everything = events('... on Event { id }');
    const kinds = async (as: string, namespaceId = acmeId) => (await save(everything, as, namespaceId)).webhook.eventTypes as string[];
    const forAdministrators = ['TEAM_CHANGED', 'USER_CREATED', 'USER_CHANGED'];
    expect(await kinds('admin')).toEqual(eventTypes);
    expect(await kinds('maintainer')).toEqual(eventTypes.filter((type) => !forAdministrators.includes(type)));
    expect(await kinds('READ, ADMIN')).toEqual(eventTypes.filter((type) => ![...forAdministrators, 'PURGED'].includes(type)));
    expect(await kinds('project token')).toEqual(await kinds('READ, ADMIN'));
  });

  it('ask for fields with rights of their own that their owner has', async () => {
    for (const document of [
      events('... on Event { namespace { members { totalCount } settings { registryEnabled { effective } } tokens { totalCount } webhooks { totalCount } deletedVersions { totalCount } } }'),
      published('package { access { inheritsFromNamespace } explainAccess { action } namespace { children { nodes { usage { packages } } } } }'),
      // What leads out of the namespace shows what anybody may see of it.
      events('... on Event { namespace { parent { path } ancestors { path viewerRole } } }'),
      published('version { dependencies { target { name latestVersion { version } } } }'),
    ]) {
      expect((await save(document)).__typename).toBe('CreateWebhookPayload');
    }
    expect((await save(events('... on Event { namespace { parent { members { totalCount } } } actor { ... on User { isBlocked } } }'), 'admin')).__typename).toBe('CreateWebhookPayload');
  });
});

describe('documents of webhooks that are refused', () => {
  it.each([
    ['no GraphQL', 'nothing', 'Syntax Error'],
    ['nothing at all', '', 'Syntax Error'],
    ['a query', '{ viewer { isAdmin } }', 'a subscription'],
    ['a mutation', 'mutation { signOut(input: {}) { __typename } }', 'a subscription'],
    ['several operations', `${published('packageName').replace('subscription', 'subscription A')} ${published('packageName').replace('subscription', 'subscription B')}`, 'one operation'],
    ['only fragments', 'fragment A on TagSet { tagName }', 'never used'],
    ['two fields', 'subscription { packagePublished { packageName } events { __typename } }', 'must select only one top level field'],
    ['a field that is not there', published('nothing'), 'Cannot query field "nothing" on type "PackagePublished". (line 1, column 35)'],
    ['introspection', 'subscription { __typename }', 'introspection'],
    ['a cursor', published('packageName', '(after: "e00000000000")'), 'leave out `after`'],
    ['a cursor in a default', 'subscription($after: Cursor = "e00000000000") { packagePublished(after: $after) { packageName } }', 'leave out `after`'],
    ['a variable without a value', 'subscription($types: [EventType!]!) { events(filter: { types: $types }) { ... on TagSet { tagName } } }', '$types'],
    ['nothing of any event', events('__typename'), 'asks for nothing of any event'],
    ['signs of life alone', events('... on Heartbeat { cursor }'), 'asks for nothing of any event'],
    ['a type that the filter leaves out', events('... on TagSet { tagName }', '(filter: { types: [FILE_ADDED] })'), 'asks for nothing of any event'],
    ['nothing, by a directive', 'subscription($no: Boolean! = false) { events { ... on TagSet @include(if: $no) { tagName } } }', 'asks for nothing of any event'],
    ['another namespace', published('packageName', '(namespace: "other")'), 'There is no namespace "other", or you may not see it.'],
    ['a namespace that is not there', published('packageName', '(namespace: "nowhere")'), 'There is no namespace "nowhere", or you may not see it.'],
    ['a long name', published('packageName', `(name: "${'x'.repeat(256)}")`), 'at most 255'],
    ['too much', published('package { versions(first: 100) { nodes { package { versions(first: 100) { nodes { package { versions(first: 100) { nodes { version } } } } } } } } }'), 'points'],
    ['too many levels', events(`... on Event { namespace { ${nested(maxDepth)} } }`), `more than ${maxDepth} levels`],
    ['too many aliases', published(Array.from({ length: maxAliases + 1 }, (_, index) => `a${index}: packageName`).join(' ')), `more than ${maxAliases} aliases`],
    ['too many tokens', published('id '.repeat(2_001)), '2000 tokens'],
    ['too many characters', `${published('packageName')}${' '.repeat(20_000)}`, 'at most 20000 characters'],
  ])('with %s', async (_what, document, message) => {
    const before = await countEverything(app.core);
    expect(await save(document)).toMatchObject({ __typename: 'InvalidInput', field: 'document', message: expect.stringContaining(message) });
    expect(await countEverything(app.core)).toEqual(before);
  });

  it('about a node beside, even where it may be seen', async () => {
    expect(await save(published('packageName', '(namespace: "other")'), 'admin')).toMatchObject({ field: 'document', message: '"other" is neither the namespace of the webhook nor below it.' });
    const [widgets] = await app.core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme/widgets'");
    expect(await save(published('packageName', '(namespace: "acme")'), 'maintainer', widgets.id)).toMatchObject({ field: 'document', message: '"acme" is neither the namespace of the webhook nor below it.' });
  });

  it.each([
    ['what is above', events('... on Event { namespace { parent { members { totalCount } } } }'), 'maintainer', 'events.namespace.parent.members'],
    ['what is above, through a list', published('namespace { ancestors { settings { retentionDays { effective } } } }'), 'maintainer', 'packagePublished.namespace.ancestors.settings'],
    ['what is above, through something open to read', published('namespace { settings { retentionDays { source { webhooks { totalCount } } } } }'), 'maintainer', 'packagePublished.namespace.settings.retentionDays.source.webhooks'],
    ['what is elsewhere', published('version { dependencies { target { access { inheritsFromNamespace } } } }'), 'maintainer', 'packagePublished.version.dependencies.target.access'],
    ['what is elsewhere, the other way', published('package { dependents { nodes { version { package { deletedVersions { totalCount } } } } } }'), 'maintainer', 'packagePublished.package.dependents.nodes.version.package.deletedVersions'],
    ['what is for administrators', published('actor { ... on User { username isBlocked } }'), 'maintainer', 'packagePublished.actor.isBlocked'],
    ['who is in teams', events('... on Event { namespace { members { nodes { team { members { totalCount } } } } } }'), 'maintainer', 'events.namespace.members.nodes.team.members'],
    ['what takes a scope that the token lacks', published('package { deletedVersions { totalCount } }'), 'READ, ADMIN', 'packagePublished.package.deletedVersions'],
    ['the same in a fragment', `${events('...A')} fragment A on Event { namespace { ...B } } fragment B on Namespace { deletedFiles { totalCount } }`, 'READ, ADMIN', 'events.namespace.deletedFiles'],
    ['the same under an alias', published('it: package { that: deletedFiles { totalCount } }'), 'project token', 'packagePublished.package.deletedFiles'],
    ['events for administrators', events('... on UserChanged { details }'), 'maintainer', 'events.UserChanged'],
    ['events for administrators among others', events('... on TagSet { tagName } ... on TeamChanged { details }'), 'maintainer', 'events.TeamChanged'],
    ['events for administrators in the filter', events('... on Event { id }', '(filter: { types: [TAG_SET, USER_CREATED] })'), 'maintainer', 'events.UserCreated'],
    ['events that take a scope that the token lacks', published('packageName'), 'ADMIN', 'packagePublished.PackagePublished'],
  ])('for asking for %s, which the owner may not read', async (_what, document, as, path) => {
    const before = await countEverything(app.core);
    expect(await save(document, as)).toMatchObject({ __typename: 'UnreadableField', code: 'UNREADABLE_FIELD', path, message: expect.stringContaining(path) });
    expect(await countEverything(app.core)).toEqual(before);
  });

  it('in no time, however often fragments spread fragments', async () => {
    const schema = createSchema(app.core.formats.list());
    const last = 40;
    const levels = Array.from({ length: last + 1 }, (_, index) => `fragment F${index} on Namespace { ${index === last ? 'members { totalCount }' : `parent { ...F${index + 1} } again: parent { ...F${index + 1} }`} }`);
    // Deeper than any document that is executed.
    const bound = bindDocument(schema, parse(`{ ...F0 } ${levels.join(' ')}`), {});
    const selectionSet = bound.fragments.get('F0')?.selectionSet;
    const [node, instance] = await Promise.all(['acme', ''].map((path) => findNamespaceByPath(app.core.database.reads, path)));
    if (!selectionSet || !node || !instance) throw new Error('nothing to check');
    const check = (actor: Actor) => () => checkReadable(bound, { actor, node, instance }, { type: schema.getType('Namespace') as never, selectionSet, path: 'here' });
    expect(check(await app.actor('admin'))).not.toThrow();
    expect(check(await app.actor('maintainer'))).toThrow(`here.${'parent.'.repeat(last)}members`);
  });
});
