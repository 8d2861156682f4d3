import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { type DeliveryRow, type WebhookRow, WebhookAttemptTable, WebhookDeliveryTable, WebhookTable } from '../db/tables/webhook.ts';
import type { Sent, WebhookClient } from './client.ts';
import { disableWebhook } from './disable.ts';
import { type Lease, leaseMs, lockLeased } from './lease.ts';
import { type Payload, payloadOf, type RenderPayload } from './payload.ts';
import { settle, type Step } from './settle.ts';
import { signedHeaders } from './secret.ts';

/** What it takes to send. */
export interface Sender {
  core: Core;
  client: WebhookClient;
  render: RenderPayload;
}

/**
 * Makes one attempt to send a delivery: notes that it begins, with what is sent, posts it, and notes what came of it. A process that dies in
 * between leaves a delivery that another sends again, under the same id.
 */
export async function attemptDelivery(sender: Sender, lease: Lease, deliveryId: string): Promise<Step> {
  const { core, client } = sender;
  const { reads } = core.database;
  const webhook = await reads.findOne(WebhookTable, { where: { id: lease.webhookId } });
  const delivery = await reads.findOne(WebhookDeliveryTable, { where: { id: deliveryId } });
  if (!webhook || !delivery) return 'STOP';
  const payload = await makePayload(sender, webhook, delivery);
  const begun = await core.database.tx((tx) => begin(core, tx, lease, { webhook, delivery, payload }));
  if (typeof begun === 'string') return begun;
  const sent = 'error' in payload ? payload : await client.post(begun.url, begun.headers, begun.body);
  return core.database.tx((tx) => settle(core, tx, lease, { deliveryId, number: begun.number, sent, isOurs: 'error' in payload }));
}

/** A payload that cannot be made for now counts as an attempt that failed, but not against the receiver. */
async function makePayload({ core, render }: Sender, webhook: WebhookRow, delivery: DeliveryRow): Promise<Payload | Extract<Sent, { error: string }>> {
  try {
    return await payloadOf(core, render, webhook, delivery);
  } catch (error) {
    core.log.error({ err: error, deliveryId: delivery.id }, 'the payload of a webhook could not be made; it will be tried again');
    return { durationMs: 0, error: `The payload could not be made, by a fault of this server; its log has it under ${delivery.id}.` };
  }
}

interface Begun {
  number: number;
  url: string;
  headers: Record<string, string>;
  body: string;
}

interface Prepared {
  webhook: WebhookRow;
  delivery: DeliveryRow;
  payload: Payload | { error: string };
}

/** Notes the beginning of an attempt, or that there will be none. */
async function begin(core: Core, tx: EntityManager, lease: Lease, prepared: Prepared): Promise<Begun | Step> {
  const now = core.clock.now();
  const { payload } = prepared;
  const webhook = await lockLeased(tx, lease);
  const delivery = await tx.findOne(WebhookDeliveryTable, { where: { id: prepared.delivery.id } });
  // What was changed meanwhile is looked at anew.
  if (!webhook || webhook.edition !== prepared.webhook.edition) return 'STOP';
  if (delivery?.state !== 'PENDING') return 'ON';
  if (webhook.state !== 'ACTIVE' && delivery.eventSeq !== null) return 'STOP';
  if ('kind' in payload && payload.kind !== 'SEND') return withhold(tx, webhook, delivery.id, payload, now);
  const number = delivery.attempts + 1;
  const body = 'kind' in payload ? payload.body : null;
  await tx.query('UPDATE webhook SET leased_until = ? WHERE id = ?', [now + leaseMs, webhook.id]);
  await tx.query('UPDATE webhook_attempt SET error = ? WHERE delivery_id = ? AND duration_ms IS NULL AND error IS NULL', ['The server ended before an answer came.', delivery.id]);
  await tx.update(WebhookDeliveryTable, { id: delivery.id }, { body, edition: webhook.edition, attempts: number, firstAttemptAt: delivery.firstAttemptAt ?? now });
  await tx.insert(WebhookAttemptTable, { deliveryId: delivery.id, number, startedAt: now, durationMs: null, status: null, error: null, response: null });
  const isOverlapping = webhook.previousSecret !== null && (webhook.previousExpiresAt ?? 0) > now;
  const secrets = [webhook.secret, ...(isOverlapping && webhook.previousSecret !== null ? [webhook.previousSecret] : [])];
  const message = { id: delivery.id, timestampSeconds: Math.floor(now / 1000), body: body ?? '' };
  return { number, url: webhook.url, headers: signedHeaders(message, secrets), body: message.body };
}

async function withhold(tx: EntityManager, webhook: WebhookRow, deliveryId: string, { kind, reason }: Exclude<Payload, { kind: 'SEND' }>, now: number): Promise<Step> {
  if (kind === 'DISABLE') {
    await disableWebhook(tx, webhook, reason, now);
    return 'STOP';
  }
  await tx.update(WebhookDeliveryTable, { id: deliveryId }, { state: kind === 'SKIP' ? 'SKIPPED' : 'FAILED', reason, finishedAt: now });
  return 'ON';
}
