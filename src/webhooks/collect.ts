import { type EntityManager, In } from 'typeorm';
import type { Core } from '../core.ts';
import { announce } from '../db/announce.ts';
import { isIn, whereAll } from '../db/condition.ts';
import { instanceId } from '../db/tables/namespace.ts';
import { type DeliveryRow, type WebhookRow, WebhookDeliveryTable, WebhookTable } from '../db/tables/webhook.ts';
import { forUpdate } from '../db/upsert.ts';
import { type EventSubject, subjectOfEvent } from '../events/audience.ts';
import { matcherOf } from '../events/filter.ts';
import type { LoggedEvent } from '../events/logged-event.ts';
import type { OnNumbered } from '../events/number.ts';
import { newId } from '../ids.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import { isFailing } from './health.ts';

/** While a webhook is paused or cannot be reached so many deliveries wait for it at most. */
export const maxWaiting = 10_000;
const chunk = 500;

interface Found {
  event: LoggedEvent;
  subject: EventSubject;
  /** Of the node where it happened; of one that is gone only the instance is left. */
  lineage: string;
}

/** Makes the deliveries of events as they are numbered, in the same transaction, so that no event goes without. Who may see what is asked when it is sent. */
export function collectDeliveries(core: Core): OnNumbered {
  return async (tx, events, now) => {
    const [some] = await tx.query("SELECT 1 AS one FROM webhook WHERE state <> 'DISABLED' LIMIT 1");
    if (!some) return;
    const found = await Promise.all(events.map((event) => locate(core, event)));
    const wanted = await wantedBy(core, tx, found);
    for (const webhook of await lockWebhooks(tx, [...wanted.keys()])) {
      if (webhook.state !== 'DISABLED') await keep(tx, webhook, wanted.get(webhook.id) ?? [], now);
    }
  };
}

/** What decides here of a node and a package never changes, so it may come from what was read a moment ago. */
async function locate(core: Core, event: LoggedEvent): Promise<Found> {
  const subject = await subjectOfEvent(core.events.facts, event);
  return { event, subject, lineage: subject.node?.lineage ?? `${instanceId}/` };
}

/** The events that each webhook of these nodes or of those above asks for, by its id. */
async function wantedBy(core: Core, tx: EntityManager, found: readonly Found[]): Promise<Map<string, LoggedEvent[]>> {
  const nodeIds = [...new Set(found.flatMap(({ lineage }) => idsOfLineage({ lineage })))];
  const { sql, parameters } = whereAll([isIn('namespace_id', nodeIds), { sql: "state <> 'DISABLED'", parameters: [] }]);
  const webhooks: { id: string; namespaceId: string; filter: string }[] = await tx.query(`SELECT id, namespace_id AS namespaceId, filter FROM webhook${sql}`, parameters);
  const wanted = webhooks.map(({ id, namespaceId, filter }): [string, LoggedEvent[]] => {
    const matches = matcherOf(core, JSON.parse(filter) as WebhookRow['filter']);
    return [id, found.filter(({ event, subject, lineage }) => lineage.includes(`${namespaceId}/`) && matches(event, subject)).map(({ event }) => event)];
  });
  return new Map(wanted.filter(([, events]) => events.length > 0));
}

/** Locks webhooks until the transaction ends, in the order of their ids; those that are gone meanwhile are left out. */
async function lockWebhooks(tx: EntityManager, ids: readonly string[]): Promise<WebhookRow[]> {
  if (ids.length === 0) return [];
  const { sql, parameters } = whereAll([isIn('id', ids)]);
  await tx.query(`SELECT id FROM webhook${sql} ORDER BY id${forUpdate(tx)}`, parameters);
  return tx.find(WebhookTable, { where: { id: In([...ids]) }, order: { id: 'ASC' } });
}

async function keep(tx: EntityManager, webhook: WebhookRow, events: readonly LoggedEvent[], now: number): Promise<void> {
  const room = webhook.state === 'PAUSED' || isFailing(webhook) ? maxWaiting - (await countWaiting(tx, webhook.id)) : events.length;
  const kept = events.slice(0, Math.max(0, room));
  for (let start = 0; start < kept.length; start += chunk) {
    const rows = kept.slice(start, start + chunk).map((event) => deliveryOf(webhook, event, now));
    await tx.createQueryBuilder().insert().into(WebhookDeliveryTable).values(rows).updateEntity(false).execute();
  }
  const dueAt = webhook.state === 'ACTIVE' && kept.length > 0 ? Math.min(webhook.dueAt ?? Infinity, Math.max(now, webhook.nextAttemptAt)) : webhook.dueAt;
  await tx.query('UPDATE webhook SET due_at = ?, missed_events = missed_events + ? WHERE id = ?', [dueAt, events.length - kept.length, webhook.id]);
  announce(tx, 'deliveries');
}

/** Up to {@link maxWaiting}. */
async function countWaiting(tx: EntityManager, webhookId: string): Promise<number> {
  const [row] = await tx.query(`SELECT COUNT(*) AS waiting FROM (SELECT 1 AS one FROM webhook_delivery WHERE webhook_id = ? AND state = 'PENDING' LIMIT ${maxWaiting}) some`, [webhookId]);
  return Number(row.waiting);
}

function deliveryOf(webhook: Pick<WebhookRow, 'id'>, { seq, type, packageId }: LoggedEvent, now: number): DeliveryRow {
  return { ...freshDelivery(webhook.id, now), eventSeq: seq, eventType: type, packageId };
}

/** A delivery that nothing was done for yet. */
export function freshDelivery(webhookId: string, now: number): Omit<DeliveryRow, 'eventSeq' | 'eventType' | 'packageId'> {
  return {
    id: newId('webhookDelivery', now),
    webhookId,
    state: 'PENDING',
    reason: null,
    body: null,
    edition: null,
    attempts: 0,
    failures: 0,
    firstAttemptAt: null,
    nextAttemptAt: 0,
    createdAt: now,
    finishedAt: null,
  };
}
