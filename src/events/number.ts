import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { placeholders, forUpdate, isSqlite } from '../db/upsert.ts';
import { eventColumns, type LoggedEvent, readEvents } from './logged-event.ts';

/** Events that one transaction gives numbers to. */
const batch = 500;

/** Further work of the transaction that numbers events. */
export type OnNumbered = (tx: EntityManager, events: readonly LoggedEvent[], now: number) => Promise<void>;

/** Whether there are events without a number. */
export async function hasUnnumbered(core: Core): Promise<boolean> {
  const rows: unknown[] = await core.database.reads.query('SELECT 1 FROM event WHERE seq IS NULL LIMIT 1');
  return rows.length > 0;
}

/**
 * Gives the next numbers to committed events that have none; returns how many. What was committed before another transaction wrote its
 * event comes before that one: rows are taken in the order in which they were written, under the lock of the log's own row, so that any
 * number of processes may do this at once and readers see whole prefixes of the log. Nothing waits for transactions that are under way.
 */
export async function numberEvents(core: Core, onNumbered: readonly OnNumbered[] = []): Promise<number> {
  return core.database.tx(async (tx) => {
    const [log] = await tx.query(`SELECT last_seq AS lastSeq FROM event_log WHERE id = 1${forUpdate(tx)}`);
    const written = isSqlite(tx) ? 'rowid' : 'place';
    const found = await tx.query(`SELECT ${eventColumns} FROM event e WHERE e.seq IS NULL ORDER BY e.${written} LIMIT ${batch}`);
    if (found.length === 0) return 0;
    const first = Number(log.lastSeq) + 1;
    const events = readEvents(found).map((event, index) => ({ ...event, seq: first + index }));
    const cases = events.map(() => 'WHEN ? THEN ?').join(' ');
    const ids = events.map(({ id }) => id);
    await tx.query(`UPDATE event SET seq = CASE id ${cases} END WHERE id IN (${placeholders(ids)})`, [...events.flatMap(({ id, seq }) => [id, seq]), ...ids]);
    await tx.query('UPDATE event_log SET last_seq = ? WHERE id = 1', [first + events.length - 1]);
    for (const work of onNumbered) await work(tx, events, core.clock.now());
    return events.length;
  });
}
