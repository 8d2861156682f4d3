import type { EntityManager } from 'typeorm';
import type { WebhookRow } from '../db/tables/webhook.ts';

/** A delivery that may be sent, before those of the same package behind it. */
export interface Due {
  id: string;
  packageId: string | null;
  failures: number;
}

/** Deliveries of a webhook that may be sent now, at most so many, in the order of the log. Those of a package of which one waits for its next attempt wait as well. */
export async function listDue(manager: EntityManager, webhook: WebhookRow, now: number, limit: number): Promise<Due[]> {
  return manager.query(
    `SELECT d.id AS id, d.package_id AS packageId, d.failures AS failures FROM webhook_delivery d WHERE d.webhook_id = ? AND d.state = 'PENDING' AND d.next_attempt_at <= ? AND ${sendable(webhook, now, 'd')} ` +
      "AND (d.package_id IS NULL OR d.package_id NOT IN (SELECT w.package_id FROM webhook_delivery w WHERE w.webhook_id = ? AND w.state = 'PENDING' AND w.next_attempt_at > ? AND w.package_id IS NOT NULL)) " +
      'ORDER BY d.event_seq, d.id LIMIT ?',
    [webhook.id, now, webhook.id, now, limit],
  );
}

/** When there is something to do for a webhook; null: nothing, until something comes. */
export async function nextDueAt(manager: EntityManager, webhook: WebhookRow, now: number): Promise<number | null> {
  if ((await listDue(manager, webhook, now, 1)).length > 0) return now;
  if (webhook.state !== 'ACTIVE') return null;
  const later = webhook.nextAttemptAt;
  // What could be sent now but for the webhook itself, which is left alone for a while.
  if (later > now && (await listDue(manager, webhook, later, 1)).length > 0) return later;
  const [row] = await manager.query("SELECT MIN(next_attempt_at) AS dueAt FROM webhook_delivery WHERE webhook_id = ? AND state = 'PENDING' AND next_attempt_at > ?", [webhook.id, now]);
  return row.dueAt === null ? null : Math.max(Number(row.dueAt), later);
}

/** A webhook that is not active, or left alone for a while, gets pings only. */
function sendable({ state, nextAttemptAt }: WebhookRow, now: number, alias: string): string {
  return state === 'ACTIVE' && nextAttemptAt <= now ? '1 = 1' : `${alias}.event_seq IS NULL`;
}
