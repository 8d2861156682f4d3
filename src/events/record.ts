import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import { announce } from '../db/announce.ts';
import type { JsonObject } from '../formats/format.ts';
import { insertRows } from '../db/insert.ts';
import { EventTable } from '../db/tables/event.ts';
import { newId } from '../ids.ts';
import type { EventType } from './kinds.ts';

export type { EventType };

/** What happened, to what, by whom. */
export interface NewEvent {
  type: EventType;
  namespaceId: string;
  packageId?: string;
  versionId?: string;
  /** Who did it; undefined: the registry itself. */
  actor: Actor | undefined;
  payload?: JsonObject;
  /** Milliseconds since the epoch. */
  occurredAt: number;
}

/**
 * Writes an event in the transaction of the change it tells of, so that neither exists without the other. It is written under the locks of
 * that change and so gets its place behind everything that the change waited for; its number comes after the commit (relay.ts).
 */
export function record(tx: EntityManager, event: NewEvent): Promise<void> {
  return recordAll(tx, [event]);
}

/** The same of several, in their order. */
export async function recordAll(tx: EntityManager, events: readonly NewEvent[]): Promise<void> {
  await insertRows(
    tx,
    EventTable,
    events.map((event) => ({
      id: newId('event', event.occurredAt),
      seq: null,
      type: event.type,
      namespaceId: event.namespaceId,
      packageId: event.packageId ?? null,
      versionId: event.versionId ?? null,
      actorId: (event.actor && principalId(event.actor)) ?? null,
      tokenId: event.actor?.token?.id ?? null,
      payload: event.payload ?? {},
      address: event.actor?.address?.() || null,
      occurredAt: event.occurredAt,
    })),
  );
  announce(tx, 'events');
}
