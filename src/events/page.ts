import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { CursorExpired } from '../errors.ts';
import { isTold, subjectOfEvent } from './audience.ts';
import type { Matches } from './filter.ts';
import { type LoggedEvent, listEventsAfter, readLogState } from './logged-event.ts';
import { isExpired } from './stream.ts';

/** Events that one page looks at: whoever sees one in a thousand must not make the server read the whole log. */
const maxScanned = 5_000;
const batch = 500;

/** A page of the log. */
export interface EventPage {
  events: LoggedEvent[];
  /** Everything up to here has been told: where the next page begins, even where this one is empty. */
  endSeq: number;
  hasMore: boolean;
}

/**
 * The events behind a position that the actor may see now, in order, as {@link followLog} tells them. Throws CursorExpired where some that came behind it are gone.
 */
export async function pageOfEvents(core: Core, actor: Actor, { afterSeq, limit, matches }: { afterSeq: number | undefined; limit: number; matches: Matches }): Promise<EventPage> {
  const { reads } = core.database;
  const log = await readLogState(reads);
  const from = afterSeq ?? log.purgedSeq;
  if (isExpired(from, log)) throw new CursorExpired(Math.min(log.purgedSeq, log.lastSeq));
  // A number that is told is never given to another event.
  await core.database.settled();
  const events: LoggedEvent[] = [];
  let endSeq = from;
  while (endSeq < log.lastSeq && endSeq - from < maxScanned && events.length < limit) {
    const found = await listEventsAfter(reads, endSeq, batch);
    // Removed for their age since; whoever asked for the oldest has lost nothing as long as nothing was read.
    const isOvertaken = found[0]?.seq !== endSeq + 1;
    if (isOvertaken && (afterSeq !== undefined || endSeq !== from)) throw new CursorExpired((await readLogState(reads)).purgedSeq);
    if (found.length === 0) break;
    for (const event of found) {
      if (event.seq > log.lastSeq || events.length === limit) return { events, endSeq, hasMore: endSeq < log.lastSeq };
      endSeq = event.seq;
      const subject = await subjectOfEvent(core.events.facts, event);
      if (matches(event, subject) && isTold(actor, event, subject)) events.push(event);
    }
  }
  return { events, endSeq, hasMore: endSeq < log.lastSeq };
}
