import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import type { DeliveryRow, WebhookRow } from '../db/tables/webhook.ts';
import { InvalidInput, Unauthenticated } from '../errors.ts';
import { isTold, subjectOfEvent } from '../events/audience.ts';
import { findEvent, type LoggedEvent } from '../events/logged-event.ts';
import { actorOfOwner } from './owner.ts';

/** Most bytes that are sent. */
export const maxPayloadBytes = 1024 * 1024;

/** The kind of event of a delivery that is of none, but tries whether the webhook can be reached. */
export const ping = 'PING';

/**
 * Makes the body of a message about an event, by the webhook's document and as the actor may see it. Throws InvalidInput where the document
 * no longer fits this server.
 */
export type RenderPayload = (webhook: WebhookRow, actor: Actor, event: LoggedEvent, messageId: string) => Promise<string>;

/**
 * What is to be sent, or why nothing is. SKIP: its owner may not see it. FAIL: it cannot be sent, ever. DISABLE: nor can anything else of
 * this webhook.
 */
export type Payload = { kind: 'SEND'; body: string } | { kind: 'SKIP' | 'FAIL' | 'DISABLE'; reason: string };

/** Makes what is sent, or takes what was made for an earlier attempt. Throws where it fails for now. */
export async function payloadOf(core: Core, render: RenderPayload, webhook: WebhookRow, delivery: DeliveryRow): Promise<Payload> {
  if (delivery.body !== null && delivery.edition === webhook.edition) return { kind: 'SEND', body: delivery.body };
  if (delivery.eventSeq === null) return { kind: 'SEND', body: pingBody(webhook, delivery) };
  const event = await findEvent(core.database.reads, delivery.eventSeq);
  if (!event) return { kind: 'SKIP', reason: 'The event is no longer kept.' };
  try {
    const owner = await actorOfOwner(core, webhook);
    if (!isTold(owner, event, await subjectOfEvent(core.events.facts, event))) return { kind: 'SKIP', reason: 'Its owner may not see the event.' };
    const body = await render(webhook, owner, event, delivery.id);
    const sizeBytes = Buffer.byteLength(body);
    if (sizeBytes > maxPayloadBytes) return { kind: 'FAIL', reason: `The payload would have ${sizeBytes} bytes, more than the ${maxPayloadBytes} allowed.` };
    return { kind: 'SEND', body };
  } catch (error) {
    if (error instanceof Unauthenticated) return { kind: 'DISABLE', reason: `It has no owner any more: ${error.message}` };
    if (error instanceof InvalidInput) return { kind: 'DISABLE', reason: error.message };
    throw error;
  }
}

function pingBody({ id, name }: WebhookRow, { createdAt }: DeliveryRow): string {
  return JSON.stringify({ type: 'Ping', timestamp: new Date(createdAt).toISOString(), data: { webhook: { id, name } } });
}
