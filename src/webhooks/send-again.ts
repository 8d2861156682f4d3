import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { announce } from '../db/announce.ts';
import { type DeliveryRow, WebhookDeliveryTable, WebhookTable } from '../db/tables/webhook.ts';
import { InvalidInput } from '../errors.ts';
import { freshDelivery } from './collect.ts';
import { nextDueAt } from './due.ts';
import { getDeliveryFor, getWebhookFor } from './find.ts';
import { lockWebhook } from './lease.ts';
import { ping } from './payload.ts';

/** Sends a delivery that has come to an end once more, under the same id, at once. Throws InvalidInput and what authorisation throws. */
export async function redeliver(core: Core, actor: Actor, deliveryId: string): Promise<DeliveryRow> {
  const { webhook } = await getDeliveryFor(core.database.reads, actor, deliveryId);
  return core.database.tx(async (tx) => {
    await lockWebhook(tx, webhook.id);
    const { webhook: current, delivery } = await getDeliveryFor(tx, actor, deliveryId);
    if (delivery.state === 'PENDING') throw new InvalidInput('deliveryId', 'It is about to be sent.');
    if (current.state === 'DISABLED') throw new InvalidInput('deliveryId', 'Its webhook is disabled; make that active first.');
    const changes = { state: 'PENDING', reason: null, failures: 0, firstAttemptAt: null, nextAttemptAt: 0, finishedAt: null } as const;
    await tx.update(WebhookDeliveryTable, { id: deliveryId }, changes);
    await hurry(tx, current.id, core.clock.now());
    return { ...delivery, ...changes };
  });
}

/** Sends a message of the type `Ping`, once and at once, whatever state the webhook is in. Throws what authorisation throws. */
export async function pingWebhook(core: Core, actor: Actor, webhookId: string): Promise<DeliveryRow> {
  return core.database.tx(async (tx) => {
    await lockWebhook(tx, webhookId);
    await getWebhookFor(tx, actor, webhookId);
    const now = core.clock.now();
    const delivery: DeliveryRow = { ...freshDelivery(webhookId, now), eventSeq: null, eventType: ping, packageId: null };
    await tx.insert(WebhookDeliveryTable, delivery);
    await hurry(tx, webhookId, now);
    return delivery;
  });
}

/** Has a webhook looked at now, even one that is left alone after failures. The caller holds its lock. */
async function hurry(tx: EntityManager, id: string, now: number): Promise<void> {
  await tx.update(WebhookTable, { id }, { nextAttemptAt: 0 });
  const webhook = await tx.findOneByOrFail(WebhookTable, { id });
  await tx.update(WebhookTable, { id }, { dueAt: await nextDueAt(tx, webhook, now) });
  announce(tx, 'deliveries');
}
