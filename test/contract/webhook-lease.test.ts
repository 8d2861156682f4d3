import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../schema/engine.ts';
import { createWebhookPayloads } from '../../schema/webhook-payloads.ts';
import { parseNetworks } from '../../src/webhooks/address.ts';
import { attemptDelivery, type Sender } from '../../src/webhooks/attempt.ts';
import { type Sent, WebhookClient } from '../../src/webhooks/client.ts';
import { giveBack, type Lease, leaseMs, takeWebhook } from '../../src/webhooks/lease.ts';
import { WebhookWorker } from '../../src/webhooks/worker.ts';
import { databases } from '../support/environment/databases.ts';
import type { TestApp } from '../support/app.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openRegistry, publishAs } from './registry.ts';
import { attemptsOf, deliveriesOf, makeWebhook, type MadeWebhook, settled, webhookRow } from './webhook-world.ts';

/** The server's own worker is stopped; the tests have others, as if of other processes. */
describe.for(databases)('work on webhooks on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  let sender: Sender;
  let receiver: Receiver;
  let hook: MadeWebhook;
  const test = it.skipIf(missing !== undefined);

  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await app.app.webhooks.stop();
    const { core } = app;
    sender = { core, client: new WebhookClient({ opened: parseNetworks('127.0.0.0/8') }), render: createWebhookPayloads(core, createEngine(core)) };
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

  let number = 0;
  async function publish(count: number): Promise<void> {
    for (let index = 0; index < count; index++) await publishAs(app, { name: `leased-${number++}` });
    await settled(app);
  }
  const take = async () => (await takeWebhook(app.core, false)) ?? (await takeWebhook(app.core, true));
  async function taken(): Promise<Lease> {
    const lease = await take();
    if (!lease) throw new Error('there is nothing to take');
    return lease;
  }
  const only = async () => {
    const [delivery] = await deliveriesOf(app, hook);
    if (!delivery) throw new Error('no delivery');
    return delivery;
  };
  /** A sender whose messages arrive, but whose answers are what a promise says: as one that is slow. */
  const slow = (answer: Promise<Sent>): Sender => ({ ...sender, client: { post: (...message: Parameters<WebhookClient['post']>) => sender.client.post(...message).then(() => answer) } as never });

  test('only one of several takes a webhook', async () => {
    await publish(1);
    const leases = await Promise.all([take(), take(), take(), take()]);
    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  test('several workers share it, and nothing is sent twice', async () => {
    const hooks = [hook, ...(await Promise.all(Array.from({ length: 5 }, () => makeWebhook(app, receiver.url))))];
    await publish(20);
    const workers = Array.from({ length: 4 }, () => new WebhookWorker(sender));
    for (const worker of workers) worker.wake();
    for (const each of hooks) while ((await webhookRow(app, each)).dueAt !== null) await Promise.all(workers.map((worker) => worker.idle()));
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([120, 120]);
    for (const each of hooks) expect(new Set((await deliveriesOf(app, each)).map(({ state }) => state))).toEqual(new Set(['DELIVERED']));
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  test('of one host no more are worked on at once than leave room for others', async () => {
    const paths = Array.from({ length: 12 }, (_, index) => `/${index}`);
    const other = await startReceiver();
    const open = new Set<string>();
    let most = 0;
    let letGo: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (letGo = resolve));
    receiver.respond((response, { path }) => {
      open.add(path);
      most = Math.max(most, open.size);
      void gone.then(() => {
        open.delete(path);
        response.writeHead(204).end();
      });
    });
    for (const path of paths) await makeWebhook(app, `${receiver.url}${path}`);
    const beside = await makeWebhook(app, other.url);
    await publish(1);
    const worker = new WebhookWorker(sender);
    worker.wake();
    await other.until(1);
    await receiver.until(4);
    expect(open.size).toBe(4);
    letGo();
    await worker.idle();
    expect(most).toBe(4);
    expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(['/', ...paths]));
    expect((await deliveriesOf(app, beside)).map(({ state }) => state)).toEqual(['DELIVERED']);
    await worker.stop();
    await other.close();
  });

  test('what a dead process was sending another sends again, under the same id, when the lease is over', async () => {
    await publish(1);
    const lost = await taken();
    // It dies while it waits for the answer.
    void attemptDelivery(slow(new Promise(() => undefined)), lost, (await only()).id);
    await receiver.until(1);
    const worker = new WebhookWorker(sender);
    app.clock.advance(leaseMs - 1);
    await worker.idle();
    expect(receiver.received).toHaveLength(1);
    app.clock.advance(1);
    await worker.idle();
    const [first, second, ...more] = receiver.received;
    expect(more).toEqual([]);
    expect([second?.headers['webhook-id'], second?.body]).toEqual([first?.headers['webhook-id'], first?.body]);
    const delivery = await only();
    expect(delivery).toMatchObject({ state: 'DELIVERED', attempts: 2 });
    expect((await attemptsOf(app, delivery)).map(({ number: count, status, error }) => [count, status, error])).toEqual([
      [1, null, 'The server ended before an answer came.'],
      [2, 204, null],
    ]);
    await worker.stop();
  });

  test('who was only slow has lost it: an answer still counts, a failure does not', async () => {
    await publish(1);
    const answers = [Promise.withResolvers<Sent>(), Promise.withResolvers<Sent>()] as const;
    const { id } = await only();
    const lost = await taken();
    const failing = attemptDelivery(slow(answers[0].promise), lost, id);
    await receiver.until(1);
    app.clock.advance(leaseMs);
    const lease = await taken();
    answers[0].resolve({ durationMs: 1, error: 'too late' });
    expect(await failing).toBe('STOP');
    expect(await only()).toMatchObject({ state: 'PENDING', failures: 0, nextAttemptAt: 0 });
    expect(await webhookRow(app, hook)).toMatchObject({ failures: 0, leasedBy: lease.holder });
    // It begins nothing more.
    expect(await attemptDelivery(sender, lost, id)).toBe('STOP');
    expect(receiver.received).toHaveLength(1);

    const succeeding = attemptDelivery(slow(answers[1].promise), lease, id);
    await receiver.until(2);
    app.clock.advance(leaseMs);
    const other = await taken();
    answers[1].resolve({ durationMs: 1, answer: { status: 200, excerpt: '', retryAfterSeconds: undefined } });
    expect(await succeeding).toBe('STOP');
    expect(await only()).toMatchObject({ state: 'DELIVERED' });
    // Who has it now finds nothing to do.
    expect(await attemptDelivery(sender, other, id)).toBe('ON');
    await giveBack(app.core, lease);
    expect((await webhookRow(app, hook)).leasedBy).toBe(other.holder);
    await giveBack(app.core, other);
    expect(await webhookRow(app, hook)).toMatchObject({ leasedBy: '', leasedUntil: 0, dueAt: null });
    expect(receiver.received).toHaveLength(2);
  });

  test('a worker that is stopped finishes what is under way, and leaves the rest to others at once', async () => {
    await publish(8);
    const worker = new WebhookWorker(sender);
    const held = Promise.withResolvers<void>();
    receiver.respond((response) => void held.promise.then(() => response.writeHead(204).end()));
    worker.wake();
    await receiver.until(4);
    const stopped = worker.stop();
    held.resolve();
    await stopped;
    const states = (await deliveriesOf(app, hook)).map(({ state }) => state);
    expect(states.filter((state) => state === 'DELIVERED')).toHaveLength(4);
    expect(await webhookRow(app, hook)).toMatchObject({ leasedBy: '', leasedUntil: 0, dueAt: app.clock.now() });
    worker.wake();
    await worker.idle();
    expect(receiver.received).toHaveLength(4);
    const other = new WebhookWorker(sender);
    await other.idle();
    expect(receiver.received).toHaveLength(8);
    await other.stop();
  });

  test('an attempt that dies before it is noted has sent nothing', async () => {
    await publish(1);
    const { id } = await only();
    const lease = await taken();
    const tx = app.core.database.tx.bind(app.core.database);
    app.core.database.tx = (work) =>
      tx(async (manager) => {
        await work(manager);
        throw new Error('gone');
      });
    await expect(attemptDelivery(sender, lease, id)).rejects.toThrow('gone');
    app.core.database.tx = tx;
    expect(await only()).toMatchObject({ state: 'PENDING', attempts: 0, body: null });
    expect(receiver.connections()).toBe(0);
    await giveBack(app.core, lease);
  });

  test('what is deleted, paused or set up anew in the midst of it is not sent any more', async () => {
    await publish(3);
    const [first, second, third] = await deliveriesOf(app, hook);
    const lease = await taken();
    await app.core.database.tx((tx) => tx.query("UPDATE webhook SET state = 'PAUSED' WHERE id = ?", [hook.id]));
    expect(await attemptDelivery(sender, lease, first?.id ?? '')).toBe('STOP');
    // Between the making of the payload and the sending of it.
    const edited: Sender = {
      ...sender,
      render: async (...args) => {
        await app.core.database.tx((tx) => tx.query("UPDATE webhook SET state = 'ACTIVE', edition = edition + 1 WHERE id = ?", [hook.id]));
        return sender.render(...args);
      },
    };
    await app.core.database.tx((tx) => tx.query("UPDATE webhook SET state = 'ACTIVE' WHERE id = ?", [hook.id]));
    expect(await attemptDelivery(edited, lease, second?.id ?? '')).toBe('STOP');
    const deleted: Sender = {
      ...sender,
      render: async (...args) => {
        const body = await sender.render(...args);
        await app.core.database.tx((tx) => tx.query('DELETE FROM webhook WHERE id = ?', [hook.id]));
        return body;
      },
    };
    expect(await attemptDelivery(deleted, lease, third?.id ?? '')).toBe('STOP');
    await giveBack(app.core, lease);
    expect(receiver.connections()).toBe(0);
  });
});
