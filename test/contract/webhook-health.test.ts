import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { longestPauseMs } from '../../src/webhooks/backoff.ts';
import { ask } from '../graphql/client.ts';
import { databases } from '../support/environment/databases.ts';
import type { TestApp } from '../support/app.ts';
import { answer, type Receiver, startReceiver } from '../support/receiver.ts';
import { openRegistry, publishAs } from './registry.ts';
import { allowed, deliveriesOf, makeWebhook, type MadeWebhook, settled, webhookRow } from './webhook-world.ts';

const day = 24 * 60 * 60 * 1000;

describe.for(databases)('webhooks that are not reached on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  let receiver: Receiver;
  let hook: MadeWebhook;
  let number = 0;
  const test = it.skipIf(missing !== undefined);

  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open, { env: allowed });
  });
  afterAll(() => app?.close());
  beforeEach(async () => {
    if (missing !== undefined) return;
    receiver = await startReceiver();
    hook = await makeWebhook(app, receiver.url);
  });
  afterEach(async () => {
    await app?.core.database.tx((tx) => tx.query('DELETE FROM webhook'));
    await receiver?.close();
  });

  const mutate = (name: string, input: object, selection: string) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return ask(app, 'maintainer', `mutation($input: ${type}Input!) { result: ${name}(input: $input) { ... on ${type}Payload { ${selection} } ... on UserError { code message } } }`, { input }).then(({ result }) => result);
  };
  /** Publishes so many packages, and lets be sent what may be. */
  async function publish(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, () => `sick-${number++}`);
    for (const name of names) await publishAs(app, { name });
    await settled(app);
    return names;
  }
  const row = () => webhookRow(app, hook);
  /** Waits until it is tried again. */
  async function next(): Promise<number> {
    const { dueAt } = await row();
    const pause = (dueAt ?? NaN) - app.clock.now();
    app.clock.advance(Math.max(0, pause));
    await settled(app);
    return pause;
  }

  test('are tried one at a time after three failures in a row, for longer and longer pauses, and each delivery in its turn', async () => {
    receiver.respond(answer(500));
    await publish(8);
    const first = receiver.received.length;
    expect(first).toBeGreaterThanOrEqual(3);
    const { failures, failingSince, isProven } = await row();
    expect([failures, failingSince, isProven]).toEqual([first, app.clock.now(), false]);
    const pauses: number[] = [];
    for (let round = 0; round < 12; round++) {
      const before = receiver.received.length;
      pauses.push(await next());
      expect(receiver.received.length - before).toBe(1);
    }
    // It is not always the same one that is tried.
    const counts = (await deliveriesOf(app, hook)).map(({ attempts }) => attempts);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(longestPauseMs);
    expect(pauses.at(-1)).toBeGreaterThan(10 * (pauses[0] ?? 0));

    receiver.respond(answer(204));
    await next();
    expect(await row()).toMatchObject({ failures: 0, failingSince: null, nextAttemptAt: 0, isProven: true });
    for (let round = 0; round < 20 && (await row()).dueAt !== null; round++) await next();
    expect((await deliveriesOf(app, hook)).map(({ state }) => state)).toEqual(Array(8).fill('DELIVERED'));
  });

  test('are disabled after three days without any success, with an event, and nothing waits for them any more', async () => {
    receiver.respond(answer(502));
    await publish(3);
    const since = (await row()).failingSince ?? 0;
    for (let round = 0; (await row()).state === 'ACTIVE'; round++) {
      // What fails is given up after a day; something new comes now and then.
      if (round % 20 === 0) await publish(1);
      await next();
    }
    expect(app.clock.now() - since).toBeGreaterThanOrEqual(3 * day);
    expect(app.clock.now() - since).toBeLessThanOrEqual(3 * day + longestPauseMs);
    await publish(1);
    expect(await row()).toMatchObject({ state: 'DISABLED', reason: 'Nothing could be delivered for days.', dueAt: null });
    const deliveries = await deliveriesOf(app, hook);
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['FAILED']));
    expect(deliveries.at(-1)).toMatchObject({ reason: 'The webhook was disabled.' });
    const { events } = await ask(app, 'maintainer', '{ events(filter: { types: [WEBHOOK_DISABLED], namespace: "acme" }, first: 100) { nodes { ... on WebhookDisabled { webhookId reason webhook { state } actor { id } namespace { path } } } } }');
    expect(events.nodes.filter(({ webhookId }: { webhookId: string }) => webhookId === hook.id)).toEqual([
      { webhookId: hook.id, reason: 'Nothing could be delivered for days.', webhook: { state: 'DISABLED' }, actor: null, namespace: { path: 'acme' } },
    ]);
    // Those who do not manage it are told nothing.
    const { events: told } = await ask(app, 'developer', '{ events(filter: { types: [WEBHOOK_DISABLED, WEBHOOK_CHANGED] }, first: 100) { nodes { id } } }');
    expect(told.nodes).toEqual([]);

    const failed = deliveries.at(-1)?.id;
    expect(await mutate('redeliver', { deliveryId: failed }, 'delivery { id }')).toMatchObject({ code: 'INVALID_INPUT' });
    receiver.respond(answer(204));
    await mutate('updateWebhook', { webhookId: hook.id, state: 'ACTIVE' }, 'webhook { state }');
    expect(await row()).toMatchObject({ state: 'ACTIVE', reason: null, failures: 0 });
    await mutate('redeliver', { deliveryId: failed }, 'delivery { id }');
    const [name] = await publish(1);
    expect(receiver.received.slice(-2).map(({ body }) => body).join()).toContain(name);
    expect((await deliveriesOf(app, hook)).filter(({ state }) => state === 'DELIVERED')).toHaveLength(2);
  });

  test('that say 410 are disabled at once', async () => {
    receiver.respond(answer(410));
    await publish(1);
    expect(await row()).toMatchObject({ state: 'DISABLED', reason: 'The receiver answered 410: it wants nothing more.' });
    expect(receiver.received).toHaveLength(1);
  });

  test.for([301, 302, 307, 308, 400, 404, 429, 500])('are not reached by an answer of %s', async (status) => {
    receiver.respond(answer(status, { location: `${receiver.url}/elsewhere` }));
    await publish(1);
    expect(await deliveriesOf(app, hook)).toMatchObject([{ state: 'PENDING', failures: 1 }]);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/']);
  });

  test('that ask for time get it, within reason', async () => {
    receiver.respond(answer(429, { 'retry-after': '120' }));
    await publish(1);
    expect((await row()).nextAttemptAt - app.clock.now()).toBe(120_000);
    expect(await next()).toBe(120_000);
    receiver.respond(answer(503, { 'retry-after': '999999' }));
    await next();
    expect((await row()).nextAttemptAt - app.clock.now()).toBe(longestPauseMs);
  });

  test('are reached at once by a ping, and by what waits when that arrives', async () => {
    receiver.respond(answer(500));
    await publish(4);
    for (let round = 0; round < 5; round++) await next();
    receiver.respond(answer(204));
    const before = receiver.received.length;
    await mutate('pingWebhook', { webhookId: hook.id }, 'delivery { id }');
    await settled(app);
    expect(receiver.received.slice(before).map(({ body }) => JSON.parse(body).type)).toContain('Ping');
    expect(await row()).toMatchObject({ failures: 0, isProven: true });
  });

  test('begin anew after a day of silence', async () => {
    receiver.respond(answer(500));
    await publish(1);
    for (let round = 0; (await row()).dueAt !== null; round++) await next();
    expect((await row()).failingSince).not.toBeNull();
    app.clock.advance(10 * day);
    await publish(1);
    expect(await row()).toMatchObject({ state: 'ACTIVE', failures: 1, failingSince: app.clock.now() });
  });
});
