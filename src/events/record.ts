import type { EntityManager } from 'typeorm';
import type { JsonObject } from '../formats/format.ts';
import { EventTable } from '../db/tables/event.ts';
import { newId } from '../ids.ts';

export type EventType =
  | 'PACKAGE_PUBLISHED'
  | 'FILE_ADDED'
  | 'VERSIONS_DEPRECATED'
  | 'TAG_SET'
  | 'TAG_REMOVED'
  | 'FILE_DELETED'
  | 'VERSION_DELETED'
  | 'PACKAGE_DELETED'
  | 'NAMESPACE_CREATED'
  | 'NAMESPACE_UPDATED'
  | 'NAMESPACE_DELETED';

/** What happened, to what, by whom. */
export interface NewEvent {
  type: EventType;
  namespaceId: string;
  packageId?: string;
  versionId?: string;
  actorId: string | undefined;
  payload?: JsonObject;
  /** Milliseconds since the epoch. */
  occurredAt: number;
}

/** Writes an event in the transaction of the change it tells of, so that neither exists without the other. */
export async function record(tx: EntityManager, event: NewEvent): Promise<void> {
  await tx
    .createQueryBuilder()
    .insert()
    .into(EventTable)
    .values({
      id: newId('event', event.occurredAt),
      seq: null,
      type: event.type,
      namespaceId: event.namespaceId,
      packageId: event.packageId ?? null,
      versionId: event.versionId ?? null,
      actorId: event.actorId ?? null,
      payload: (event.payload ?? {}) as never,
      occurredAt: event.occurredAt,
    })
    .updateEntity(false)
    .execute();
}
