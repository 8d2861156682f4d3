import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../graphql/client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { answer, type Receiver, startReceiver } from '../support/receiver.ts';
import { publishAs } from './registry.ts';
import { allowed, deliveriesOf, makeWebhook, settled } from './webhook-world.ts';

const document = 'query($id: ID!) { node(id: $id) { ... on WebhookDelivery { state attempts { status durationMs error response: responseExcerpt } } } }';

/** What became of the one delivery of each webhook, as its owner reads it. */
describe('webhooks to', { timeout: 60_000 }, () => {
  let app: TestApp;
  let receiver: Receiver;
  /** What names mean, by the number of times that each was asked for. */
  let names: Record<string, string[]> = {};

  beforeAll(async () => {
    const resolve = async (host: string) => [(names[host] ?? []).shift() ?? '192.0.2.1'];
    app = await startApp({ env: { ...allowed, WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' }, resolve });
  });
  afterAll(() => app?.close());
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await app.core.database.tx((tx) => tx.query('DELETE FROM webhook'));
    await receiver.close();
  });

  let number = 0;
  async function attemptAt(url: string): Promise<{ state: string; attempts: { status: number | null; durationMs: number; error: string | null; response: string | null }[] }> {
    const hook = await makeWebhook(app, url);
    await publishAs(app, { name: `target-${number++}` });
    await settled(app);
    const [delivery] = await deliveriesOf(app, hook);
    return (await ask(app, 'maintainer', document, { id: delivery?.id })).node;
  }

  it('a receiver that is slow: it has five seconds', async () => {
    receiver.respond(() => undefined);
    const { state, attempts } = await attemptAt(receiver.url);
    expect([state, attempts]).toEqual(['PENDING', [{ status: null, durationMs: expect.any(Number), error: 'There was no answer within 5 s.', response: null }]]);
  });

  it('a receiver that redirects: nobody goes there', async () => {
    const other = await startReceiver();
    receiver.respond(answer(308, { location: other.url }, 'elsewhere'));
    const { state, attempts } = await attemptAt(receiver.url);
    expect([state, attempts]).toEqual(['PENDING', [{ status: 308, durationMs: expect.any(Number), error: null, response: 'elsewhere' }]]);
    expect(other.connections()).toBe(0);
    await other.close();
  });

  it('a receiver that answers without end: its status counts, and its beginning is kept', async () => {
    receiver.respond((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(timer));
    });
    const { state, attempts } = await attemptAt(receiver.url);
    expect([state, attempts]).toEqual(['DELIVERED', [{ status: 200, durationMs: expect.any(Number), error: null, response: 'x'.repeat(1024) }]]);
  });

  it('a name that means another address by the time of the connection', async () => {
    names = { 'rebound.example': ['127.0.0.1', '169.254.169.254', '10.0.0.1'] };
    const url = `http://rebound.example:${receiver.port}/`;
    expect((await attemptAt(url)).state).toBe('DELIVERED');
    for (let round = 0; round < 2; round++) {
      const { state, attempts } = await attemptAt(url);
      expect([state, attempts[0]?.error]).toEqual(['PENDING', 'rebound.example is not on the public internet; the operator can open other networks (WEBHOOK_ALLOWED_NETWORKS).']);
    }
    expect(receiver.received).toHaveLength(1);
  });

  it('this server itself: it answers as to anybody, and nothing comes of it', async () => {
    const before = await lastEvent();
    const { state, attempts } = await attemptAt(`${app.url}/graphql`);
    expect([state, attempts[0]?.status]).toEqual(['PENDING', 400]);
    // The webhook was made, the package published: no more.
    expect((await lastEvent()) - before).toBe(2);
  });

  it('this server itself, where the operator has opened nothing: it is not asked', async () => {
    const closed = await startApp();
    try {
      const hook = await makeWebhook(closed, `${closed.url}/graphql`);
      const asked = async () => /entrepot_http_requests_total\{method="POST",area="graphql",status="\d+"\} (\d+)/.exec(await (await fetch(`${closed.url}/metrics`)).text())?.[1];
      const before = await asked();
      await publishAs(closed, { name: 'self' });
      await settled(closed);
      const [delivery] = await deliveriesOf(closed, hook);
      expect(delivery).toMatchObject({ state: 'PENDING', attempts: 1 });
      expect(await asked()).toBe(before);
    } finally {
      await closed.close();
    }
  });

  async function lastEvent(): Promise<number> {
    await settled(app);
    const [row] = await app.core.database.reads.query('SELECT MAX(seq) AS seq FROM event');
    return Number(row.seq);
  }
});
