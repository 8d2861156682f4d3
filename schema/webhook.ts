import { authorize } from '../src/access/decide.ts';
import { type AttemptRow, type DeliveryState, deliveryStates, type WebhookState, webhookStates } from '../src/db/tables/webhook.ts';
import type { EventType } from '../src/events/kinds.ts';
import type { NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import { type DeliveryRecord, deliveryListQuery, webhookListQuery, type WebhookRecord } from '../src/webhooks/queries.ts';
import { builder } from './builder.ts';
import { listComplexity } from './connection.ts';
import { connectionType } from './connection-type.ts';
import { EventInterface, EventTypeEnum } from './event.ts';
import { needs } from './gate.ts';
import { defineList } from './list.ts';
import { actorById, attemptsOf, namespaceById, toldEventBySeq, webhookById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { ActorInterface } from './user.ts';

const stateDescriptions: Record<WebhookState, string> = {
  ACTIVE: 'It is sent to.',
  PAUSED: 'Nothing is sent, but what happens waits for it, up to 10,000 deliveries.',
  DISABLED: 'Nothing is sent and nothing waits. `reason` says why.',
};

/** See {@link webhookStates}. */
export const WebhookStateEnum = builder.enumType('WebhookState', {
  description: 'What becomes of what happens.',
  values: Object.fromEntries(webhookStates.map((state) => [state, { description: stateDescriptions[state] }])) as { [state in WebhookState]: { description: string } },
});

const deliveryDescriptions: Record<DeliveryState, string> = {
  PENDING: 'It waits, be it for its next attempt.',
  DELIVERED: 'The receiver answered with a status of 200 to 299.',
  FAILED: 'It was given up; `reason` says why.',
  SKIPPED: 'It was not sent, since the owner of the webhook may not see the event.',
};

const DeliveryStateEnum = builder.enumType('WebhookDeliveryState', {
  description: 'What became of a delivery.',
  values: Object.fromEntries(deliveryStates.map((state) => [state, { description: deliveryDescriptions[state] }])) as { [state in DeliveryState]: { description: string } },
});

const AttemptType = builder.objectRef<AttemptRow>('WebhookAttempt').implement({
  description: 'One time that a delivery was sent.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: '1 for the first.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    durationMs: t.exposeInt('durationMs', { nullable: true, description: 'How long it took, in milliseconds; null while it is under way, and where the server ended in the midst of it.' }),
    status: t.exposeInt('status', { nullable: true, description: 'The HTTP status that was answered; null where there was no answer.' }),
    error: t.exposeString('error', { nullable: true, description: 'Why there was no answer.' }),
    responseExcerpt: t.exposeString('response', { nullable: true, description: 'The beginning of the answer, at most 1,024 bytes; null where there was none.' }),
  }),
});

/** A webhook; its fields are below. */
export const WebhookRef = builder.objectRef<WebhookRecord>('Webhook');

/** Something that is sent. */
export const DeliveryType = builder.objectRef<DeliveryRecord>('WebhookDelivery').implement({
  description: 'A message to a webhook: about one event, or a ping. Kept for 30 days after it has come to an end.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting; the header `webhook-id` of every attempt.' }),
    webhook: t.field({
      type: WebhookRef,
      nullable: true,
      description: 'Where it goes; null only where that was deleted a moment ago.',
      resolve: ({ webhookId }, _args, context) => webhookById(context, webhookId),
    }),
    isPing: t.boolean({ description: 'Whether it is a ping.', resolve: ({ eventSeq }) => eventSeq === null }),
    eventType: t.field({
      type: EventTypeEnum,
      nullable: true,
      description: 'The kind of event; null of a ping.',
      resolve: ({ eventSeq, eventType }) => (eventSeq === null ? null : (eventType as EventType)),
    }),
    event: t.field({
      type: EventInterface,
      nullable: true,
      description: 'The event; null of a ping, and where it is no longer kept or the caller is not told of it.',
      resolve: ({ eventSeq }, _args, context) => (eventSeq === null ? null : toldEventBySeq(context, String(eventSeq))),
    }),
    state: t.expose('state', { type: DeliveryStateEnum, description: 'What became of it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it failed or was skipped.' }),
    attemptCount: t.exposeInt('attempts', { description: 'How often it was sent.' }),
    attempts: t.field({
      type: [AttemptType],
      description: 'What came of each time, the first ones first.',
      complexity: { field: 1, multiplier: 10 },
      resolve: async ({ id }, _args, context) => (await attemptsOf(context, id)) ?? [],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when it waits, or waited.' }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is sent next, at the earliest; null where it has not failed so far, or has come to an end.',
      resolve: ({ state, nextAttemptAt }) => (state === 'PENDING' && nextAttemptAt > 0 ? nextAttemptAt : null),
    }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it came to an end; null while it is pending.' }),
  }),
});

