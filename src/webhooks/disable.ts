import type { EntityManager } from 'typeorm';
import type { WebhookRow } from '../db/tables/webhook.ts';
import { record } from '../events/record.ts';

/** Gives a webhook up, and what waits for it; tells those who manage it. The caller holds its lock. */
export async function disableWebhook(tx: EntityManager, { id, name, namespaceId }: WebhookRow, reason: string, now: number): Promise<void> {
  await tx.query("UPDATE webhook SET state = 'DISABLED', reason = ?, due_at = NULL, updated_at = ? WHERE id = ?", [reason, now, id]);
  await giveUpWaiting(tx, id, now);
  await record(tx, { type: 'WEBHOOK_DISABLED', namespaceId, actor: undefined, occurredAt: now, payload: { webhookId: id, name, reason } });
}

/** Gives up what waits for a webhook; it can be sent again later. The caller holds its lock. */
export async function giveUpWaiting(tx: EntityManager, webhookId: string, now: number): Promise<void> {
  await tx.query("UPDATE webhook_delivery SET state = 'FAILED', reason = 'The webhook was disabled.', finished_at = ? WHERE webhook_id = ? AND state = 'PENDING'", [now, webhookId]);
}
