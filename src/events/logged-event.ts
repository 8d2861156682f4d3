import type { EntityManager } from 'typeorm';
import type { Parameter } from '../db/condition.ts';
import type { EventRow } from '../db/tables/event.ts';
import type { JsonObject } from '../formats/format.ts';
import type { EventType } from './kinds.ts';

/** An event as the log has it: with its number, which also is its position in the one order of all events. */
export interface LoggedEvent extends Omit<EventRow, 'seq' | 'type'> {
  /** 1, 2, 3 … without a gap. */
  seq: number;
  type: EventType;
}

/** Columns of a {@link LoggedEvent} as {@link readEvents} takes them; `e` is the event. */
export const eventColumns =
  'e.id AS id, e.seq AS seq, e.type AS type, e.namespace_id AS namespaceId, e.package_id AS packageId, e.version_id AS versionId, e.actor_id AS actorId, ' +
  'e.token_id AS tokenId, e.payload AS payload, e.address AS address, e.occurred_at AS occurredAt';

type Row = Omit<LoggedEvent, 'payload'> & { payload: string };

/** Rows of {@link eventColumns} as events. */
export function readEvents(rows: readonly Row[]): LoggedEvent[] {
  return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) as JsonObject }));
}

/** The events behind a position, at most so many, in order. Of what has numbers nothing is left out: numbers are given in whole commits. */
export async function listEventsAfter(manager: EntityManager, seq: number, limit: number): Promise<LoggedEvent[]> {
  const parameters: Parameter[] = [seq, limit];
  return readEvents(await manager.query(`SELECT ${eventColumns} FROM event e WHERE e.seq > ? ORDER BY e.seq LIMIT ?`, parameters));
}

/** The event of that number; null where it is no longer kept. */
export async function findEvent(manager: EntityManager, seq: number): Promise<LoggedEvent | null> {
  const [event] = readEvents(await manager.query(`SELECT ${eventColumns} FROM event e WHERE e.seq = ?`, [seq]));
  return event ?? null;
}

/** How far the log is. */
export interface LogState {
  /** Number of the newest event. */
  lastSeq: number;
  /** Number of the newest event that was removed for its age; 0: none. */
  purgedSeq: number;
  /** Events before this instant were removed; null: none. */
  purgedBefore: number | null;
}

/** How far the log is now. */
export async function readLogState(manager: EntityManager): Promise<LogState> {
  const [row] = await manager.query('SELECT last_seq AS lastSeq, purged_seq AS purgedSeq, purged_before AS purgedBefore FROM event_log WHERE id = 1');
  return row as LogState;
}
