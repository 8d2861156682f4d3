import { forPages } from '../../src/http/cors.ts';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type Client, createClient, createSubscribe, PackagePublishedDocument, type PackagePublishedSubscription, type Subscription, type SubscriptionStatus } from '../../schema/sdk/index.ts';
import { writeEventCursor } from '../../src/events/cursor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { ask, put } from './client.ts';

let app: TestApp;
let reader: Client;
let proxy: CuttingProxy;

beforeAll(async () => {
  app = await startApp();
  reader = createClient({ url: app.url, token: app.secrets.reader });
  proxy = await startCuttingProxy(app.url);
});
afterAll(async () => {
  await proxy.close();
  await app.close();
});

const namespace = 'acme/widgets';

/** The first so many items. */
async function take<Item>(count: number, items: Subscription<Item>): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) if (taken.push(item) === count) break;
  return taken;
}

/** `onStatus` for one subscription, and a promise of its being open. */
function watch() {
  const { promise: isOpen, resolve } = Promise.withResolvers<void>();
  return { isOpen, onStatus: ({ state }: SubscriptionStatus) => state === 'open' && resolve() };
}

/** Where the log ends now. */
async function endOfLog(): Promise<string> {
  const { events } = await ask(app, 'admin', '{ events(first: 1) { pageInfo { endCursor hasNextPage } } }');
  const page = await ask(app, 'admin', 'query($after: Cursor) { events(first: 100, after: $after) { pageInfo { endCursor } } }', { after: events.pageInfo.endCursor });
  return page.events.pageInfo.endCursor;
}

/** Resolves when nobody follows the log any more. */
const isQuiet = () => expect.poll(() => app.core.events.followers).toBe(0);

describe('packagePublished', () => {
  it('tells of a package as it is published, and ends with break', async () => {
    const { isOpen, onStatus } = watch();
    const items = reader.packagePublished({ namespace, formats: ['NPM'] }, { onStatus });
    expectTypeOf(items).toEqualTypeOf<Subscription<PackagePublishedSubscription['packagePublished']>>();
    const taken = take(1, items);
    await isOpen;
    await put(app, namespace, { name: 'other-format', format: 'generic', files: { 'a.txt': 'a' } });
    await put(app, namespace, { name: 'live', version: '1.2.3', description: 'It lives.', tags: ['latest'] });
    expect(await taken).toMatchObject([
      {
        __typename: 'PackagePublished',
        cursor: expect.stringMatching(/^e[0-9a-z]{11}$/),
        type: 'PACKAGE_PUBLISHED',
        actor: { displayName: 'Administrator' },
        namespace: { path: namespace },
        format: 'NPM',
        packageName: 'live',
        versionName: '1.2.3',
        fileNames: ['1.2.3.tgz'],
        tagNames: ['latest'],
        package: { name: 'live', purl: 'pkg:npm/live', description: 'It lives.' },
        version: { version: '1.2.3', description: 'It lives.', tags: ['latest'] },
      },
    ]);
    await isQuiet();
  });

  it('throws where the cursor is too old', async () => {
    await expect(take(1, reader.packagePublished({}, { after: writeEventCursor(9_999_999) }))).rejects.toMatchObject({
      name: 'EntrepotError',
      code: 'CURSOR_EXPIRED',
      errors: [{ extensions: { cursor: expect.stringMatching(/^e[0-9a-z]{11}$/) } }],
    });
  });
});

