import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebhookDeliveryTable } from '../../src/db/tables/webhook.ts';
import { setTag } from '../../src/packages/tags.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { ask } from '../graphql/client.ts';
import { databases } from '../support/environment/databases.ts';
import type { TestApp } from '../support/app.ts';
import { answer, type Receiver, startReceiver } from '../support/receiver.ts';
import { openRegistry, publishAs } from './registry.ts';
import { allowed, attemptsOf, deliveriesOf, makeWebhook, settled, verified, webhookRow } from './webhook-world.ts';

const day = 24 * 60 * 60 * 1000;

describe.for(databases)('webhooks on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  let receiver: Receiver;
  const test = it.skipIf(missing !== undefined);

  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open, { env: allowed });
  });
  afterAll(() => app?.close());
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await app?.core.database.tx((tx) => tx.query('DELETE FROM webhook'));
    await receiver.close();
  });

  const mutate = (name: string, input: object, selection: string) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return ask(app, 'maintainer', `mutation($input: ${type}Input!) { result: ${name}(input: $input) { ... on ${type}Payload { ${selection} } ... on UserError { message } } }`, { input }).then(({ result }) => result);
  };
  const switchTo = (hook: { id: string }, state: string) => mutate('updateWebhook', { webhookId: hook.id, state }, 'webhook { state }');
  const says = ({ body }: { body: string }) => JSON.parse(body).data.events as { packageName: string; versionName: string };

  test('what happens is posted, signed, in the shape of the document', async () => {
    const hook = await makeWebhook(app, `${receiver.url}/hook`, { document: 'subscription { packagePublished { packageName versionName version { purl } actor { displayName } } }' });
    const published = await publishAs(app, { name: 'shaped', version: '1.2.3' });
    await settled(app);
    const [delivery] = await deliveriesOf(app, hook);
    if (!delivery) throw new Error('no delivery');
    expect(receiver.received).toHaveLength(1);
    const [message] = receiver.received;
    if (!message) throw new Error('nothing arrived');
    expect(verified(message, hook.secret, app.clock.now())).toEqual({
      type: 'PackagePublished',
      timestamp: new Date(app.clock.now()).toISOString(),
      data: { packagePublished: { packageName: 'shaped', versionName: '1.2.3', version: { purl: 'pkg:npm/shaped@1.2.3' }, actor: { displayName: 'developer' } } },
    });
    expect(message).toMatchObject({ path: '/hook', headers: { 'webhook-id': delivery.id, 'user-agent': 'Entrepot-Webhook' } });
    expect(delivery).toMatchObject({ state: 'DELIVERED', attempts: 1, body: message.body, packageId: published.package.id, eventType: 'PACKAGE_PUBLISHED', finishedAt: app.clock.now() });
    expect(await attemptsOf(app, delivery)).toEqual([{ deliveryId: delivery.id, number: 1, startedAt: app.clock.now(), durationMs: expect.any(Number), status: 204, error: null, response: '' }]);
    expect(await webhookRow(app, hook)).toMatchObject({ isProven: true, failures: 0, dueAt: null, leasedBy: '', leasedUntil: 0 });
  });

  test('four packages are sent at once, what is about one of them in order', async () => {
    const hook = await makeWebhook(app, receiver.url);
    await switchTo(hook, 'PAUSED');
    const running = new Set<string>();
    let most = 0;
    const wrong: string[] = [];
    // Nobody is answered before four are there.
    const four = Promise.withResolvers<void>();
    receiver.respond(async (response, message) => {
      const { packageName } = says(message);
      if (running.has(packageName)) wrong.push(packageName);
      running.add(packageName);
      most = Math.max(most, running.size);
      if (running.size === 4) four.resolve();
      await four.promise;
      await sleep(Math.random() * 20);
      running.delete(packageName);
      response.writeHead(204).end();
    });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (let version = 1; version <= 5; version++) for (const name of names) await publishAs(app, { name: `order-${name}`, version: `${version}.0.0` });
    await settled(app);
    expect(receiver.connections()).toBe(0);
    await switchTo(hook, 'ACTIVE');
    await settled(app);
    expect(wrong).toEqual([]);
    expect(most).toBe(4);
    for (const name of names) {
      const versions = receiver.received.map(says).filter(({ packageName }) => packageName === `order-${name}`).map(({ versionName }) => versionName);
      expect([name, versions]).toEqual([name, ['1.0.0', '2.0.0', '3.0.0', '4.0.0', '5.0.0']]);
    }
  });

  test('a failed delivery holds back what is about the same package, and nothing else', async () => {
    const hook = await makeWebhook(app, receiver.url);
    receiver.respond((response, message) => void response.writeHead(says(message).packageName === 'sick' ? 500 : 204).end('no'));
    await publishAs(app, { name: 'sick', version: '1.0.0' });
    await publishAs(app, { name: 'sick', version: '2.0.0' });
    await publishAs(app, { name: 'well', version: '1.0.0' });
    await settled(app);
    expect(receiver.received.map(says)).toEqual(expect.arrayContaining([{ packageName: 'sick', versionName: '1.0.0' }, { packageName: 'well', versionName: '1.0.0' }]));
    expect(receiver.received).toHaveLength(2);
    const [first, second, third] = await deliveriesOf(app, hook);
    expect([first?.state, second?.state, third?.state]).toEqual(['PENDING', 'PENDING', 'DELIVERED']);
    expect(second).toMatchObject({ attempts: 0, body: null });
    const at = first?.nextAttemptAt ?? 0;
    expect(at - app.clock.now()).toBeGreaterThanOrEqual(5_000);
    expect(at - app.clock.now()).toBeLessThanOrEqual(10_000);
    receiver.respond(answer(204));
    app.clock.advance(at - app.clock.now() - 1);
    await settled(app);
    expect(receiver.received).toHaveLength(2);
    app.clock.advance(1);
    await settled(app);
    expect(receiver.received.slice(2).map(says)).toEqual([{ packageName: 'sick', versionName: '1.0.0' }, { packageName: 'sick', versionName: '2.0.0' }]);
    // The same message, signed anew.
    const [one, again] = [receiver.received.find((message) => says(message).packageName === 'sick'), receiver.received[2]];
    expect([again?.body, again?.headers['webhook-id']]).toEqual([one?.body, one?.headers['webhook-id']]);
    expect(again?.headers['webhook-timestamp']).not.toBe(one?.headers['webhook-timestamp']);
    if (again) verified(again, hook.secret, app.clock.now());
    if (first) expect((await attemptsOf(app, first)).map(({ number, status, response }) => [number, status, response])).toEqual([[1, 500, 'no'], [2, 204, '']]);
  });

  test('a body is frozen when it is first sent', async () => {
    const hook = await makeWebhook(app, receiver.url, { document: 'subscription { events(filter: { name: "frozen", types: [PACKAGE_PUBLISHED] }) { ... on PackagePublished { version { tags } } } }' });
    receiver.respond(answer(503));
    const { package: owner, version } = await publishAs(app, { name: 'frozen', version: '1.0.0' });
    await settled(app);
    await setTag(app.core, await app.actor('developer'), { packageId: owner.id, tag: 'stable', version: version.version });
    app.clock.advance(10_000);
    receiver.respond(answer(204));
    await settled(app);
    expect(receiver.received.map(({ body }) => JSON.parse(body).data)).toEqual([{ events: { version: { tags: ['latest'] } } }, { events: { version: { tags: ['latest'] } } }]);
    expect((await deliveriesOf(app, hook)).map(({ state }) => state)).toEqual(['DELIVERED']);
  });

  test('a delivery is given up after a day of failures, and goes out once more when asked to', async () => {
    const hook = await makeWebhook(app, receiver.url);
    // Something else arrives all the while, so that the webhook itself is well.
    receiver.respond((response, message) => void response.writeHead(message.body.includes('doomed') ? 400 : 204).end());
    await publishAs(app, { name: 'doomed' });
    await settled(app);
    const begun = app.clock.now();
    const delivery = async () => (await deliveriesOf(app, hook)).find(({ body }) => body?.includes('doomed'));
    const pauses: number[] = [];
    for (let due = await delivery(); due?.state === 'PENDING'; due = await delivery()) {
      pauses.push(due.nextAttemptAt - app.clock.now());
      app.clock.advance(due.nextAttemptAt - app.clock.now());
      await publishAs(app, { name: 'healthy', version: `1.0.${pauses.length}` });
      await settled(app);
    }
    const given = await delivery();
    expect(given).toMatchObject({ state: 'FAILED', reason: 'It could not be delivered within a day.', finishedAt: begun + day });
    expect(given?.attempts).toBe(pauses.length + 1);
    // Half of the full pause at least, each twice the one before, an hour at most.
    for (const [index, pause] of pauses.slice(0, -1).entries()) {
      const full = Math.min(60 * 60_000, 10_000 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
      expect(pause).toBeLessThanOrEqual(full);
    }
    const sent = () => receiver.received.filter(({ body }) => body.includes('doomed'));
    expect(new Set(sent().map(({ headers }) => headers['webhook-id']))).toEqual(new Set([given?.id]));
    expect(sent()).toHaveLength(given?.attempts ?? 0);

    receiver.respond(answer(204));
    const { delivery: again } = await mutate('redeliver', { deliveryId: given?.id }, 'delivery { id state attemptCount }');
    expect(again).toEqual({ id: given?.id, state: 'PENDING', attemptCount: given?.attempts });
    await settled(app);
    expect(await delivery()).toMatchObject({ state: 'DELIVERED', reason: null, attempts: (given?.attempts ?? 0) + 1 });
    expect(new Set(sent().map(({ body }) => body)).size).toBe(1);
  });

  test('what the owner may not see is skipped', async () => {
    await app.namespace('acme/secret-box', 'PROJECT');
    const hook = await makeWebhook(app, receiver.url);
    await switchTo(hook, 'PAUSED');
    const { package: owner } = await publishAs(app, { name: 'restricted', namespace: 'acme/secret-box' });
    await settled(app);
    await app.core.database.tx((tx) => tx.query('UPDATE package SET is_restricted = 1 WHERE id = ?', [owner.id]));
    app.core.events.facts.forget();
    await switchTo(hook, 'ACTIVE');
    await settled(app);
    expect(await deliveriesOf(app, hook)).toMatchObject([{ state: 'SKIPPED', reason: 'Its owner may not see the event.', body: null, attempts: 0 }]);
    expect(receiver.connections()).toBe(0);
  });

  test('pings go out at once, whatever state the webhook is in, and are not tried again', async () => {
    const hook = await makeWebhook(app, receiver.url);
    for (const state of ['ACTIVE', 'PAUSED', 'DISABLED']) {
      await switchTo(hook, state);
      const { delivery } = await mutate('pingWebhook', { webhookId: hook.id }, 'delivery { id isPing state event { id } eventType }');
      expect(delivery).toEqual({ id: delivery.id, isPing: true, state: 'PENDING', event: null, eventType: null });
      await settled(app);
      const message = receiver.received.find(({ headers }) => headers['webhook-id'] === delivery.id);
      if (!message) throw new Error(`no ping while ${state}`);
      expect(verified(message, hook.secret, app.clock.now())).toEqual({ type: 'Ping', timestamp: new Date(app.clock.now()).toISOString(), data: { webhook: { id: hook.id, name: 'test' } } });
    }
    receiver.respond(answer(500, {}, 'broken'));
    const { delivery } = await mutate('pingWebhook', { webhookId: hook.id }, 'delivery { id }');
    await settled(app);
    const { node } = await ask(app, 'maintainer', 'query($id: ID!) { node(id: $id) { ... on WebhookDelivery { state attempts { number status responseExcerpt error } } } }', { id: delivery.id });
    expect(node).toEqual({ state: 'FAILED', attempts: [{ number: 1, status: 500, responseExcerpt: 'broken', error: null }] });
    expect((await webhookRow(app, hook)).failures).toBe(0);
  });

  test('while it is paused things wait, and come in order when it is not', async () => {
    const hook = await makeWebhook(app, receiver.url);
    await switchTo(hook, 'PAUSED');
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await publishAs(app, { name: 'paused', version });
    await settled(app);
    expect(receiver.received).toEqual([]);
    expect((await deliveriesOf(app, hook)).map(({ state }) => state)).toEqual(['PENDING', 'PENDING', 'PENDING']);
    await switchTo(hook, 'ACTIVE');
    await settled(app);
    expect(receiver.received.map(says).map(({ versionName }) => versionName)).toEqual(['1.0.0', '2.0.0', '3.0.0']);
  });

  test('a rotated secret signs beside the new one for as long as was asked', async () => {
    const hook = await makeWebhook(app, receiver.url);
    const { secret } = await mutate('rotateWebhookSecret', { webhookId: hook.id, overlapSeconds: 60 }, 'secret webhook { previousSecretExpiresAt }');
    await mutate('pingWebhook', { webhookId: hook.id }, 'delivery { id }');
    await settled(app);
    app.clock.advance(60_000);
    await mutate('pingWebhook', { webhookId: hook.id }, 'delivery { id }');
    await settled(app);
    const [during, after] = receiver.received;
    if (!during || !after) throw new Error('two pings');
    expect(during.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    verified(during, hook.secret, app.clock.now());
    verified(during, secret, app.clock.now());
    expect(after.headers['webhook-signature']?.split(' ')).toHaveLength(1);
    verified(after, secret, app.clock.now());
    expect(() => verified(after, hook.secret, app.clock.now())).toThrow('No matching signature');
    const { secret: third } = await mutate('rotateWebhookSecret', { webhookId: hook.id }, 'secret');
    await mutate('pingWebhook', { webhookId: hook.id }, 'delivery { id }');
    await settled(app);
    const [, , now] = receiver.received;
    if (!now) throw new Error('three pings');
    verified(now, third, app.clock.now());
    expect(() => verified(now, secret, app.clock.now())).toThrow('No matching signature');
  });

  test('what was sent is forgotten after 30 days, what waits is not', async () => {
    const hook = await makeWebhook(app, receiver.url);
    await publishAs(app, { name: 'old' });
    await settled(app);
    await switchTo(hook, 'PAUSED');
    await publishAs(app, { name: 'waiting' });
    await settled(app);
    const [old] = await deliveriesOf(app, hook);
    app.clock.advance(30 * day);
    await sweep(app.core);
    expect((await deliveriesOf(app, hook)).map(({ state }) => state)).toEqual(['DELIVERED', 'PENDING']);
    app.clock.advance(1);
    await sweep(app.core);
    expect((await deliveriesOf(app, hook)).map(({ state }) => state)).toEqual(['PENDING']);
    expect(old && (await attemptsOf(app, old))).toEqual([]);
  });

  test('a payload that cannot be made is a fault of ours: it is tried again, and nobody reads why', async () => {
    const hook = await makeWebhook(app, receiver.url, { document: 'subscription { packagePublished { version { readme } } }' });
    await switchTo(hook, 'PAUSED');
    await publishAs(app, { name: 'faulty' });
    await settled(app);
    const query = app.core.database.reads.query.bind(app.core.database.reads);
    app.core.database.reads.query = ((sql: string, ...rest: [unknown[]]) => (sql.includes('readme') ? Promise.reject(new Error('secret detail')) : query(sql, ...rest))) as never;
    const level = app.core.log.level;
    app.core.log.level = 'silent';
    await switchTo(hook, 'ACTIVE');
    await settled(app);
    app.core.database.reads.query = query;
    app.core.log.level = level;
    const [delivery] = await deliveriesOf(app, hook);
    expect(delivery).toMatchObject({ state: 'PENDING', body: null, attempts: 1, failures: 1 });
    const [attempt] = delivery ? await attemptsOf(app, delivery) : [];
    expect(attempt?.error).toContain('The payload could not be made');
    expect(JSON.stringify(attempt)).not.toContain('secret');
    expect(receiver.connections()).toBe(0);
    expect(await webhookRow(app, hook)).toMatchObject({ failures: 0, failingSince: null });
    app.clock.advance(10_000);
    await settled(app);
    expect(receiver.received.map(({ body }) => JSON.parse(body).data)).toEqual([{ packagePublished: { version: { readme: null } } }]);
  });

  test('a payload of more than a megabyte is not sent', async () => {
    const hook = await makeWebhook(app, receiver.url, { document: 'subscription { packagePublished { version { readme } } }' });
    await publishAs(app, { name: 'large', facts: { readme: 'x'.repeat(1024 * 1024) } });
    await settled(app);
    expect(await deliveriesOf(app, hook)).toMatchObject([{ state: 'FAILED', reason: expect.stringContaining('more than the 1048576 allowed') }]);
    expect(receiver.connections()).toBe(0);
  });

  test('an event that is no longer kept is skipped', async () => {
    const hook = await makeWebhook(app, receiver.url);
    await switchTo(hook, 'PAUSED');
    await publishAs(app, { name: 'gone' });
    await settled(app);
    const [delivery] = await deliveriesOf(app, hook);
    await app.core.database.tx((tx) => tx.query('DELETE FROM event WHERE seq = ?', [delivery?.eventSeq]));
    await switchTo(hook, 'ACTIVE');
    await settled(app);
    expect(await app.core.database.reads.findOneBy(WebhookDeliveryTable, { id: delivery?.id ?? '' })).toMatchObject({ state: 'SKIPPED', reason: 'The event is no longer kept.' });
  });
});
