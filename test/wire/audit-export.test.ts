import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeToken } from '../../src/access/end-token.ts';
import { createToken } from '../../src/access/tokens.ts';
import { dayMs } from '../../src/days.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { writeEventCursor } from '../../src/events/cursor.ts';
import { purgeEvents } from '../../src/events/retain.ts';
import { updateSettings } from '../../src/settings/update.ts';
import { node, publishAs } from '../contract/registry.ts';
import { type Person, startApp, type TestApp, userOf } from '../support/app.ts';
import { withFiles } from '../support/environment/backends.ts';
import { fillLog, numbered } from '../support/event-log.ts';

interface Line {
  cursor: string;
  type: string;
  [field: string]: unknown;
}

describe.for(withFiles)('GET /api/audit on $name', { timeout: 90_000 }, ({ open, missing }) => {
  let app: TestApp;
  /** Batches of events that were read from the database. */
  let batches = 0;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await startApp({ backend: await open(), onStatement: (sql) => (batches += sql.includes('AS tokenName') ? 1 : 0) });
    await app.app.relay.stop();
    await audit('acme', true);
    await publishAs(app, { as: 'owner', format: 'generic', name: 'tool', files: { a: 'one' } });
    app.clock.advance(60_000);
    await publishAs(app, { as: 'developer', format: 'generic', name: 'tool', version: '2', files: { a: 'two' } });
    await app.namespace('acme/off');
    await audit('acme/off', false);
    await numbered(app.core);
  }, 60_000);
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const audit = async (path: string, value: boolean) => updateSettings(app.core, await app.actor('admin'), (await node(app.core, path)).id, { node: { auditEvents: { value } } });
  const ask = (path: string, as: Person = 'owner', init: RequestInit = {}) => app.fetch(`/api/audit/${path}`, as, init);
  const lines = async (path: string, as: Person = 'owner'): Promise<Line[]> => {
    const response = await ask(path, as);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    const text = await response.text();
    expect(text === '' || text.endsWith('\n')).toBe(true);
    return text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Line);
  };
  /** A request whose answer is read when the test wants. */
  const begin = (path: string, secret: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${app.url}/api/audit/${path}`, { headers: { authorization: `Bearer ${secret}` }, agent: false }, (response) => resolve(response.pause())).on('error', reject);
    });
  /** Waits until the server has given all that it can without anybody reading. */
  const untilStill = async (): Promise<number> => {
    for (let before = -1; before !== batches; ) {
      before = batches;
      await sleep(400);
    }
    return batches;
  };

  test('200 gives every event as a line, the oldest first', async () => {
    const told = await lines('acme');
    expect(told.map(({ type }) => type)).toEqual(['NAMESPACE_CREATED', 'NAMESPACE_CREATED', 'SETTINGS_CHANGED', 'PACKAGE_PUBLISHED', 'PACKAGE_PUBLISHED']);
    const owner = await app.actor('owner');
    const event = await app.core.database.reads.findOneByOrFail(EventTable, { type: 'PACKAGE_PUBLISHED', actorId: owner.user?.id ?? '' });
    expect(told[3]).toEqual({
      cursor: writeEventCursor(Number(event.seq)),
      id: event.id,
      type: 'PACKAGE_PUBLISHED',
      occurredAt: new Date(event.occurredAt).toISOString(),
      path: 'acme/widgets',
      namespaceId: event.namespaceId,
      packageId: event.packageId,
      versionId: event.versionId,
      actorId: owner.user?.id,
      actorName: 'owner',
      tokenId: owner.token?.id,
      tokenName: 'test',
      address: null,
      details: { format: 'generic', name: 'tool', version: '1.0.0', files: ['a'], tags: [] },
    });
    expect(new Set(told.map(({ path }) => path))).toEqual(new Set(['acme', 'acme/widgets']));
  });

  test('200 goes on behind any line', async () => {
    const all = await lines('acme');
    for (const [index, { cursor }] of all.entries()) expect(await lines(`acme?after=${cursor}`)).toEqual(all.slice(index + 1));
  });

  test.for<[string, (line: Line) => boolean]>([
    ['types=PACKAGE_PUBLISHED,SETTINGS_CHANGED', ({ type }) => type !== 'NAMESPACE_CREATED'],
    ['types=PACKAGE_PUBLISHED&types=SETTINGS_CHANGED', ({ type }) => type !== 'NAMESPACE_CREATED'],
    ['actor=owner', ({ actorName }) => actorName === 'owner'],
    ['from=2030-01-02T03:05:05Z', ({ occurredAt }) => String(occurredAt) >= '2030-01-02T03:05:05'],
    ['from=2030-01-02T03:04:05Z&to=2030-01-02T04:05:05%2B01:00', ({ occurredAt }) => String(occurredAt) < '2030-01-02T03:05:05'],
    ['from=&to=&types=&after=', () => true],
  ])('200 with ?%s', async ([search, isWanted]) => {
    const all = await lines('acme');
    const wanted = all.filter(isWanted);
    expect(wanted.length).toBeGreaterThan(0);
    expect(await lines(`acme?${search}`)).toEqual(wanted);
  });

  test('200 of the instance, for administrators', async () => {
    expect((await app.fetch('/api/audit', 'admin')).status).toBe(403);
    await audit('', true);
    await numbered(app.core);
    const all = await lines('', 'admin');
    const [row] = await app.core.database.reads.query('SELECT COUNT(*) AS events FROM event');
    // But for what happened where it is off.
    expect(all.length).toBe(Number(row.events) - 2);
    expect(await (await app.fetch('/api/audit', 'admin')).text()).toBe(await (await ask('', 'admin')).text());
    await audit('', false);
    await numbered(app.core);
  });

  test('200 to HEAD without a body', async () => {
    const response = await ask('acme', 'owner', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test.for<[number, Person, string, string]>([
    [401, 'anonymous', 'acme', 'UNAUTHENTICATED'],
    [401, 'anonymous', 'nowhere', 'UNAUTHENTICATED'],
    [403, 'maintainer', 'acme', 'FORBIDDEN'],
    [403, 'owner', 'acme/off', 'FORBIDDEN'],
    [403, 'owner', '', 'FORBIDDEN'],
    [404, 'outsider', 'acme', 'NOT_FOUND'],
    [404, 'owner', 'acme/nowhere', 'NOT_FOUND'],
    [404, 'owner', 'acme//widgets', 'NOT_FOUND'],
    [400, 'owner', 'acme/%zz', 'INVALID_INPUT'],
    [400, 'owner', 'acme?types=NOTHING', 'INVALID_INPUT'],
    [400, 'owner', 'acme?from=yesterday', 'INVALID_INPUT'],
    [400, 'owner', 'acme?to=2030-01-02', 'INVALID_INPUT'],
    [400, 'owner', 'acme?after=nonsense', 'INVALID_INPUT'],
    [410, 'owner', 'acme?after=e00000zzzzzz', 'CURSOR_EXPIRED'],
  ])('%i for %s at %s', async ([status, as, path, code]) => {
    const response = await ask(path, as);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
    expect(response.headers.has('www-authenticate')).toBe(status === 401);
  });

  test('404 for anything but reading', async () => {
    expect((await ask('acme', 'owner', { method: 'POST' })).status).toBe(404);
  });

  describe('much of it', () => {
    let events = 0;
    let secret = '';
    let tokenId = '';
    beforeAll(async () => {
      if (missing !== undefined) return;
      events = 12_000;
      const { id } = await node(app.core, 'acme/widgets');
      await fillLog(app.core, events, app.clock.now(), { namespaceId: id, payload: { path: 'x'.repeat(4_000) } });
    }, 90_000);
    const freshToken = async () => {
      const created = await createToken(app.core, { userId: (await userOf(app.core, 'owner'))?.id ?? '', name: 'export' });
      secret = created.secret;
      tokenId = created.token.id;
    };
    const count = async (response: IncomingMessage): Promise<{ lines: number; isWhole: boolean }> => {
      let found = 0;
      try {
        for await (const chunk of response) for (const byte of chunk as Buffer) if (byte === 10) found += 1;
        return { lines: found, isWhole: response.complete };
      } catch {
        return { lines: found, isWhole: false };
      }
    };

    test('waits for whoever reads slowly, and comes whole', async () => {
      await freshToken();
      const before = batches;
      const response = await begin('acme?types=NAMESPACE_UPDATED', secret);
      const read = (await untilStill()) - before;
      // What the sockets' buffers hold is on its way; the rest waits in the database.
      expect(read).toBeLessThan(events / 200 / 2);
      expect(await count(response)).toEqual({ lines: events, isWhole: true });
    });

    test('ends with its client', async () => {
      await freshToken();
      const before = batches;
      const response = await begin('acme', secret);
      response.destroy();
      expect((await untilStill()) - before).toBeLessThan(events / 200 / 2);
    });

    test('is cut off when the token is revoked', async () => {
      await freshToken();
      const response = await begin('acme', secret);
      await untilStill();
      await revokeToken(app.core, await app.actor('owner'), tokenId);
      const { lines: found, isWhole } = await count(response);
      expect(isWhole).toBe(false);
      expect(found).toBeLessThan(events);
    });

    test('is cut off when what comes next is no longer kept; the rest is refused, and the beginning of what is left is not', async () => {
      await freshToken();
      const response = await begin('acme', secret);
      await untilStill();
      app.clock.advance(366 * dayMs);
      await purgeEvents(app.core, app.clock.now());
      expect((await count(response)).isWhole).toBe(false);
      expect((await ask(`acme?after=${writeEventCursor(5)}`)).status).toBe(410);
      await publishAs(app, { as: 'owner', format: 'generic', name: 'later', files: { a: 'later' } });
      await numbered(app.core);
      expect((await lines('acme')).map(({ type }) => type)).toEqual(['PACKAGE_PUBLISHED']);
    });
  });
});
