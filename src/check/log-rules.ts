import { type Rule, sqlRule } from './rule.ts';

/** An event waits so long for its number at most, while servers run. */
const numberedWithinMs = 60_000;

/** Of the event log. */
export const logRules: readonly Rule[] = [
  sqlRule<{ id: number }>(
    'the event log has no gap',
    'SELECT e.seq AS id FROM event e, event_log l WHERE e.seq > l.purged_seq + 1 AND NOT EXISTS (SELECT 1 FROM event b WHERE b.seq = e.seq - 1)',
    ({ id }) => `before event ${id} one is missing`,
  ),
  sqlRule<{ id: string; first: number; purged: number }>(
    'the event log begins where it was cut off',
    "SELECT 'log' AS id, MIN(e.seq) AS first, l.purged_seq AS purged FROM event e, event_log l WHERE e.seq IS NOT NULL GROUP BY l.purged_seq HAVING MIN(e.seq) <> l.purged_seq + 1",
    ({ first, purged }) => `the first event is ${first}, those up to ${purged} were removed`,
  ),
  sqlRule<{ id: string; last: number; found: number | null }>(
    'the event log ends where it says',
    "SELECT 'log' AS id, l.last_seq AS last, MAX(e.seq) AS found FROM event_log l LEFT JOIN event e ON e.seq IS NOT NULL GROUP BY l.last_seq, l.purged_seq HAVING COALESCE(MAX(e.seq), l.purged_seq) <> l.last_seq",
    ({ last, found }) => `the last event is ${found ?? 'gone'}, the log says ${last}`,
  ),
  sqlRule<{ id: string }>(
    'every event has its number',
    ({ clock }) => ({ sql: 'SELECT id FROM event WHERE seq IS NULL AND occurred_at < ?', parameters: [clock.now() - numberedWithinMs] }),
    ({ id }) => `event ${id} has no number; does a server run?`,
  ),
  sqlRule<{ id: string }>(
    'every webhook with something to send has its turn',
    "SELECT w.id AS id FROM webhook w WHERE w.state = 'ACTIVE' AND w.due_at IS NULL AND w.leased_until = 0 AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'PENDING')",
    ({ id }) => `webhook ${id} has deliveries that wait, and would never be looked at`,
  ),
];
