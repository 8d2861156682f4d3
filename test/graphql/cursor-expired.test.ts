import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMs } from '../../src/days.ts';
import { writeEventCursor } from '../../src/events/cursor.ts';
import { purgeEvents } from '../../src/events/retain.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { fillLog, numbered } from '../support/event-log.ts';
import { backends, query } from './client.ts';

describe.for(backends)('a cursor behind which something is gone, on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  let purged = 0;
  let last = 0;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await startApp({ backend: await open() });
    await app.app.relay.stop();
    purged = (await numbered(app.core)).lastSeq;
    app.clock.advance(366 * dayMs);
    last = await fillLog(app.core, 2, app.clock.now());
    await purgeEvents(app.core, app.clock.now());
  }, 60_000);
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  /** All that a subscription sends until it is complete; with `until` so many results. */
  const follow = async (document: string, headers: Record<string, string> = {}, until = Infinity): Promise<{ results: any[]; isComplete: boolean }> => {
    const response = await app.fetch('/graphql', 'admin', { method: 'POST', headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query: document }) });
    expect(response.status).toBe(200);
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString();
      if (text.split('event: next').length > until) break;
    }
    return { results: [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json!)), isComplete: text.includes('event: complete') };
  };
  const subscription = (after: string) => `subscription { events(after: "${after}") { __typename cursor ... on CursorExpired { lostBefore } } }`;
  /** Too old, or of another database whose log is longer. */
  const bad = () => [
    { after: writeEventCursor(0), resume: writeEventCursor(purged), lostBefore: new Date(app.clock.now() - 365 * dayMs).toISOString() },
    { after: writeEventCursor(purged - 1), resume: writeEventCursor(purged), lostBefore: new Date(app.clock.now() - 365 * dayMs).toISOString() },
    { after: writeEventCursor(last + 1), resume: writeEventCursor(last), lostBefore: null },
    { after: writeEventCursor(2 ** 40), resume: writeEventCursor(last), lostBefore: null },
  ];

  test('ends a subscription with CursorExpired, which says where to go on', async () => {
    for (const { after, resume, lostBefore } of bad()) {
      const expired = { results: [{ data: { events: { __typename: 'CursorExpired', cursor: resume, lostBefore } } }], isComplete: true };
      expect(await follow(subscription(after))).toEqual(expired);
      // What a browser says by itself when it comes again counts more than the document.
      expect(await follow('subscription { events { __typename cursor ... on CursorExpired { lostBefore } } }', { 'last-event-id': after })).toEqual(expired);
    }
    const { results } = await follow(subscription(writeEventCursor(purged)), {}, 2);
    expect(results.map(({ data }) => data.events.cursor)).toEqual([writeEventCursor(last - 1), writeEventCursor(last)]);
  });

  test('ends packagePublished, which has events alone, with the error', async () => {
    for (const { after } of bad()) {
      const { results, isComplete } = await follow(`subscription { packagePublished(after: "${after}") { cursor } }`);
      expect([results.map(({ errors }) => errors[0].extensions.code), isComplete]).toEqual([['CURSOR_EXPIRED'], true]);
    }
  });

  test('fails a query', async () => {
    const ask = (after: string) => query(app, 'admin', 'query($after: Cursor) { events(after: $after) { nodes { cursor } } }', { after });
    for (const { after } of bad()) {
      const { data, errors } = await ask(after);
      expect([data, errors?.[0]?.extensions.code]).toEqual([null, 'CURSOR_EXPIRED']);
    }
    expect((await ask(writeEventCursor(purged))).data.events.nodes).toHaveLength(2);
    expect((await query(app, 'admin', '{ events { nodes { cursor } } }')).data.events.nodes).toHaveLength(2);
  });
});
