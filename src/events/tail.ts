import type { Core } from '../core.ts';
import { EventFacts } from './facts.ts';
import { type LoggedEvent, listEventsAfter, readLogState } from './logged-event.ts';
import { rightsChanging } from './kinds.ts';
import { pollMs } from './poll.ts';

/** Events that are kept at hand for those who listen; whoever is further behind reads the database. */
const keptEvents = 1_000;
const batch = 200;

/** What of the core it needs. */
type Parts = Pick<Core, 'database' | 'authenticator' | 'log'>;

/**
 * The new end of the log, for everybody in this process who follows it: read once, however many they are. Costs nothing while nobody
 * listens.
 */
export class EventTail {
  /** What decides who hears of what. */
  readonly facts: EventFacts;
  readonly #core: Parts;
  /** The newest events, without a gap, up to `#lastSeq`. */
  #kept: LoggedEvent[] = [];
  #lastSeq = -1;
  readonly #waiting = new Set<() => void>();
  #looking: Promise<void> | undefined;
  #isLookWanted = false;
  #followers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(core: Parts) {
    this.#core = core;
    this.facts = new EventFacts(core);
  }

  /** How many follow the log in this process. */
  get followers(): number {
    return this.#followers;
  }

  /** Begins to watch the log's end for one more follower; the returned function ends that, once. */
  follow(): () => void {
    this.#followers += 1;
    this.#timer ??= setInterval(() => void this.look(), pollMs[this.#core.database.dialect]).unref();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#followers -= 1;
      if (this.#followers === 0) this.#stop();
    };
  }

  /** Calls back, once, when there is something new; the returned function takes that back. */
  onNews(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  /** The events behind a position, in order, some at a time; none where it is the end as far as this process has seen. */
  async after(seq: number): Promise<readonly LoggedEvent[]> {
    if (seq >= this.#lastSeq && this.#lastSeq >= 0) return [];
    const first = this.#kept[0];
    if (first && seq >= first.seq - 1) return this.#kept.slice(seq - first.seq + 1, seq - first.seq + 1 + batch);
    return listEventsAfter(this.#core.database.reads, seq, batch);
  }

  /** Whether this process has seen events behind a position. */
  isPast(seq: number): boolean {
    return this.#lastSeq > seq;
  }

  /** Looks at the log now; does nothing while nobody listens. Resolves when what was committed before the call has been seen. */
  look(): Promise<void> {
    if (this.#followers === 0) return Promise.resolve();
    this.#isLookWanted = true;
    return (this.#looking ??= this.#lookUntilSeen());
  }

  async #lookUntilSeen(): Promise<void> {
    try {
      while (this.#isLookWanted && this.#followers > 0) {
        this.#isLookWanted = false;
        await this.#advance();
      }
    } catch (error) {
      this.#core.log.warn({ err: error }, 'the event log could not be read; it will be tried again');
    } finally {
      this.#looking = undefined;
    }
  }

  async #advance(): Promise<void> {
    const { database } = this.#core;
    while (this.#followers > 0) {
      if (this.#lastSeq < 0) {
        const { lastSeq } = await readLogState(database.reads);
        await database.settled();
        this.#lastSeq = lastSeq;
        // What was numbered since the first of them began to listen has come past nobody.
        this.#tell(true);
      }
      const from = this.#lastSeq;
      const events = await listEventsAfter(database.reads, from, batch);
      const last = events.at(-1);
      if (!last) return;
      // A number that is told is never given to another event.
      await database.settled();
      // All may have gone meanwhile, and others come.
      if (from !== this.#lastSeq || from < 0) continue;
      this.#take(events, last.seq);
    }
  }

  #take(events: readonly LoggedEvent[], lastSeq: number): void {
    // Some may have been removed for their age before they were seen here.
    if (events[0]?.seq !== this.#lastSeq + 1) this.#kept = [];
    this.#kept.push(...events);
    if (this.#kept.length > keptEvents) this.#kept.splice(0, this.#kept.length - keptEvents);
    this.#lastSeq = lastSeq;
    this.#tell(events.some(({ type }) => rightsChanging.has(type)));
  }

  /** Wakes all who wait; they may have fewer rights than before. */
  #tell(mayRightsHaveChanged: boolean): void {
    if (mayRightsHaveChanged) {
      this.#core.authenticator.forget();
      this.facts.forget();
    }
    const listeners = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of listeners) listener();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#kept = [];
    this.#lastSeq = -1;
  }
}
