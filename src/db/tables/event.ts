import { EntitySchema } from 'typeorm';
import type { JsonObject } from '../../formats/format.ts';
import { integer, json, nullable, primary, string } from './columns.ts';

/** Outbox and log: written in the transaction of the change it tells of. */
export interface EventRow {
  id: string;
  /** Position in the one order of all events; given after commit, null until then. */
  seq: number | null;
  type: string;
  namespaceId: string;
  packageId: string | null;
  versionId: string | null;
  /** Who did it: a user's id, or that of a token without a user. */
  actorId: string | null;
  /** The token it was done with, if it was one. */
  tokenId: string | null;
  payload: JsonObject;
  /** Address of the client that it was done from; null where no request did it. */
  address: string | null;
  occurredAt: number;
}

export const EventTable = new EntitySchema<EventRow>({
  name: 'event',
  columns: {
    id: primary(string),
    seq: nullable(integer),
    type: string,
    namespaceId: string,
    packageId: nullable(string),
    versionId: nullable(string),
    actorId: nullable(string),
    tokenId: nullable(string),
    payload: json,
    address: nullable(string),
    occurredAt: integer,
  },
});

/** How far the log is: one row, whose lock is the right to number events. */
export interface EventLogRow {
  id: number;
  /** Of the newest event that has a number. */
  lastSeq: number;
  /** Of the newest event that was removed for its age; 0: none. */
  purgedSeq: number;
  /** Events before this instant were removed; null: none. */
  purgedBefore: number | null;
}

export const EventLogTable = new EntitySchema<EventLogRow>({
  name: 'event_log',
  columns: { id: primary(integer), lastSeq: integer, purgedSeq: integer, purgedBefore: nullable(integer) },
});