describe('events', () => {
  it('tells what was missed since a cursor, then what happens', async () => {
    const after = await endOfLog();
    const { version } = await put(app, namespace, { name: 'missed' });
    const admin = createClient({ url: app.url, token: app.secrets.admin });
    const items = admin.events({ filter: { namespace } }, { after });
    const { value: first } = await items.next();
    expect(first).toMatchObject({ __typename: 'PackagePublished', packageName: 'missed', version: { id: version.id } });
    await admin.yankVersion({ versionId: version.id, reason: 'broken' });
    const { value: second } = await items.next();
    if (second?.__typename !== 'VersionsYanked') throw new Error(`not a ${second?.__typename}`);
    expectTypeOf(second.marks).toEqualTypeOf<{ versionName: string; message: string | null }[]>();
    expect(second.marks).toEqual([{ versionName: '1.0.0', message: 'broken' }]);
    await items.return();
    expect(await take(1, admin.events({ filter: { namespace } }, { after: first?.cursor }))).toEqual([second]);
    await isQuiet();
  });

  it('ends with an item that says so where the cursor is too old', async () => {
    const items: string[] = [];
    for await (const item of reader.events({}, { after: writeEventCursor(9_999_999) })) {
      if (item.__typename === 'CursorExpired') expectTypeOf(item.lostBefore).toEqualTypeOf<string | null>();
      items.push(`${item.__typename} ${item.cursor}`);
    }
    expect(items).toEqual([expect.stringMatching(/^CursorExpired e[0-9a-z]{11}$/)]);
  });

  it('goes on where it began when the connection is lost before anything was told', async () => {
    const { isOpen, onStatus } = watch();
    const client = createClient({ url: proxy.url, token: app.secrets.reader });
    const taken = take(1, client.packagePublished({ namespace }, { onStatus, minRetryMs: 1 }));
    await isOpen;
    proxy.cut();
    await put(app, namespace, { name: 'in-the-gap' });
    expect(await taken).toMatchObject([{ packageName: 'in-the-gap' }]);
    await isQuiet();
  });
});

describe('subscribe', () => {
  it('follows a document of one’s own', async () => {
    const after = await endOfLog();
    await put(app, namespace, { name: 'own' });
    const items = reader.subscribe('subscription($namespace: String) { packagePublished(namespace: $namespace) { packageName } }', { namespace }, { after });
    expect(await take(1, items)).toEqual([{ packagePublished: { packageName: 'own' } }]);
    const subscribe = createSubscribe({ url: app.url, token: app.secrets.reader });
    expect(await take(1, subscribe(PackagePublishedDocument, { namespace }, { after }))).toMatchObject([{ packagePublished: { packageName: 'own' } }]);
    await isQuiet();
  });

  it.for<[title: string, start: () => Subscription<unknown>, error: object]>([
    ['a wrong token', () => createClient({ url: app.url, token: 'ept_wrong' }).events(), { code: 'UNAUTHENTICATED', status: 401 }],
    ['a namespace that one may not see', () => createClient({ url: app.url, token: app.secrets.outsider }).events({ filter: { namespace } }), { code: 'NOT_FOUND' }],
    ['a cursor that is none', () => reader.events({}, { after: 'yesterday' }), { code: 'INVALID_INPUT' }],
    ['a wrong variable', () => reader.packagePublished({ formats: ['NOTHING' as 'NPM'] }), { code: 'BAD_USER_INPUT' }],
    ['an unknown field', () => reader.subscribe('subscription { nothing }'), { status: 400 }],
    ['no subscription', () => reader.subscribe('{ viewer { isAdmin } }'), { code: 'BAD_RESPONSE' }],
  ])('throws at once for %s', async ([, start, error]) => {
    await expect(take(1, start())).rejects.toMatchObject({ name: 'EntrepotError', ...error });
    await isQuiet();
  });

  it('throws when the token is revoked', async () => {
    const { createToken } = await ask(app, 'reader', 'mutation { createToken(input: { name: "short", scopes: [READ] }) { ... on CreateTokenPayload { secret token { id } } } }');
    const { isOpen, onStatus } = watch();
    const taken = take(1, createClient({ url: app.url, token: createToken.secret }).packagePublished({}, { onStatus }));
    await isOpen;
    await ask(app, 'reader', 'mutation($tokenId: ID!) { revokeToken(input: { tokenId: $tokenId }) { __typename } }', { tokenId: createToken.token.id });
    await expect(taken).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await isQuiet();
  });
});

describe('a page of another origin', () => {
  it('may send what a subscription sends, and reads what the SDK reads', async () => {
    const preflight = await app.fetch('/graphql', 'anonymous', {
      method: 'OPTIONS',
      headers: { origin: 'https://page.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,last-event-id' },
    });
    expect([preflight.headers.get('access-control-allow-origin'), preflight.headers.get('access-control-allow-headers')]).toEqual(['https://page.example', 'authorization,content-type,last-event-id']);
    const post = (query: string) =>
      app.fetch('/graphql', 'reader', { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream' }, body: JSON.stringify({ query }) });
    for (const query of ['subscription { packagePublished { cursor } }', 'subscription { nothing }']) {
      const { headers, body } = await post(query);
      await body?.cancel();
      expect([headers.get('access-control-allow-origin'), headers.get('access-control-expose-headers')]).toEqual(['*', forPages['access-control-expose-headers']]);
    }
    await isQuiet();
  });
});
