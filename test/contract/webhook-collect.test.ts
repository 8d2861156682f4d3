import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DeliveryRow, WebhookDeliveryTable } from '../../src/db/tables/webhook.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { numberEvents } from '../../src/events/number.ts';
import { collectDeliveries, freshDelivery, maxWaiting } from '../../src/webhooks/collect.ts';
import { databases } from '../support/environment/databases.ts';
import { stopBackground, type TestApp } from '../support/app.ts';
import { openRegistry, publishAs } from './registry.ts';
import { deliveriesOf, makeWebhook, webhookRow } from './webhook-world.ts';

/** Nothing is sent here: the worker is stopped, and so is the relay, whose work the tests do. */
describe.for(databases)('deliveries on $name', { timeout: 30_000 }, ({ open, missing }) => {
  let app: TestApp;
  const test = it.skipIf(missing !== undefined);
  const url = 'https://hooks.example/';

  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await stopBackground(app);
    await app.namespace('acme/other');
    await app.namespace('elsewhere', 'PROJECT');
    await app.core.database.tx((tx) => tx.query("INSERT INTO membership (user_id, namespace_id, role, created_at) SELECT u.id, n.id, 'OWNER', 1 FROM user u, namespace n WHERE u.username = 'maintainer' AND n.path = 'elsewhere'"));
    app.core.authenticator.forget();
  });
  afterAll(() => app?.close());
  afterEach(() => app?.core.database.tx((tx) => tx.query('DELETE FROM webhook')));

  async function number(): Promise<void> {
    while ((await numberEvents(app.core, [collectDeliveries(app.core)])) > 0);
  }
  const named = async (hook: { id: string }) => {
    const deliveries = await deliveriesOf(app, hook);
    const events = await Promise.all(deliveries.map(({ eventSeq }) => app.core.database.reads.findOneByOrFail(EventTable, { seq: eventSeq ?? -1 })));
    return events.map(({ type, payload }) => `${type} ${payload['name']}`);
  };
  const document = (filter: string, selection = '... on PackageEvent { packageName }') => `subscription { events${filter} { ${selection} } }`;

  test('are made for each webhook of the node and of those above that asks for the event', async () => {
    const wanted = {
      group: await makeWebhook(app, url),
      instance: await makeWebhook(app, url, { as: 'admin', namespace: '' }),
      project: await makeWebhook(app, url, { namespace: 'acme/widgets' }),
      published: await makeWebhook(app, url, { document: 'subscription { packagePublished { packageName } }' }),
      byType: await makeWebhook(app, url, { document: document('(filter: { types: [PACKAGE_PUBLISHED, TAG_SET] })') }),
      byName: await makeWebhook(app, url, { document: document('(filter: { name: "lib" })') }),
      byFormat: await makeWebhook(app, url, { document: document('(filter: { formats: [NPM] })') }),
      byNamespace: await makeWebhook(app, url, { document: document('(filter: { namespace: "acme/widgets" })') }),
    };
    const unwanted = {
      sibling: await makeWebhook(app, url, { namespace: 'acme/other' }),
      elsewhere: await makeWebhook(app, url, { namespace: 'elsewhere' }),
      otherType: await makeWebhook(app, url, { document: document('', '... on VersionDeleted { packageName }') }),
      otherName: await makeWebhook(app, url, { document: document('(filter: { name: "lib2" })') }),
      otherFormat: await makeWebhook(app, url, { document: document('(filter: { formats: [GENERIC] })') }),
      otherNamespace: await makeWebhook(app, url, { document: document('(filter: { namespace: "acme/other" })') }),
    };
    await publishAs(app, { name: 'lib' });
    await number();
    for (const [name, hook] of Object.entries(wanted)) expect([name, await named(hook)]).toEqual([name, ['PACKAGE_PUBLISHED lib']]);
    for (const [name, hook] of Object.entries(unwanted)) expect([name, await named(hook)]).toEqual([name, []]);
    expect((await webhookRow(app, wanted.group)).dueAt).toBe(app.clock.now());
    expect((await webhookRow(app, unwanted.sibling)).dueAt).toBeNull();
  });

  test('are there with the numbers, or neither is', async () => {
    const hook = await makeWebhook(app, url);
    await number();
    await publishAs(app, { name: 'together' });
    const failing = numberEvents(app.core, [
      collectDeliveries(app.core),
      async () => {
        throw new Error('the power went');
      },
    ]);
    await expect(failing).rejects.toThrow('the power went');
    const unnumbered: unknown[] = await app.core.database.reads.query('SELECT id FROM event WHERE seq IS NULL');
    expect([unnumbered.length, await named(hook)]).toEqual([1, []]);
    await number();
    expect(await named(hook)).toEqual(['PACKAGE_PUBLISHED together']);
  });

  test('are one for each webhook and event, however many processes number', async () => {
    const hook = await makeWebhook(app, url);
    for (let index = 0; index < 30; index++) await publishAs(app, { name: `many-${index}` });
    await Promise.all([number(), number(), number()]);
    expect(await named(hook)).toEqual(Array.from({ length: 30 }, (_, index) => `PACKAGE_PUBLISHED many-${index}`));
  });

  test('wait for a webhook that is paused, not for one that is disabled', async () => {
    const [paused, disabled] = [await makeWebhook(app, url), await makeWebhook(app, url)];
    await app.core.database.tx(async (tx) => {
      await tx.query("UPDATE webhook SET state = 'PAUSED' WHERE id = ?", [paused.id]);
      await tx.query("UPDATE webhook SET state = 'DISABLED' WHERE id = ?", [disabled.id]);
    });
    await publishAs(app, { name: 'waits' });
    await number();
    expect([await named(paused), await named(disabled)]).toEqual([['PACKAGE_PUBLISHED waits'], []]);
    expect((await webhookRow(app, paused)).dueAt).toBeNull();
  });

  /** Lets so many deliveries wait for a webhook. */
  async function fill({ id }: { id: string }, count: number): Promise<void> {
    const rows = Array.from({ length: count }, (_, index): DeliveryRow => ({ ...freshDelivery(id, app.clock.now()), eventSeq: -1 - index, eventType: 'TAG_SET', packageId: null }));
    await app.core.database.tx(async (tx) => {
      for (let start = 0; start < count; start += 500) {
        await tx.createQueryBuilder().insert().into(WebhookDeliveryTable).values(rows.slice(start, start + 500)).updateEntity(false).execute();
      }
    });
  }

  test.for([
    ['paused', "state = 'PAUSED'"],
    ['failing', 'failures = 3, next_attempt_at = 5'],
  ] as const)(`are ${maxWaiting} at most for a webhook that is %s, and what is missed is counted`, async ([state, condition]) => {
    const hook = await makeWebhook(app, url);
    await number();
    await app.core.database.tx((tx) => tx.query(`UPDATE webhook SET ${condition} WHERE id = ?`, [hook.id]));
    await fill(hook, maxWaiting - 1);
    for (const name of ['one', 'two', 'three']) await publishAs(app, { name: `${state}-${name}` });
    await number();
    const [{ waiting }] = await app.core.database.reads.query("SELECT COUNT(*) AS waiting FROM webhook_delivery WHERE webhook_id = ? AND state = 'PENDING'", [hook.id]);
    expect([Number(waiting), (await webhookRow(app, hook)).missedEvents]).toEqual([maxWaiting, 2]);
    const [newest] = await app.core.database.reads.query('SELECT MAX(event_seq) AS seq FROM webhook_delivery WHERE webhook_id = ?', [hook.id]);
    expect((await app.core.database.reads.findOneByOrFail(EventTable, { seq: Number(newest.seq) })).payload['name']).toBe(`${state}-one`);
  });

  test('are not bounded for a webhook that is well', async () => {
    const hook = await makeWebhook(app, url);
    await number();
    await fill(hook, maxWaiting);
    await publishAs(app, { name: 'well' });
    await number();
    expect([(await deliveriesOf(app, hook)).length, (await webhookRow(app, hook)).missedEvents]).toEqual([maxWaiting + 1, 0]);
  });

  test('are left alone with a webhook that is, until its time', async () => {
    const hook = await makeWebhook(app, url);
    await app.core.database.tx((tx) => tx.query('UPDATE webhook SET failures = 3, next_attempt_at = ? WHERE id = ?', [app.clock.now() + 5_000, hook.id]));
    await publishAs(app, { name: 'later' });
    await number();
    expect((await webhookRow(app, hook)).dueAt).toBe(app.clock.now() + 5_000);
  });

  test('of a node that is deleted meanwhile go with its webhooks', async () => {
    const gone = await app.namespace('acme/gone');
    const hook = await makeWebhook(app, url, { namespace: 'acme/gone' });
    const above = await makeWebhook(app, url, { document: document('', '... on Event { id }') });
    await number();
    await app.core.database.tx((tx) => tx.query('DELETE FROM namespace WHERE id = ?', [gone.id]));
    await number();
    expect(await deliveriesOf(app, hook)).toEqual([]);
    await expect(webhookRow(app, above)).resolves.toMatchObject({ state: 'ACTIVE' });
  });
});
