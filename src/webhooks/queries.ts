import { In } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { decide } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { isIn, whereAll } from '../db/condition.ts';
import type { ListQuery } from '../db/keyset.ts';
import { type AttemptRow, type DeliveryRow, type DeliveryState, type WebhookRow, WebhookAttemptTable } from '../db/tables/webhook.ts';
import { isTold, subjectOfEvent } from '../events/audience.ts';
import { eventColumns, type LoggedEvent, readEvents } from '../events/logged-event.ts';
import { loadNodes } from '../namespaces/queries/namespaces.ts';

type Told = 'id' | 'namespaceId' | 'name' | 'url' | 'document' | 'ownerId' | 'state' | 'reason' | 'previousExpiresAt' | 'failingSince' | 'nextAttemptAt' | 'missedEvents' | 'createdAt' | 'updatedAt';

/** A webhook as it is read: without its secrets. The filter is JSON text. */
export interface WebhookRecord extends Pick<WebhookRow, Told> {
  filter: string;
}

const webhookColumns =
  'w.id AS id, w.namespace_id AS namespaceId, w.name AS name, w.url AS url, w.document AS document, w.filter AS filter, w.owner_id AS ownerId, w.state AS state, w.reason AS reason, ' +
  'w.previous_expires_at AS previousExpiresAt, w.failing_since AS failingSince, w.next_attempt_at AS nextAttemptAt, w.missed_events AS missedEvents, w.created_at AS createdAt, w.updated_at AS updatedAt';

/** A row that a service gave back, as it would be read. */
export function webhookRecord({ secret: _secret, previousSecret: _previous, filter, ...told }: WebhookRow): WebhookRecord {
  return { ...told, filter: JSON.stringify(filter) };
}

/** The webhooks of nodes, oldest first. The caller has seen to it that the actor manages those. */
export function webhookListQuery(namespaceIds: readonly string[]): ListQuery {
  return {
    from: 'webhook w',
    where: [],
    order: [{ sql: 'w.id', direction: 'ASC' }],
    select: webhookColumns,
    key: 'w.id AS id',
    row: 'JOIN webhook w ON w.id = hit.id',
    parent: { sql: 'w.namespace_id', ids: namespaceIds },
  };
}

/** Webhooks by id that the actor may manage. */
export async function loadWebhooks(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, WebhookRecord>> {
  const { sql, parameters } = whereAll([isIn('w.id', ids)]);
  const rows: WebhookRecord[] = await core.database.reads.query(`SELECT ${webhookColumns} FROM webhook w${sql}`, parameters);
  const nodes = rows.length === 0 ? new Map<string, never>() : await loadNodes(core, [...new Set(rows.map(({ namespaceId }) => namespaceId))]);
  const mayManage = ({ namespaceId }: WebhookRecord) => {
    const node = nodes.get(namespaceId);
    return node !== undefined && decide(actor, 'MANAGE', node).allowed;
  };
  return new Map(rows.filter(mayManage).map((row) => [row.id, row]));
}

/** A delivery as it is read: without what is sent, which may tell more than the reader may see. */
export type DeliveryRecord = Omit<DeliveryRow, 'body' | 'edition' | 'packageId' | 'failures' | 'firstAttemptAt'>;

const deliveryColumns =
  'd.id AS id, d.webhook_id AS webhookId, d.event_seq AS eventSeq, d.event_type AS eventType, d.state AS state, d.reason AS reason, d.attempts AS attempts, ' +
  'd.next_attempt_at AS nextAttemptAt, d.created_at AS createdAt, d.finished_at AS finishedAt';

/** The deliveries of webhooks, newest first. */
export function deliveryListQuery(webhookIds: readonly string[], state: DeliveryState | undefined): ListQuery {
  return {
    from: 'webhook_delivery d',
    where: state === undefined ? [] : [{ sql: 'd.state = ?', parameters: [state] }],
    order: [{ sql: 'd.id', direction: 'DESC' }],
    select: deliveryColumns,
    key: 'd.id AS id',
    row: 'JOIN webhook_delivery d ON d.id = hit.id',
    parent: { sql: 'd.webhook_id', ids: webhookIds },
  };
}

/** Deliveries by id of webhooks that the actor may manage. */
export async function loadDeliveries(core: Core, actor: Actor, ids: readonly string[]): Promise<Map<string, DeliveryRecord>> {
  const { sql, parameters } = whereAll([isIn('d.id', ids)]);
  const rows: DeliveryRecord[] = await core.database.reads.query(`SELECT ${deliveryColumns} FROM webhook_delivery d${sql}`, parameters);
  const webhooks = rows.length === 0 ? new Map<string, never>() : await loadWebhooks(core, actor, [...new Set(rows.map(({ webhookId }) => webhookId))]);
  return new Map(rows.filter(({ webhookId }) => webhooks.has(webhookId)).map((row) => [row.id, row]));
}

/** The attempts of deliveries, first ones first. */
export async function loadAttempts(core: Core, deliveryIds: readonly string[]): Promise<Map<string, AttemptRow[]>> {
  const rows = await core.database.reads.find(WebhookAttemptTable, { where: { deliveryId: In([...deliveryIds]) }, order: { number: 'ASC' } });
  return Map.groupBy(rows, ({ deliveryId }) => deliveryId);
}

/** Events by number, as texts, that the actor may be told of. */
export async function loadToldEvents(core: Core, actor: Actor, seqs: readonly string[]): Promise<Map<string, LoggedEvent>> {
  const { sql, parameters } = whereAll([isIn('e.seq', seqs.map(Number))]);
  const events = readEvents(await core.database.reads.query(`SELECT ${eventColumns} FROM event e${sql}`, parameters));
  const told = await Promise.all(events.map(async (event) => isTold(actor, event, await subjectOfEvent(core.events.facts, event))));
  return new Map(events.filter((_event, index) => told[index]).map((event) => [String(event.seq), event]));
}
