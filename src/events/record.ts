import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import type { JsonObject } from '../formats/format.ts';
import { EventTable } from '../db/tables/event.ts';
import { newId } from '../ids.ts';

export type EventType =
  | 'PACKAGE_PUBLISHED'
  | 'FILE_ADDED'
  | 'VERSIONS_DEPRECATED'
  | 'VERSIONS_YANKED'
  | 'VERSIONS_UNYANKED'
  | 'VERSIONS_HIDDEN'
  | 'VERSIONS_UNHIDDEN'
  | 'TAG_SET'
  | 'TAG_REMOVED'
  | 'FILE_DELETED'
  | 'VERSION_DELETED'
  | 'PACKAGE_DELETED'
  | 'FILE_RESTORED'
  | 'VERSION_RESTORED'
  | 'PACKAGE_RESTORED'
  | 'PURGED'
  | 'NAMESPACE_CREATED'
  | 'NAMESPACE_UPDATED'
  | 'NAMESPACE_DELETED'
  | 'MEMBER_SET'
  | 'MEMBER_REMOVED'
  | 'TEAM_CHANGED'
  | 'USER_CREATED'
  | 'USER_CHANGED'
  | 'TOKEN_CREATED'
  | 'TOKEN_ROTATED'
  | 'TOKEN_REVOKED'
  | 'ACCESS_CHANGED'
  | 'SETTINGS_CHANGED'
  | 'PROTECTION_CHANGED'
  | 'CLEANUP_CHANGED';

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
      actorId: (event.actor && principalId(event.actor)) ?? null,
      tokenId: event.actor?.token?.id ?? null,
      payload: (event.payload ?? {}) as never,
      occurredAt: event.occurredAt,
    })
    .updateEntity(false)
    .execute();
}
