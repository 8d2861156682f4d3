import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken } from '../../src/access/tokens.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { instanceId, type NamespaceRow } from '../../src/db/tables/namespace.ts';
import { writeEventCursor } from '../../src/events/cursor.ts';
import { type EventType, eventTypes } from '../../src/events/kinds.ts';
import { newId } from '../../src/ids.ts';
import { deleteNamespace, updateNamespace } from '../../src/namespaces/manage.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { publishAs } from '../contract/registry.ts';
import { userOf } from '../support/app.ts';
import { numbered } from '../support/event-log.ts';
import { type Asker, type Need, onNode, onPackage, type Outcome, type Situation } from './reference.ts';
import { makeWorld, type Place, type World } from './world.ts';

/** Who hears of each kind, as README "Access" says: whoever may do this with the package, or the node, that it is about. TOKEN: who manages the token. */
const hears: Record<EventType, `${Need} PACKAGE` | `${Need} NODE` | 'TOKEN' | 'ADMIN'> = {
  PACKAGE_PUBLISHED: 'READ PACKAGE',
  FILE_ADDED: 'READ PACKAGE',
  VERSIONS_DEPRECATED: 'READ PACKAGE',
  VERSIONS_YANKED: 'READ PACKAGE',
  VERSIONS_UNYANKED: 'READ PACKAGE',
  VERSIONS_HIDDEN: 'READ PACKAGE',
  VERSIONS_UNHIDDEN: 'READ PACKAGE',
  TAG_SET: 'READ PACKAGE',
  TAG_REMOVED: 'READ PACKAGE',
  FILE_DELETED: 'READ PACKAGE',
  VERSION_DELETED: 'READ PACKAGE',
  PACKAGE_DELETED: 'READ PACKAGE',
  FILE_RESTORED: 'READ PACKAGE',
  VERSION_RESTORED: 'READ PACKAGE',
  PACKAGE_RESTORED: 'READ PACKAGE',
  PURGED: 'DELETE PACKAGE',
  ACCESS_CHANGED: 'MANAGE PACKAGE',
  NAMESPACE_CREATED: 'SEE NODE',
  NAMESPACE_UPDATED: 'SEE NODE',
  NAMESPACE_DELETED: 'INSPECT NODE',
  MEMBER_SET: 'INSPECT NODE',
  MEMBER_REMOVED: 'INSPECT NODE',
  SETTINGS_CHANGED: 'INSPECT NODE',
  PROTECTION_CHANGED: 'INSPECT NODE',
  CLEANUP_CHANGED: 'INSPECT NODE',
  TOKEN_CREATED: 'TOKEN',
  TOKEN_ROTATED: 'TOKEN',
  TOKEN_REVOKED: 'TOKEN',
  WEBHOOK_CHANGED: 'MANAGE NODE',
  WEBHOOK_DISABLED: 'MANAGE NODE',
  TEAM_CHANGED: 'ADMIN',
  USER_CREATED: 'ADMIN',
  USER_CHANGED: 'ADMIN',
};

/** One event that was written, and what it is about. */
interface Written {
  id: string;
  type: EventType;
  /** Undefined: the instance. */
  place: Place | undefined;
  /** A personal token's, of the user with several tokens. */
  isPersonal: boolean;
}

const instance: Situation = { visibility: 'PUBLIC' };
const written: Written[] = [];
let world: World;
let start = '';

beforeAll(async () => {
  world = await makeWorld();
  const { core } = world.app;
  start = writeEventCursor((await numbered(core)).lastSeq);
  const [owner] = await core.database.reads.query("SELECT id FROM user WHERE username = 'w-owner-2'");
  for (const type of eventTypes) {
    const payload = { format: 'npm', name: 'lib', version: '1.0.0', path: 'w', previousPath: 'v', visibility: 'PUBLIC', kind: 'DEPLOY', principalId: 'usr_x', tokenId: 'tok_x', tag: 't', file: 'f', versions: [] };
    for (const place of world.places) await write(type, place, payload);
    if (!hears[type].endsWith('PACKAGE')) await write(type, undefined, payload);
    if (hears[type] === 'TOKEN') await write(type, undefined, { ...payload, kind: 'PERSONAL', userId: owner.id });
  }
  await numbered(core);
}, 60_000);
afterAll(() => world?.app.close());

