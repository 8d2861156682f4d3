import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { dayMs } from '../days.ts';
import { type DeliveryRow, type WebhookRow, WebhookAttemptTable, WebhookDeliveryTable, WebhookTable } from '../db/tables/webhook.ts';
import { backoffMs } from './backoff.ts';
import type { Sent } from './client.ts';
import { disableWebhook } from './disable.ts';
import { afterFailure, isFailing, isHopeless, wellAndProven } from './health.ts';
import { type Lease, lockWebhook } from './lease.ts';

/** A delivery is tried for so long. */
const triedForMs = dayMs;
/** The receiver says that it wants nothing more, ever. */
const gone = 410;

/** How work on a webhook goes on. WAIT: but for what is about the same package. STOP: not for now. */
export type Step = 'ON' | 'WAIT' | 'STOP';

/** What came of an attempt. `isOurs`: a failure of this server. */
export interface Result {
  deliveryId: string;
  number: number;
  sent: Sent;
  isOurs: boolean;
}

/** Notes what came of an attempt, and what follows from it for the delivery and its webhook. */
export async function settle(core: Core, tx: EntityManager, lease: Lease, result: Result): Promise<Step> {
  const now = core.clock.now();
  const webhook = await lockWebhook(tx, lease.webhookId);
  const delivery = await tx.findOne(WebhookDeliveryTable, { where: { id: result.deliveryId } });
  if (!webhook || !delivery) return 'STOP';
  await noteAttempt(tx, result);
  const isPending = delivery.state === 'PENDING';
  const isHeld = webhook.leasedBy === lease.holder;
  if (isAccepted(result.sent)) {
    if (isPending) await finish(tx, delivery, 'DELIVERED', null, now);
    if (!webhook.isProven || webhook.failures > 0) await tx.update(WebhookTable, { id: webhook.id }, wellAndProven);
    return isHeld ? 'ON' : 'STOP';
  }
  // Who works on it now makes attempts of their own.
  if (!isPending || !isHeld) return 'STOP';
  return failed(tx, webhook, delivery, result, now);
}

function isAccepted(sent: Sent): boolean {
  return 'answer' in sent && sent.answer.status >= 200 && sent.answer.status < 300;
}

async function noteAttempt(tx: EntityManager, { deliveryId, number, sent }: Result): Promise<void> {
  const answered = 'answer' in sent ? { status: sent.answer.status, response: sent.answer.excerpt } : { error: sent.error };
  await tx.update(WebhookAttemptTable, { deliveryId, number }, { durationMs: sent.durationMs, ...answered });
}

async function failed(tx: EntityManager, webhook: WebhookRow, delivery: DeliveryRow, { sent, isOurs }: Result, now: number): Promise<Step> {
  if (delivery.eventSeq === null) {
    await finish(tx, delivery, 'FAILED', 'A ping is tried once.', now);
    return 'ON';
  }
  await waitOrGiveUp(tx, delivery, now);
  if (isOurs) return 'WAIT';
  const health = afterFailure(webhook, now, 'answer' in sent ? sent.answer.retryAfterSeconds : undefined);
  await tx.update(WebhookTable, { id: webhook.id }, health);
  const isGone = 'answer' in sent && sent.answer.status === gone;
  if (isGone || isHopeless(health, now)) {
    await disableWebhook(tx, webhook, isGone ? 'The receiver answered 410: it wants nothing more.' : 'Nothing could be delivered for days.', now);
    return 'STOP';
  }
  return isFailing(health) || health.nextAttemptAt > now ? 'STOP' : 'WAIT';
}

async function waitOrGiveUp(tx: EntityManager, delivery: DeliveryRow, now: number): Promise<void> {
  const lastAt = (delivery.firstAttemptAt ?? now) + triedForMs;
  if (now >= lastAt) return finish(tx, delivery, 'FAILED', 'It could not be delivered within a day.', now);
  const failures = delivery.failures + 1;
  await tx.update(WebhookDeliveryTable, { id: delivery.id }, { failures, nextAttemptAt: Math.min(lastAt, now + backoffMs(failures)) });
}

async function finish(tx: EntityManager, { id }: DeliveryRow, state: 'DELIVERED' | 'FAILED', reason: string | null, now: number): Promise<void> {
  await tx.update(WebhookDeliveryTable, { id }, { state, reason, finishedAt: now });
}
