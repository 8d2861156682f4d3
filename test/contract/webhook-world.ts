import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { vi } from 'vitest';
import type { AttemptRow, DeliveryRow, WebhookRow } from '../../src/db/tables/webhook.ts';
import { WebhookAttemptTable, WebhookDeliveryTable, WebhookTable } from '../../src/db/tables/webhook.ts';
import { hasUnnumbered } from '../../src/events/number.ts';
import { ask } from '../graphql/client.ts';
import type { Person, TestApp } from '../support/app.ts';
import type { Received } from '../support/receiver.ts';

/** What a server needs to send to a receiver of a test. */
export const allowed = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' };

/** A webhook as tests know it. */
export interface MadeWebhook {
  id: string;
  secret: string;
}

/** Asks for names alone. */
export const small = 'subscription { events { ... on PackageEvent { packageName } ... on VersionEvent { versionName } } }';

/** Makes a webhook through the API. */
export async function makeWebhook(app: TestApp, url: string, { as = 'maintainer', namespace = 'acme', document = small as string | undefined }: { as?: Person; namespace?: string; document?: string | undefined } = {}): Promise<MadeWebhook> {
  const { namespace: node } = await ask(app, as, 'query($path: String!) { namespace(path: $path) { id } }', { path: namespace });
  const { createWebhook } = await ask(
    app,
    as,
    'mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename ... on CreateWebhookPayload { secret webhook { id } } ... on UserError { message } } }',
    { input: { namespaceId: node.id, name: 'test', url, ...(document === undefined ? {} : { document }) } },
  );
  if (createWebhook.__typename !== 'CreateWebhookPayload') throw new Error(JSON.stringify(createWebhook));
  return { id: createWebhook.webhook.id, secret: createWebhook.secret };
}

/** Resolves when everything that happened has its deliveries, and all that may be sent now was. */
export async function settled(app: TestApp): Promise<void> {
  while (await hasUnnumbered(app.core)) await sleep(5);
  await app.app.webhooks.idle();
}

/** The row of a webhook. */
export function webhookRow(app: TestApp, { id }: { id: string }): Promise<WebhookRow> {
  return app.core.database.reads.findOneByOrFail(WebhookTable, { id });
}

/** The deliveries of a webhook, in the order of the log. */
export function deliveriesOf(app: TestApp, { id }: { id: string }): Promise<DeliveryRow[]> {
  return app.core.database.reads.find(WebhookDeliveryTable, { where: { webhookId: id }, order: { eventSeq: 'ASC', id: 'ASC' } });
}

/** The attempts of a delivery. */
export function attemptsOf(app: TestApp, { id }: { id: string }): Promise<AttemptRow[]> {
  return app.core.database.reads.find(WebhookAttemptTable, { where: { deliveryId: id }, order: { number: 'ASC' } });
}

/** What a message says, once the public library has verified it at an instant. */
export function verified({ body, headers }: Received, secret: string, now: number = Date.now()): { type: string; timestamp: string; data: any; errors?: any } {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  try {
    return new Webhook(secret).verify(body, headers) as never;
  } finally {
    vi.useRealTimers();
  }
}
