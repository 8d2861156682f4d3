import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databases } from '../support/environment/databases.ts';
import type { TestApp } from '../support/app.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openRegistry, publishAs } from './registry.ts';
import { allowed, attemptsOf, deliveriesOf, makeWebhook, settled, verified, webhookRow } from './webhook-world.ts';

describe.for(databases)('webhooks on $name', { timeout: 30_000 }, ({ open, missing }) => {
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
});
