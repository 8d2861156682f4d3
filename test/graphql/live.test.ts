import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEventCursor } from '../../src/events/cursor.ts';
import { readLogState } from '../../src/events/logged-event.ts';
import { hasUnnumbered } from '../../src/events/number.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Transport, transports } from '../support/live.ts';
import { ask, backends, put, query } from './client.ts';

const everything = 'subscription($after: Cursor, $filter: EventFilter) { events(after: $after, filter: $filter) { __typename cursor ... on VersionEvent { packageName versionName } } }';
const published = 'subscription($after: Cursor, $name: String, $namespace: String) { packagePublished(after: $after, name: $name, namespace: $namespace) { cursor packageName versionName package { name } } }';

const costly =
  'subscription { packagePublished { package { namespace { packages(first: 100) { nodes { versions(first: 100) { nodes { version status files { id name sizeBytes sha256 } } } } } } } } }';

describe.for(backends)('live events on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open(), env: { LOG_LEVEL: 'silent' } });
  }, 60_000);
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  /** The cursor behind everything that was committed so far. */
  const end = async () => {
    while (await hasUnnumbered(app.core)) await sleep(10);
    return writeEventCursor((await readLogState(app.core.database.reads)).lastSeq);
  };
  const lastPage = async (after?: string) => (await ask(app, 'admin', 'query($after: Cursor) { events(after: $after, first: 100) { nodes { id cursor } pageInfo { endCursor hasNextPage } } }', { after })).events;
  const subscribe = (transport: Transport, as: 'admin' | 'reader' | 'outsider' | undefined, document: string, variables: Record<string, unknown> = {}) =>
    transports[transport]({ url: app.url, secret: as && app.secrets[as], query: document, variables });

  describe.for(Object.keys(transports) as Transport[])('over %s', (transport) => {
    test('first what was missed, then what happens, each once and in order', async () => {
      const name = `order-${transport.length}`;
      await put(app, 'acme/widgets', { name, version: '1.0.0' });
      const [first] = (await (await subscribe(transport, 'reader', published, { name, after: writeEventCursor(0) })).count(1)).map(({ data }) => data.packagePublished);
      await put(app, 'acme/widgets', { name, version: '1.1.0' });
      const subscription = await subscribe(transport, 'reader', published, { name, after: first.cursor });
      await subscription.count(1);
      for (const version of ['1.2.0', '1.3.0', '1.4.0']) await put(app, 'acme/widgets', { name, version });
      const rows = (await subscription.count(4)).map(({ data }) => data.packagePublished);
      expect(rows.map(({ versionName }) => versionName)).toEqual(['1.1.0', '1.2.0', '1.3.0', '1.4.0']);
      expect(rows.map(({ cursor }) => cursor)).toEqual(rows.map(({ cursor }) => cursor).sort());
      expect(rows.every(({ packageName, package: owner }) => packageName === name && owner.name === name)).toBe(true);
      subscription.close();
      await sleep(300);
      expect(subscription.results).toHaveLength(4);
    });

    test('only what the filter asks for', async () => {
      await app.namespace(`acme/other-${transport.length}`);
      const subscription = await subscribe(transport, 'admin', everything, { after: await end(), filter: { namespace: 'acme/widgets', types: ['PACKAGE_PUBLISHED', 'TAG_SET'], formats: ['NPM'] } });
      const name = `filtered-${transport.length}`;
      await put(app, `acme/other-${transport.length}`, { name: `${name}-elsewhere` });
      await put(app, 'acme/widgets', { name: `${name}-generic`, format: 'generic' });
      const { package: owner } = await put(app, 'acme/widgets', { name });
      await ask(app, 'admin', 'mutation($id: ID!) { setTag(input: { packageId: $id, tag: "beta", version: "1.0.0" }) { __typename } }', { id: owner.id });
      await ask(app, 'admin', 'mutation($id: ID!) { removeTag(input: { packageId: $id, tag: "beta" }) { __typename } }', { id: owner.id });
      await put(app, 'acme/widgets', { name: `${name}-last` });
      const rows = (await subscription.count(3)).map(({ data }) => data.events);
      expect(rows.map(({ __typename, packageName }) => [__typename, packageName])).toEqual([['PackagePublished', name], ['TagSet', name], ['PackagePublished', `${name}-last`]]);
      subscription.close();
    });

    test.for([
      ['a namespace that the caller may not know of', 'outsider', { filter: { namespace: 'acme' } }, 'NOT_FOUND'],
      ['one that is not there', 'outsider', { filter: { namespace: 'nothing' } }, 'NOT_FOUND'],
      ['a namespace that is not public, without a credential', undefined, { filter: { namespace: 'acme' } }, 'UNAUTHENTICATED'],
      ['a cursor that is none', 'reader', { after: 'x' }, 'INVALID_INPUT'],
      ['a document that costs too much', 'reader', {}, 'QUERY_TOO_COMPLEX'],
    ] as const)('refuses %s', async ([what, as, variables, code]) => {
      const document = what.includes('costs') ? costly : everything;
      const refused: unknown = await subscribe(transport, as, document, variables).then((subscription) => subscription.count(1), (error: Error) => error);
      const text = refused instanceof Error ? refused.message : JSON.stringify(refused);
      expect(text).toContain(code);
    });
  });

  test('a page of the log tells the same as a subscription', async () => {
    const seen: string[] = [];
    const subscription = await subscribe('WebSocket', 'admin', 'subscription($after: Cursor) { events(after: $after) { cursor ... on Event { id } } }', { after: writeEventCursor(0) });
    for (let after: string | undefined; ; ) {
      const { nodes, pageInfo } = await lastPage(after);
      seen.push(...nodes.map(({ id }: { id: string }) => id));
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    const rows = (await subscription.count(seen.length)).map(({ data }) => data.events.id);
    subscription.close();
    expect(rows).toEqual(seen);
  });

  test('EventSource goes on by Last-Event-ID, whatever the URL says', async () => {
    const name = 'last-event-id';
    await put(app, 'acme/widgets', { name, version: '1.0.0' });
    const after = await end();
    await put(app, 'acme/widgets', { name, version: '2.0.0' });
    const url = `${app.url}/graphql?${new URLSearchParams({ query: published, variables: JSON.stringify({ name, after: writeEventCursor(0) }) })}`;
    const hangUp = new AbortController();
    const response = await fetch(url, { headers: { accept: 'text/event-stream', 'last-event-id': after, authorization: `Bearer ${app.secrets.reader}` }, signal: hangUp.signal });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('data:')) break;
    }
    hangUp.abort();
    expect(text).toMatch(/^id: e[0-9a-z]{11}$/m);
    expect(text).toContain('"versionName":"2.0.0"');
    expect(text).not.toContain('"versionName":"1.0.0"');
  });

  test('a subscription needs a way to be answered', async () => {
    expect(await query(app, 'reader', 'subscription { events { cursor } }')).toMatchObject({ status: 406, errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
  });

  test('queries and mutations work over WebSocket, too', async () => {
    const asked = await subscribe('WebSocket', 'reader', '{ viewer { user { username } } }');
    expect(await asked.count(1)).toEqual([{ data: { viewer: { user: { username: 'reader' } } } }]);
    const refused = await subscribe('WebSocket', 'outsider', 'mutation { createGroup(input: { slug: "x" }) { __typename } }');
    expect((await refused.count(1))[0]?.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('a WebSocket with a credential that is no good is closed in words', async () => {
    await expect(transports.WebSocket({ url: app.url, secret: 'ept_wrong', query: everything })).rejects.toThrow(/4401 The token/);
  });
});
