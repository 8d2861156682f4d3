import type { Core } from '../core.ts';
import { Alarm } from './alarm.ts';
import { Leader } from './leader.ts';
import { hasUnnumbered, numberEvents, type OnNumbered } from './number.ts';
import { pollMs } from './poll.ts';

/** How often the others look whether it is still there. */
const campaignMs = 500;
/** How often to look for events of other processes after these have written none for a while. */
const quietPollMs = 200;
const quietAfterMs = 10_000;
/** How long to wait where the database does not answer. */
const pauseMs = 1_000;

/**
 * Numbers committed events, in one process at a time, and tells this process' readers of the log. Wakes by itself when a change of this
 * process was committed, and looks now and then for those of others.
 */
export class EventRelay {
  readonly #core: Core;
  readonly #leader: Leader;
  readonly #onNumbered: readonly OnNumbered[];
  readonly #alarm = new Alarm();
  #isLeading = false;
  #isStopping = false;
  /** When another process was last seen to have written, on the clock that only goes forward. */
  #othersWroteAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;

  constructor(core: Core, onNumbered: readonly OnNumbered[] = []) {
    this.#core = core;
    this.#leader = new Leader(core);
    this.#onNumbered = onNumbered;
  }

  start(): void {
    this.#stopListening = this.#core.database.onAnnounced('events', () => this.#isLeading && this.#alarm.ring());
    this.#running = this.#run();
  }

  /** Numbers what was committed so far, where it is this process that does; then another may take over. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#isStopping = true;
    this.#alarm.ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    let wasRung = true;
    while (!this.#isStopping) {
      const waitMs = await this.#look(wasRung);
      if (!this.#isStopping) wasRung = await this.#alarm.wait(waitMs);
    }
    await this.#look(true);
    await this.#leader.resign();
  }

  /** Numbers what there is; returns how long to wait for more. What nobody rang for was written elsewhere. */
  async #look(wasRung: boolean): Promise<number> {
    try {
      this.#isLeading = await this.#leader.isLeading();
      if (!this.#isLeading) return campaignMs;
      if (await hasUnnumbered(this.#core)) {
        if (!wasRung) this.#othersWroteAt = performance.now();
        while ((await numberEvents(this.#core, this.#onNumbered)) > 0) await this.#core.events.look();
      }
      const usual = pollMs[this.#core.database.dialect];
      return performance.now() - this.#othersWroteAt < quietAfterMs ? usual : Math.max(usual, quietPollMs);
    } catch (error) {
      this.#core.log.error({ err: error }, 'events could not be numbered; it will be tried again');
      return pauseMs;
    }
  }
}
