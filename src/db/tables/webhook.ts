import { EntitySchema } from 'typeorm';
import type { ResolvedFilter } from '../../events/filter.ts';
import { boolean, integer, json, nullable, primary, string, text } from './columns.ts';
import type { TokenScope } from './credential.ts';

/** ACTIVE: it is sent to. PAUSED: what happens is kept for it. DISABLED: it has given up, or was given up. */
export const webhookStates = ['ACTIVE', 'PAUSED', 'DISABLED'] as const;
export type WebhookState = (typeof webhookStates)[number];

export interface WebhookRow {
  id: string;
  /** What happens at this node or below is sent. */
  namespaceId: string;
  name: string;
  url: string;
  /** Of the URL, with its port; the first 255 characters. */
  host: string;
  /** The GraphQL subscription that shapes what is sent. */
  document: string;
  /** What the document is about, as it was read when it was saved. */
  filter: ResolvedFilter;
  /** Whose rights it has, as they are when it is sent: a user's id, or that of a token without one. */
  ownerId: string;
  /** What the credential could be used for with which it was set up: its rights are never more. */
  ownerScopes: TokenScope[];
  /** When that credential expires; null: never. */
  ownerExpiresAt: number | null;
  /** Counts up when document, URL or owner change: bodies made before are not sent any more. */
  edition: number;
  /** URL of this server as whoever set it up reached it, for links. */
  baseUrl: string;
  state: WebhookState;
  /** Why it is DISABLED, for people. */
  reason: string | null;
  /** As it was shown: it signs, so it cannot be a digest. */
  secret: string;
  /** The one before, which signs as well until `previousExpiresAt`. */
  previousSecret: string | null;
  previousExpiresAt: number | null;
  /** Whether the last attempts reached it. */
  isProven: boolean;
  /** Failed attempts since the last that succeeded. */
  failures: number;
  /** When the first of them was. */
  failingSince: number | null;
  /** It is left alone until then. */
  nextAttemptAt: number;
  /** When there is something to do for it; null: nothing. */
  dueAt: number | null;
  /** Which work has it for itself until `leasedUntil`. */
  leasedBy: string;
  leasedUntil: number;
  /** Events that were not kept for it, since too many were waiting. */
  missedEvents: number;
  createdAt: number;
  updatedAt: number;
}

/** Subscriptions whose results are posted to a URL. */
export const WebhookTable = new EntitySchema<WebhookRow>({
  name: 'webhook',
  columns: {
    id: primary(string),
    namespaceId: string,
    name: string,
    url: text,
    host: string,
    document: text,
    filter: json,
    ownerId: string,
    ownerScopes: json,
    ownerExpiresAt: nullable(integer),
    edition: integer,
    baseUrl: text,
    state: string,
    reason: nullable(text),
    secret: string,
    previousSecret: nullable(string),
    previousExpiresAt: nullable(integer),
    isProven: boolean,
    failures: integer,
    failingSince: nullable(integer),
    nextAttemptAt: integer,
    dueAt: nullable(integer),
    leasedBy: string,
    leasedUntil: integer,
    missedEvents: integer,
    createdAt: integer,
    updatedAt: integer,
  },
});

/** PENDING: waits, be it for its next attempt. SKIPPED: not sent, since its owner may not see it. */
export const deliveryStates = ['PENDING', 'DELIVERED', 'FAILED', 'SKIPPED'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface DeliveryRow {
  /** Also the id of the message, the same in all attempts. */
  id: string;
  webhookId: string;
  /** The event; null: a ping. */
  eventSeq: number | null;
  /** Kind of the event; `PING`. */
  eventType: string;
  /** What is about one package is sent in order. */
  packageId: string | null;
  state: DeliveryState;
  /** Why it FAILED or was SKIPPED, for people. */
  reason: string | null;
  /** What is sent, once it was made, and in which edition of the webhook. */
  body: string | null;
  edition: number | null;
  attempts: number;
  /** Failed attempts since it was last asked for. */
  failures: number;
  /** The first of these; null: none. */
  firstAttemptAt: number | null;
  nextAttemptAt: number;
  createdAt: number;
  finishedAt: number | null;
}

/** What is to be sent, or was: at most one for each webhook and event, and pings. */
export const WebhookDeliveryTable = new EntitySchema<DeliveryRow>({
  name: 'webhook_delivery',
  columns: {
    id: primary(string),
    webhookId: string,
    eventSeq: nullable(integer),
    eventType: string,
    packageId: nullable(string),
    state: string,
    reason: nullable(text),
    body: nullable(text),
    edition: nullable(integer),
    attempts: integer,
    failures: integer,
    firstAttemptAt: nullable(integer),
    nextAttemptAt: integer,
    createdAt: integer,
    finishedAt: nullable(integer),
  },
});

export interface AttemptRow {
  deliveryId: string;
  /** 1, 2, 3 … */
  number: number;
  startedAt: number;
  /** Null: it is under way, or the server ended in the midst of it. */
  durationMs: number | null;
  /** HTTP status that was answered; null: none. */
  status: number | null;
  /** Why there was no answer, for people. */
  error: string | null;
  /** The beginning of the answer. */
  response: string | null;
}

/** What came of each time that something was sent. */
export const WebhookAttemptTable = new EntitySchema<AttemptRow>({
  name: 'webhook_attempt',
  columns: {
    deliveryId: primary(string),
    number: primary(integer),
    startedAt: integer,
    durationMs: nullable(integer),
    status: nullable(integer),
    error: nullable(text),
    response: nullable(text),
  },
});
