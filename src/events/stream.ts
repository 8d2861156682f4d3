import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { isTold, subjectOfEvent } from './audience.ts';
import type { Matches } from './filter.ts';
import { type LoggedEvent, type LogState, readLogState } from './logged-event.ts';

/** After so long without anything else a follower is told that the stream is alive, in milliseconds. */
const heartbeatMs = 15_000;

/** What a follower of the log gets. `actor`: the rights under which it may be shown more. */
export type StreamItem =
  | { kind: 'EVENT'; seq: number; event: LoggedEvent; actor: Actor }
  /** All is well; everything up to `seq` has been told. */
  | { kind: 'HEARTBEAT'; seq: number; occurredAt: number; actor: Actor }
  /** What came behind the cursor is gone, at least in part; the stream ends. From `seq` on everything is there. `lostBefore`: null where it is no position of this log. */
  | { kind: 'EXPIRED'; seq: number; occurredAt: number; actor: Actor; lostBefore: number | null };

export interface StreamOptions {
  /** Who listens, looked at again and again: throws Unauthenticated when the credential is no longer good, which ends the stream. */
  actor: () => Promise<Actor>;
  matches: Matches;
  /** From which position on; undefined: from now. */
  afterSeq: number | undefined;
  /** Ends the stream. */
  signal: AbortSignal;
  /** For tests. */
  heartbeatMs?: number;
}

/**
 * Follows the log: what was missed since a position, then what happens, in one order, each event once, only what the actor may see when it
 * is told. Reads on when the item before has been taken, so a slow reader costs no memory. `return()` ends it at once, wherever it waits,
 * and leaves nothing behind.
 */
export function followLog(core: Core, options: StreamOptions): AsyncIterableIterator<StreamItem> {
  // A generator alone hears of `return()` only when what it waits for has come.
  const over = new AbortController();
  const end = () => over.abort();
  if (options.signal.aborted) end();
  options.signal.addEventListener('abort', end);
  const forget = () => options.signal.removeEventListener('abort', end);
  const items = follow(core, options, over.signal, forget);
  return {
    next: () => items.next(),
    return() {
      forget();
      end();
      return items.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* follow(core: Core, options: StreamOptions, signal: AbortSignal, forget: () => void): AsyncGenerator<StreamItem, void, undefined> {
  const end = core.events.follow();
  try {
    const log = await readLogState(core.database.reads);
    await core.database.settled();
    let seq = options.afterSeq ?? log.lastSeq;
    if (isExpired(seq, log)) return yield expired(core, seq, log, await options.actor());
    let heartbeatAt = performance.now() + (options.heartbeatMs ?? heartbeatMs);
    while (!signal.aborted) {
      // Before reading: news that come meanwhile must not be missed.
      const news = waitForNews(core, signal);
      try {
        const actor = await options.actor();
        const events = await core.events.after(seq);
        for (const event of events) {
          // What is removed for its age goes from the old end on: a slow reader may have been overtaken.
          if (event.seq !== seq + 1) return yield await overtaken(core, seq, actor);
          seq = event.seq;
          const told = await tell(core, await options.actor(), event, options.matches);
          if (signal.aborted) return;
          if (!told) continue;
          yield told;
          heartbeatAt = performance.now() + (options.heartbeatMs ?? heartbeatMs);
        }
        if (events.length === 0 && core.events.isPast(seq) && isExpired(seq, await readLogState(core.database.reads))) return yield await overtaken(core, seq, actor);
        if (events.length === 0) await news.within(Math.min(heartbeatAt - performance.now(), untilExpiry(core, actor)));
      } finally {
        news.cancel();
      }
      if (signal.aborted || performance.now() < heartbeatAt) continue;
      heartbeatAt = performance.now() + (options.heartbeatMs ?? heartbeatMs);
      yield { kind: 'HEARTBEAT', seq, occurredAt: core.clock.now(), actor: await options.actor() };
    }
  } finally {
    end();
    forget();
  }
}

async function overtaken(core: Core, seq: number, actor: Actor): Promise<StreamItem> {
  return expired(core, seq, await readLogState(core.database.reads), actor);
}

function expired(core: Core, seq: number, { purgedSeq, purgedBefore, lastSeq }: LogState, actor: Actor): StreamItem {
  const isOfThisLog = seq <= lastSeq;
  return { kind: 'EXPIRED', seq: isOfThisLog ? Math.max(seq, purgedSeq) : lastSeq, occurredAt: core.clock.now(), lostBefore: isOfThisLog ? purgedBefore : null, actor };
}

/** A position that events behind it are missing from, or that this log never had: another database's. */
export function isExpired(seq: number, { purgedSeq, lastSeq }: LogState): boolean {
  return seq < purgedSeq || seq > lastSeq;
}

async function tell(core: Core, actor: Actor, event: LoggedEvent, matches: Matches): Promise<StreamItem | undefined> {
  const subject = await subjectOfEvent(core.events.facts, event);
  if (!matches(event, subject) || !isTold(actor, event, subject)) return undefined;
  return { kind: 'EVENT', seq: event.seq, event, actor };
}

/** How long the credential is good for, at least a moment: it is looked at again then. */
function untilExpiry(core: Core, { token }: Actor): number {
  return token?.expiresAt == null ? Infinity : Math.max(100, token.expiresAt - core.clock.now());
}

/** One wait for something new, or for the end. */
function waitForNews(core: Core, signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = core.events.onNews(resolve);
  const hear = () => resolve();
  signal.addEventListener('abort', hear);
  let timer: NodeJS.Timeout | undefined;
  return {
    /** Until there is something new or an end, at most so many milliseconds. */
    within(ms: number): Promise<void> {
      timer = setTimeout(resolve, Math.max(0, ms)).unref();
      return promise;
    },
    cancel(): void {
      forget();
      signal.removeEventListener('abort', hear);
      clearTimeout(timer);
    },
  };
}