const DeliveryConnection = connectionType(DeliveryType, 'WebhookDelivery', 'deliveries');

const listDeliveries = defineList<WebhookRecord, { state?: DeliveryState | null | undefined }, DeliveryRecord>({
  name: 'webhook deliveries',
  idOf: ({ id }) => id,
  query: (_context, webhooks, { state }) => deliveryListQuery(webhooks.map(({ id }) => id), state ?? undefined),
  orderName: () => 'newest',
  positionOf: (_args, { id }) => [id],
});

builder.objectType(WebhookRef, {
  description:
    'A stored subscription whose results are posted to a URL, signed by the scheme of Standard Webhooks (https://www.standardwebhooks.com). It sees what its owner may see when it is ' +
    'sent. For those who manage the namespace.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    name: t.exposeString('name', { description: 'For people.' }),
    namespace: t.field({
      type: NamespaceInterface,
      nullable: true,
      description: 'What happens here and below is sent.',
      resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
    }),
    url: t.exposeString('url', { description: 'Where it is posted to.' }),
    document: t.exposeString('document', { description: 'The subscription whose result is `data` of what is posted.' }),
    eventTypes: t.field({
      type: [EventTypeEnum],
      description: 'The kinds of event that the document asks for something of.',
      resolve: ({ filter }) => (JSON.parse(filter) as { types: EventType[] }).types,
    }),
    owner: t.field({
      type: ActorInterface,
      nullable: true,
      description: 'Whose rights it has: whoever last said where it sends or what. Null where that token is gone.',
      resolve: ({ ownerId }, _args, context) => actorById(context, ownerId),
    }),
    state: t.expose('state', { type: WebhookStateEnum, description: 'What becomes of what happens.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it is disabled.' }),
    failingSince: t.expose('failingSince', { type: 'DateTime', nullable: true, description: 'When the first attempt failed since the last that succeeded; null where none has. After three days without any success it is disabled.' }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'It is left alone until then, after failures; null where it is not.',
      resolve: ({ nextAttemptAt }, _args, { core }) => (nextAttemptAt > core.clock.now() ? nextAttemptAt : null),
    }),
    missedEvents: t.expose('missedEvents', { type: 'BigInt', description: 'Events that did not wait for it, since 10,000 deliveries waited already while it was paused or failing. `events` has them.' }),
    previousSecretExpiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until then the secret before the last rotation signs as well; null where it does not.',
      resolve: ({ previousExpiresAt }, _args, { core }) => (previousExpiresAt !== null && previousExpiresAt > core.clock.now() ? previousExpiresAt : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    deliveries: t.connection(
      {
        type: DeliveryType,
        description: 'What was sent or is to be, the newest first.',
        args: { state: t.arg({ type: DeliveryStateEnum, description: 'Only of this state; by default all.' }) },
        complexity: listComplexity,
        resolve: (webhook, args, context, info) => listDeliveries(context, webhook, args, info) as never,
      },
      DeliveryConnection,
    ),
  }),
});

const listWebhooks = defineList<NamespaceRecord, object, WebhookRecord>({
  name: 'webhooks',
  idOf: ({ id }) => id,
  query: (_context, nodes) => webhookListQuery(nodes.map(({ id }) => id)),
  orderName: () => 'oldest',
  positionOf: (_args, { id }) => [id],
});

builder.interfaceField(NamespaceInterface, 'webhooks', (t) =>
  t.connection(
    {
      ...needs('MANAGE'),
      type: WebhookRef,
      nullable: true,
      description: 'The webhooks of this very namespace, oldest first. For those who manage it: it takes the role MAINTAINER.',
      complexity: listComplexity,
      resolve: (node, args, context, info) => {
        authorize(context.actor, 'MANAGE', node);
        return listWebhooks(context, node, args, info) as never;
      },
    },
    connectionType(WebhookRef, 'Webhook', 'webhooks'),
  ),
);
