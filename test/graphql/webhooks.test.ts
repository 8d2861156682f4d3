import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setMember } from '../../src/access/members.ts';
import { createNamespaceToken } from '../../src/access/node-tokens.ts';
import { revokeToken } from '../../src/access/end-token.ts';
import { createToken } from '../../src/access/tokens.ts';
import { updateUser } from '../../src/access/manage-users.ts';
import { maxWebhooks } from '../../src/webhooks/manage.ts';
import { type Person, startApp, type TestApp, userOf } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { answer, type Receiver, startReceiver } from '../support/receiver.ts';
import { allowed, attemptsOf, deliveriesOf, makeWebhook, settled, small, webhookRow } from '../contract/webhook-world.ts';
import { ask, backends, put, query } from './client.ts';

describe.each(backends)('webhooks over $name', { timeout: 30_000 }, (backend) => {
  describe.skipIf(backend.missing)('in GraphQL', () => {
    let app: TestApp;
    let receiver: Receiver;
    const ids: Record<string, string> = {};

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open(), env: allowed });
      for (const path of ['acme', 'acme/widgets']) ids[path] = (await ask(app, 'admin', 'query($path: String!) { namespace(path: $path) { id } }', { path })).namespace.id;
    });
    afterAll(() => app?.close());
    beforeEach(async () => {
      receiver = await startReceiver();
    });
    afterEach(async () => {
      await app.core.database.tx((tx) => tx.query('DELETE FROM webhook'));
      await receiver.close();
    });

    /** Runs a mutation: its result, or the codes of the errors. */
    async function mutate(as: Person, name: string, input: object, selection: string) {
      const type = name.charAt(0).toUpperCase() + name.slice(1);
      const failures = '... on InvalidInput { field message } ... on UnreadableField { path }';
      const { data, errors } = await query(app, as, `mutation($input: ${type}Input!) { result: ${name}(input: $input) { __typename ... on ${type}Payload { ${selection} } ${name.includes('eateWebhook') || name === 'updateWebhook' ? failures : '... on InvalidInput { field message }'} } }`, { input });
      return errors ? errors.map(({ extensions }) => extensions.code) : data.result;
    }
    const fields = 'id name url document eventTypes state reason failingSince nextAttemptAt missedEvents previousSecretExpiresAt createdAt updatedAt namespace { path } owner { displayName }';
    const create = (as: Person, input: object = {}) => mutate(as, 'createWebhook', { namespaceId: ids['acme'], name: 'CI', url: receiver.url, document: small, ...input }, `secret webhook { ${fields} }`);
    const byId = (as: Person, id: string, selection: string) => ask(app, as, `query($id: ID!) { node(id: $id) { ${selection} } }`, { id }).then(({ node }) => node);

    it('are made, listed, read by id, changed and deleted; the secret is shown once', async () => {
      const { webhook, secret } = await create('maintainer');
      const at = new Date(app.clock.now()).toISOString();
      expect(webhook).toMatchObject({
        id: expect.stringMatching(/^whk_/), name: 'CI', url: receiver.url, document: small, state: 'ACTIVE', reason: null, failingSince: null, nextAttemptAt: null, missedEvents: 0,
        previousSecretExpiresAt: null, createdAt: at, updatedAt: at, namespace: { path: 'acme' }, owner: { displayName: 'maintainer' },
      });
      expect(secret).toMatch(/^whsec_/);
      const listed = await ask(app, 'owner', `{ namespace(path: "acme") { webhooks(first: 1) { totalCount nodes { ${fields} } } } }`);
      expect(listed.namespace.webhooks).toEqual({ totalCount: 1, nodes: [webhook] });
      expect(await byId('owner', webhook.id, `__typename ... on Webhook { ${fields} }`)).toEqual({ __typename: 'Webhook', ...webhook });
      const changed = await mutate('owner', 'updateWebhook', { webhookId: webhook.id, name: 'Chat' }, `webhook { ${fields} }`);
      expect(changed.webhook).toEqual({ ...webhook, name: 'Chat' });
      const { deletedWebhookId, namespace } = await mutate('owner', 'deleteWebhook', { webhookId: webhook.id }, 'deletedWebhookId namespace { webhooks { totalCount } }');
      expect([deletedWebhookId, namespace.webhooks.totalCount]).toEqual([webhook.id, 0]);
      expect(await byId('owner', webhook.id, 'id')).toBeNull();
      await settled(app);
      const { events } = await ask(app, 'maintainer', '{ events(filter: { types: [WEBHOOK_CHANGED] }, first: 100) { nodes { actor { displayName } ... on WebhookChanged { webhookId webhookName webhook { id } details } } } }');
      const told = events.nodes.filter(({ webhookId }: { webhookId: string }) => webhookId === webhook.id);
      expect(told.map(({ actor, webhookName, details }: any) => [actor.displayName, webhookName, details.change])).toEqual([['maintainer', 'CI', 'CREATED'], ['owner', 'Chat', 'UPDATED'], ['owner', 'Chat', 'DELETED']]);
      expect(JSON.stringify(events)).not.toContain(receiver.url);
    });

    it.each([
      ['name', { name: '' }],
      ['name', { name: 'x'.repeat(256) }],
      ['url', { url: 'nowhere' }],
      ['url', { url: 'ftp://hooks.example/' }],
      ['url', { url: 'javascript:alert(1)' }],
      ['url', { url: 'https://user@hooks.example/' }],
      ['url', { url: 'https://:password@hooks.example/' }],
      ['url', { url: `https://hooks.example/${'x'.repeat(2048)}` }],
      ['document', { document: '{ viewer { isAdmin } }' }],
    ])('say that %s is wrong, and change nothing', async (field, input) => {
      const { webhook } = await create('maintainer');
      const before = await countEverything(app.core);
      expect(await create('maintainer', input)).toMatchObject({ __typename: 'InvalidInput', field });
      expect(await mutate('maintainer', 'updateWebhook', { webhookId: webhook.id, ...input }, '__typename')).toMatchObject({ __typename: 'InvalidInput', field });
      expect(await countEverything(app.core)).toEqual(before);
      expect(await byId('maintainer', webhook.id, `... on Webhook { ${fields} }`)).toEqual(webhook);
    });

    it('are a hundred in a namespace at most', async () => {
      const { webhook } = await create('maintainer');
      const columns = 'namespace_id, name, url, document, filter, owner_id, owner_scopes, edition, base_url, state, secret, is_proven, failures, next_attempt_at, leased_by, leased_until, missed_events, created_at, updated_at';
      await app.core.database.tx(async (tx) => {
        for (let index = 2; index < maxWebhooks; index++) await tx.query(`INSERT INTO webhook (id, ${columns}) SELECT ?, ${columns} FROM webhook WHERE id = ?`, [`whk_${index}`, webhook.id]);
      });
      expect((await create('maintainer')).__typename).toBe('CreateWebhookPayload');
      expect(await create('maintainer')).toMatchObject({ __typename: 'InvalidInput', field: 'namespaceId' });
      expect((await create('maintainer', { namespaceId: ids['acme/widgets'] })).__typename).toBe('CreateWebhookPayload');
    });

    const denials: [Person, string][] = [['anonymous', 'UNAUTHENTICATED'], ['outsider', 'NOT_FOUND'], ['reader', 'FORBIDDEN'], ['developer', 'FORBIDDEN']];
    it.each(denials)('are not for %s', async (as, code) => {
      const { webhook } = await create('maintainer');
      await put(app, 'acme/widgets', { name: `for-${as}` });
      await settled(app);
      const [delivery] = await deliveriesOf(app, webhook);
      const before = await countEverything(app.core);
      for (const [name, input] of [
        ['createWebhook', { namespaceId: ids['acme'], name: 'x', url: 'https://hooks.example/' }],
        ['updateWebhook', { webhookId: webhook.id, url: 'https://evil.example/' }],
        ['rotateWebhookSecret', { webhookId: webhook.id }],
        ['deleteWebhook', { webhookId: webhook.id }],
        ['pingWebhook', { webhookId: webhook.id }],
        ['redeliver', { deliveryId: delivery?.id }],
      ] as const) {
        expect([name, await mutate(as, name, input, '__typename')]).toEqual([name, [code]]);
      }
      expect(await countEverything(app.core)).toEqual(before);
      expect(await byId(as, webhook.id, 'id')).toBeNull();
      expect(await byId(as, delivery?.id ?? '', 'id')).toBeNull();
      const { data, errors } = await query(app, as, '{ namespace(path: "acme") { path webhooks { totalCount } } }');
      if (code === 'FORBIDDEN') expect([data.namespace, errors?.map(({ extensions }) => extensions.code)]).toEqual([{ path: 'acme', webhooks: null }, ['FORBIDDEN']]);
      else expect(data.namespace).toBeNull();
    });

    it('show their deliveries, with the event to those who are told of it, page by page', async () => {
      const { webhook } = await create('maintainer');
      receiver.respond(answer(200, {}, 'y'.repeat(5_000)));
      for (const version of ['1.0.0', '2.0.0', '3.0.0']) await put(app, 'acme/widgets', { name: 'paged', version });
      await settled(app);
      const selection = 'nodes { id state isPing eventType attemptCount nextAttemptAt finishedAt event { __typename ... on PackagePublished { versionName } } attempts { number status error responseExcerpt durationMs } webhook { id } } pageInfo { hasNextPage endCursor } totalCount';
      const page = (after: string | null, state: string | null = null) =>
        ask(app, 'maintainer', `query($id: ID!, $after: String, $state: WebhookDeliveryState) { node(id: $id) { ... on Webhook { deliveries(first: 2, after: $after, state: $state) { ${selection} } } } }`, { id: webhook.id, after, state }).then(({ node }) => node.deliveries);
      const first = await page(null);
      expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
      expect(first.nodes.map(({ event }: any) => event.versionName)).toEqual(['3.0.0', '2.0.0']);
      expect(first.nodes[0]).toEqual({
        id: expect.stringMatching(/^dlv_/), state: 'DELIVERED', isPing: false, eventType: 'PACKAGE_PUBLISHED', attemptCount: 1, nextAttemptAt: null, finishedAt: new Date(app.clock.now()).toISOString(),
        event: { __typename: 'PackagePublished', versionName: '3.0.0' }, attempts: [{ number: 1, status: 200, error: null, responseExcerpt: 'y'.repeat(1024), durationMs: expect.any(Number) }], webhook: { id: webhook.id },
      });
      const second = await page(first.pageInfo.endCursor);
      expect(second.nodes.map(({ event }: any) => event.versionName)).toEqual(['1.0.0']);
      expect(await page(null, 'FAILED')).toMatchObject({ totalCount: 0, nodes: [] });
      expect(await page(null, 'DELIVERED')).toMatchObject({ totalCount: 3 });
      await app.core.database.tx((tx) => tx.query("UPDATE package SET is_restricted = 1 WHERE name = 'paged'"));
      app.core.events.facts.forget();
      expect((await page(null)).nodes.map(({ event, eventType }: any) => [event, eventType])).toEqual([[null, 'PACKAGE_PUBLISHED'], [null, 'PACKAGE_PUBLISHED']]);
    });

    it('can be redelivered by those who manage them, and only once it has come to an end', async () => {
      const { webhook } = await create('maintainer');
      await mutate('maintainer', 'updateWebhook', { webhookId: webhook.id, state: 'PAUSED' }, 'webhook { state }');
      await put(app, 'acme/widgets', { name: 'again' });
      await settled(app);
      const [delivery] = await deliveriesOf(app, webhook);
      expect(await mutate('owner', 'redeliver', { deliveryId: delivery?.id }, '__typename')).toMatchObject({ __typename: 'InvalidInput', field: 'deliveryId' });
      await mutate('maintainer', 'updateWebhook', { webhookId: webhook.id, state: 'ACTIVE' }, 'webhook { state }');
      await settled(app);
      const { delivery: again } = await mutate('owner', 'redeliver', { deliveryId: delivery?.id }, 'delivery { id state }');
      expect(again).toEqual({ id: delivery?.id, state: 'PENDING' });
      await settled(app);
      expect(receiver.received.map(({ headers, body }) => [headers['webhook-id'], body])).toEqual(Array(2).fill([delivery?.id, receiver.received[0]?.body]));
      for (const id of ['dlv_none', 'nothing', webhook.id]) expect(await mutate('owner', 'redeliver', { deliveryId: id }, '__typename')).toEqual(['NOT_FOUND']);
      for (const id of ['whk_none', 'nothing', delivery?.id]) expect(await mutate('owner', 'pingWebhook', { webhookId: id }, '__typename')).toEqual(['NOT_FOUND']);
      for (const id of ['dlv_none', 'whk_none', 'whk_']) expect(await byId('owner', id, 'id')).toBeNull();
    });

    it('rotates within limits', async () => {
      const { webhook } = await create('maintainer');
      for (const overlapSeconds of [-1, 7 * 24 * 60 * 60 + 1]) expect(await mutate('maintainer', 'rotateWebhookSecret', { webhookId: webhook.id, overlapSeconds }, '__typename')).toMatchObject({ field: 'overlapSeconds' });
      const { secret, webhook: rotated } = await mutate('maintainer', 'rotateWebhookSecret', { webhookId: webhook.id, overlapSeconds: 60 }, 'secret webhook { previousSecretExpiresAt }');
      expect([secret, rotated]).toEqual([expect.stringMatching(/^whsec_/), { previousSecretExpiresAt: new Date(app.clock.now() + 60_000).toISOString() }]);
      app.clock.advance(60_000);
      expect(await byId('maintainer', webhook.id, '... on Webhook { previousSecretExpiresAt }')).toEqual({ previousSecretExpiresAt: null });
    });

    describe('have the rights of their owner', () => {
      const gated = 'subscription { packagePublished { packageName namespace { path tokens { totalCount } members { totalCount } } } }';
      const data = () => receiver.received.map(({ body }) => JSON.parse(body));
      const setRole = async (username: string, role: 'GUEST' | 'REPORTER' | 'MAINTAINER') => {
        await setMember(app.core, await app.actor('admin'), { namespaceId: ids['acme'] ?? '', username, role });
        app.core.authenticator.forget();
      };

      it('as they are when it is sent: what was refused since is null, with the reason; what may not be seen at all is not sent', async () => {
        const { webhook } = await create('maintainer', { document: gated });
        await put(app, 'acme/widgets', { name: 'shrinking', version: '1.0.0' });
        await settled(app);
        await setRole('maintainer', 'REPORTER');
        await put(app, 'acme/widgets', { name: 'shrinking', version: '2.0.0' });
        await settled(app);
        await setRole('maintainer', 'GUEST');
        await put(app, 'acme/widgets', { name: 'shrinking', version: '3.0.0' });
        await settled(app);
        await setRole('maintainer', 'MAINTAINER');
        await put(app, 'acme/widgets', { name: 'shrinking', version: '4.0.0' });
        await settled(app);
        const whole = { packagePublished: { packageName: 'shrinking', namespace: { path: 'acme/widgets', tokens: { totalCount: 0 }, members: { totalCount: 0 } } } };
        const [first, second, fourth, ...more] = data();
        expect(more).toEqual([]);
        expect([first.data, first.errors, fourth.data, fourth.errors]).toEqual([whole, undefined, whole, undefined]);
        expect(second.data).toEqual({ packagePublished: { packageName: 'shrinking', namespace: { path: 'acme/widgets', tokens: null, members: { totalCount: 0 } } } });
        expect(second.errors).toMatchObject([{ path: ['packagePublished', 'namespace', 'tokens'], extensions: { code: 'FORBIDDEN' } }]);
        expect((await deliveriesOf(app, webhook)).map(({ state }) => state)).toEqual(['DELIVERED', 'DELIVERED', 'SKIPPED', 'DELIVERED']);
      });

      it('never more than the credential that they were set up with', async () => {
        const user = await userOf(app.core, 'maintainer');
        const { secret } = await createToken(app.core, { userId: user?.id ?? '', name: 'narrow', scopes: ['READ', 'ADMIN'], expiresAt: app.clock.now() + 3_600_000 });
        const post = (document: string) =>
          fetch(`${app.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
            body: JSON.stringify({ query: 'mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename ... on CreateWebhookPayload { webhook { id } } } }', variables: { input: { namespaceId: ids['acme'], name: 'x', url: receiver.url, document } } }),
          }).then(async (response) => ((await response.json()) as { data: any }).data.createWebhook);
        expect((await post('subscription { packagePublished { package { deletedVersions { totalCount } } } }')).__typename).toBe('UnreadableField');
        const { webhook } = await post('subscription { packagePublished { namespace { viewerCan { read publish delete manage } } } }');
        await put(app, 'acme/widgets', { name: 'narrowed', version: '1.0.0' });
        await settled(app);
        expect(data()[0].data.packagePublished.namespace.viewerCan).toEqual({ read: true, publish: false, delete: false, manage: true });
        // The token is no good any more, and neither is what was made with it.
        app.clock.advance(3_600_000);
        await put(app, 'acme/widgets', { name: 'narrowed', version: '2.0.0' });
        await settled(app);
        expect(data()).toHaveLength(1);
        expect(await byId('maintainer', webhook.id, '... on Webhook { state reason }')).toEqual({ state: 'DISABLED', reason: 'It has no owner any more: The token that it was set up with has expired.' });
      });

      it('and end with them: a user who is blocked, a token that is revoked', async () => {
        const { core } = app;
        const admin = await app.actor('admin');
        const { token, secret } = await createNamespaceToken(core, admin, { namespaceId: ids['acme'] ?? '', kind: 'PROJECT', name: 'robot', role: 'MAINTAINER', scopes: ['READ', 'ADMIN'] });
        app.secrets.outsider = secret;
        const byToken = await create('outsider');
        expect(byToken.webhook.owner).toEqual({ displayName: 'robot' });
        const byOwner = await create('owner');
        await put(app, 'acme/widgets', { name: 'ending', version: '1.0.0' });
        await settled(app);
        expect(data()).toHaveLength(2);
        await revokeToken(core, admin, token.id);
        await updateUser(core, admin, 'owner', { isBlocked: true });
        await put(app, 'acme/widgets', { name: 'ending', version: '2.0.0' });
        await settled(app);
        await updateUser(core, admin, 'owner', { isBlocked: false });
        expect(data()).toHaveLength(2);
        const states = await Promise.all([byToken, byOwner].map(({ webhook }) => byId('maintainer', webhook.id, '... on Webhook { state reason }')));
        expect(states).toEqual([
          { state: 'DISABLED', reason: 'It has no owner any more: The token is unknown or revoked.' },
          { state: 'DISABLED', reason: 'It has no owner any more: The user who set it up is blocked.' },
        ]);
        // Whoever takes it up again is its owner.
        const { webhook } = await mutate('maintainer', 'updateWebhook', { webhookId: byOwner.webhook.id, state: 'ACTIVE' }, `webhook { ${fields} }`);
        expect(webhook).toMatchObject({ state: 'ACTIVE', reason: null, owner: { displayName: 'maintainer' } });
        await put(app, 'acme/widgets', { name: 'ending', version: '3.0.0' });
        await settled(app);
        expect(data()).toHaveLength(3);
      });

      it('so that nobody turns one of somebody with more rights to themselves', async () => {
        const document = 'subscription { packagePublished { packageName actor { ... on User { isBlocked } } } }';
        const hook = await makeWebhook(app, receiver.url, { as: 'admin', document });
        const other = await startReceiver();
        receiver.respond(answer(500));
        await put(app, 'acme/widgets', { name: 'stolen', version: '1.0.0' });
        await settled(app);
        const [before] = await deliveriesOf(app, hook);
        expect(before).toMatchObject({ state: 'PENDING', body: expect.stringContaining('isBlocked') });

        const unchanged = await webhookRow(app, hook);
        expect(await mutate('maintainer', 'updateWebhook', { webhookId: hook.id, url: other.url }, '__typename')).toEqual({ __typename: 'UnreadableField', path: 'packagePublished.actor.isBlocked' });
        expect(await webhookRow(app, hook)).toEqual(unchanged);
        await mutate('maintainer', 'updateWebhook', { webhookId: hook.id, name: 'renamed' }, '__typename');
        await mutate('maintainer', 'updateWebhook', { webhookId: hook.id, state: 'PAUSED' }, '__typename');
        expect(await byId('maintainer', hook.id, '... on Webhook { owner { displayName } }')).toEqual({ owner: { displayName: 'Administrator' } });

        // With a document of their own they get what they may see, also of what was made for the other.
        const taken = await mutate('maintainer', 'updateWebhook', { webhookId: hook.id, url: other.url, document: small, state: 'ACTIVE' }, 'webhook { owner { displayName } }');
        expect(taken.webhook).toEqual({ owner: { displayName: 'maintainer' } });
        app.clock.advance(60_000);
        await settled(app);
        expect(other.received.map(({ body, headers }) => [headers['webhook-id'], JSON.parse(body).data])).toEqual([[before?.id, { events: { packageName: 'stolen', versionName: '1.0.0' } }]]);
        expect(before && (await attemptsOf(app, before))).toHaveLength(2);
        await other.close();
      });
    });

    it('link to the server as their owner reaches it', async () => {
      await create('maintainer', { document: 'subscription { packagePublished { version { files { downloadUrl } } } }' });
      await put(app, 'acme/widgets', { name: 'linked' });
      await settled(app);
      const [message] = receiver.received;
      const [file] = JSON.parse(message?.body ?? '').data.packagePublished.version.files;
      expect(file.downloadUrl).toMatch(new RegExp(`^${app.url}/`));
      expect((await app.fetch(new URL(file.downloadUrl).pathname, 'reader')).status).toBe(200);
    });
  });
});