async function write(type: EventType, place: Place | undefined, payload: Record<string, unknown>): Promise<void> {
  const id = newId('event');
  const subject = place?.standing.npm;
  const [packageId, versionId] = hears[type].endsWith('PACKAGE') ? [subject?.package.id, subject?.version.id] : [];
  const row = { id, seq: null, type, namespaceId: place?.project.id ?? instanceId, packageId: packageId ?? null, versionId: versionId ?? null, actorId: null, tokenId: null, payload, address: null, occurredAt: 1 };
  await world.app.core.database.tx((tx) => tx.insert(EventTable, row as never));
  written.push({ id, type, place, isPersonal: payload['kind'] === 'PERSONAL' });
}

interface Heard {
  id: string;
  namespace: { id: string } | null;
  package?: { id: string } | null;
  [field: string]: unknown;
}

/** Everything that somebody is told, page by page. */
async function heardBy(headers: Record<string, string>, selection = '', after = start): Promise<Heard[]> {
  const heard: Heard[] = [];
  for (let hasMore = true, cursor = after; hasMore; ) {
    const response = await fetch(`${world.app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        query: `query($after: Cursor) { events(after: $after, first: 100) { nodes { id namespace { id } ... on PackageEvent { package { id } } ${selection} } pageInfo { endCursor hasNextPage } } }`,
        variables: { after: cursor },
      }),
    });
    const { data, errors } = (await response.json()) as { data?: any; errors?: { extensions: { code: string } }[] };
    if (errors) {
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      return [];
    }
    heard.push(...data.events.nodes);
    cursor = data.events.pageInfo.endCursor;
    hasMore = data.events.pageInfo.hasNextPage;
  }
  return heard;
}

function outcomeOf(asker: Asker, { type, place, isPersonal }: Written): Outcome {
  // A role in the group says nothing of the instance.
  const { role: _, ...elsewhere } = asker;
  const who = place ? asker : elsewhere;
  const situation = place ?? instance;
  const rule = hears[type];
  if (rule === 'ADMIN') return onNode(who, instance, 'ADMIN');
  if (rule === 'TOKEN') {
    if (!isPersonal) return onNode(who, situation, 'MANAGE');
    const isOwn = asker.name.startsWith("owner's ") || asker.credential === 'bad';
    return isOwn ? onNode(who, instance, 'TOKENS') : onNode(who, instance, 'ADMIN');
  }
  const [need, of] = rule.split(' ') as [Need, 'PACKAGE' | 'NODE'];
  return of === 'PACKAGE' ? onPackage(who, situation, need) : onNode(who, situation, need);
}

it('has a rule for every kind', () => {
  expect(Object.keys(hears).sort()).toEqual([...eventTypes].sort());
});

describe('who hears of what', () => {
  it.for(['anonymous', 'outsider', 'guest', 'reader', 'developer', 'maintainer', 'owner', 'admin', "owner's", 'deploy', 'project', 'job', 'expired', 'revoked', 'blocked'])('%s', { timeout: 60_000 }, async (name) => {
    const askers = world.askers.filter((asker) => asker.name === name || asker.name.startsWith(`${name} `));
    expect(askers.length).toBeGreaterThan(0);
    const wrong: string[] = [];
    for (const asker of askers) {
      // Tokens without a user are others at each place.
      for (const place of world.places) {
        const heard = new Map((await heardBy(world.headers(asker, place))).map((event) => [event.id, event]));
        for (const event of written.filter((one) => one.place === place || one.place === undefined)) {
          const isTold = heard.has(event.id);
          const at = `${asker.name}: ${event.type}${event.isPersonal ? ' of a person' : ''} in ${event.place?.name ?? 'the instance'}`;
          if (isTold !== (outcomeOf(asker, event) === 'done')) wrong.push(`${at} is ${isTold ? '' : 'not '}told`);
          if (!isTold) continue;
          const { namespace, package: owner } = heard.get(event.id)!;
          if ((namespace !== null) !== (onNode(event.place ? asker : { ...asker, role: undefined as never }, event.place ?? instance, 'SEE') === 'done')) wrong.push(`${at} shows ${namespace ? 'the' : 'no'} namespace`);
          if (owner !== undefined && (owner !== null) !== (onPackage(asker, event.place ?? instance, 'READ') === 'done')) wrong.push(`${at} shows ${owner ? 'the' : 'no'} package`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('what is told of', () => {
  const place = () => world.places.find(({ name }) => name === 'private')!;
  const asker = (name: string) => world.headers(world.askers.find((one) => one.name === name)!, place());
  const end = async () => writeEventCursor((await numbered(world.app.core)).lastSeq);
  const limited = async (limits: { formats?: string[]; namePattern?: string }) => {
    const user = await world.app.core.database.reads.query("SELECT id FROM user WHERE username = 'w-owner-2'");
    return { authorization: `Bearer ${(await createToken(world.app.core, { userId: user[0].id, name: 'limited', ...limits })).secret}` };
  };
  const typesOf = (heard: Heard[], of: Place) => new Set(written.filter(({ id, place: where }) => where === of && heard.some((event) => event.id === id)).map(({ type }) => type));

  it('packages, to a limited token, is what it is good for, and of a node that it is there', async () => {
    const ofPackages = eventTypes.filter((type) => hears[type].endsWith('PACKAGE'));
    const seen: EventType[] = ['NAMESPACE_CREATED', 'NAMESPACE_UPDATED'];
    const good = await heardBy(await limited({ formats: ['npm'], namePattern: 'lib-*' }));
    expect(typesOf(good, place())).toEqual(new Set([...ofPackages, ...seen]));
    for (const limits of [{ formats: ['generic'] }, { namePattern: 'other-*' }]) {
      expect(typesOf(await heardBy(await limited(limits)), place())).toEqual(new Set(seen));
    }
    const ofTokens = written.filter(({ isPersonal }) => isPersonal).map(({ id }) => id);
    expect(good.filter(({ id }) => ofTokens.includes(id))).toEqual([]);
  });

  it('a package that was deleted, is told to who could read it', async () => {
    const { app } = world;
    const after = await end();
    const { package: owner } = await publishAs(app, { as: 'admin', name: 'short-lived', namespace: place().project.path });
    await deletePackage(app.core, await app.actor('admin'), owner.id);
    await numbered(app.core);
    const told = async (name: string) => (await heardBy(asker(name), '... on PackageEvent { packageName }', after)).map((event) => [event['packageName'], event.package]);
    expect(await told('reader')).toEqual([['short-lived', null], ['short-lived', null]]);
    expect(await told('guest')).toEqual([]);
    expect(await told('anonymous')).toEqual([]);
  });

  it('packages whose node was deleted, is for administrators, though their names have passed to the node above', async () => {
    const { app } = world;
    for (const parent of ['w-heirs', '']) {
      const after = await end();
      if (parent !== '') await app.namespace(parent, 'GROUP', 'PUBLIC');
      const path = parent === '' ? 'w-secret-top' : `${parent}/secret`;
      const secret = await app.namespace(path, 'PROJECT', 'PRIVATE');
      const { package: owner } = await publishAs(app, { as: 'admin', name: 'merger-plans', namespace: path });
      await deletePackage(app.core, await app.actor('admin'), owner.id);
      await app.core.database.tx(async (tx) => {
        await tx.query('DELETE FROM file WHERE version_id IN (SELECT id FROM version WHERE package_id = ?)', [owner.id]);
        await tx.query('DELETE FROM version WHERE package_id = ?', [owner.id]);
      });
      await deleteNamespace(app.core, await app.actor('admin'), secret.id);
      await numbered(app.core);
      const told = async (name: string) => (await heardBy(asker(name), 'type ... on PackageEvent { packageName }', after)).map((event) => event['type']);
      expect(await told('anonymous')).toEqual(parent === '' ? [] : ['NAMESPACE_CREATED']);
      expect(await told('admin')).toEqual([...(parent === '' ? [] : ['NAMESPACE_CREATED']), 'NAMESPACE_CREATED', 'PACKAGE_PUBLISHED', 'PACKAGE_DELETED', 'NAMESPACE_DELETED']);
      if (parent === '') continue;
      // The name is free for those above, and what they make of it is told as usual.
      const again = await end();
      await publishAs(app, { as: 'admin', name: 'merger-plans', namespace: parent });
      await numbered(app.core);
      expect((await heardBy(asker('anonymous'), 'type', again)).map((event) => event['type'])).toEqual(['PACKAGE_PUBLISHED']);
    }
  });

  it('a namespace, is what it is called now; what it was called is for those who see how it is set up', async () => {
    const { app } = world;
    const after = await end();
    const admin = await app.actor('admin');
    const outer = await app.namespace('w-code-name', 'GROUP', 'PRIVATE');
    const inner = await app.namespace('w-code-name/acquisition', 'GROUP', 'PRIVATE');
    await updateNamespace(app.core, admin, outer.id, { slug: 'w-plain', visibility: 'PUBLIC' });
    await updateNamespace(app.core, admin, inner.id, { slug: 'widgets', visibility: 'PUBLIC' });
    await updateNamespace(app.core, admin, inner.id, { description: 'Nothing secret' });
    await numbered(app.core);
    const paths = '... on NamespaceCreated { path } ... on NamespaceUpdated { path previousPath }';
    const told = async (name: string) => (await heardBy(asker(name), paths, after)).map(({ path, previousPath }) => [path, previousPath]);
    expect(await told('anonymous')).toEqual([[null, undefined], [null, undefined], ['w-plain', null], ['w-plain/widgets', null], ['w-plain/widgets', 'w-plain/widgets']]);
    expect(await told('admin')).toEqual([
      ['w-code-name', undefined],
      ['w-code-name/acquisition', undefined],
      ['w-plain', 'w-code-name'],
      ['w-plain/widgets', 'w-plain/acquisition'],
      ['w-plain/widgets', 'w-plain/widgets'],
    ]);
    const reader = await userOf(app.core, 'outsider');
    await app.core.database.tx((tx) => tx.query("INSERT INTO membership (user_id, namespace_id, role, created_at) VALUES (?, ?, 'REPORTER', 1)", [reader?.id ?? '', outer.id]));
    app.core.authenticator.forget();
    const headers = { authorization: `Bearer ${app.secrets.outsider}` };
    expect((await heardBy(headers, paths, after)).map(({ previousPath }) => previousPath)).toEqual([undefined, undefined, 'w-code-name', 'w-plain/acquisition', 'w-plain/widgets']);
  });

  it('a namespace that was made and is gone, is for who could have seen it', async () => {
    const { app } = world;
    const after = await end();
    const hidden: NamespaceRow = await app.namespace(`${place().group.path}/hidden`, 'PROJECT', 'PRIVATE');
    await deleteNamespace(app.core, await app.actor('admin'), hidden.id);
    await numbered(app.core);
    const told = async (name: string) => (await heardBy(asker(name), 'type', after)).map((event) => event['type']);
    expect(await told('guest')).toEqual([]);
    expect(await told('reader')).toEqual(['NAMESPACE_DELETED']);
    expect(await told('admin')).toEqual(['NAMESPACE_CREATED', 'NAMESPACE_DELETED']);
  });
});
