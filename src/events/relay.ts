import type { Core } from '../core.ts';
import { Alarm } from './alarm.ts';
import { Leader } from './leader.ts';
import { hasUnnumbered, numberEvents, type OnNumbered } from './number.ts';
import { pollMs } from './poll.ts';

/** How often the others look whether it is still there. */
const campaignMs = 500;
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
    while (!this.#isStopping) {
      const waitMs = await this.#look();
      if (!this.#isStopping) await this.#alarm.wait(waitMs);
    }
    await this.#look();
    await this.#leader.resign();
  }

  /** Numbers what there is; returns how long to wait for more. */
  async #look(): Promise<number> {
    try {
      this.#isLeading = await this.#leader.isLeading();
      if (!this.#isLeading) return campaignMs;
      if (await hasUnnumbered(this.#core)) while ((await numberEvents(this.#core, this.#onNumbered)) > 0) await this.#core.events.look();
      return pollMs[this.#core.database.dialect];
    } catch (error) {
      this.#core.log.error({ err: error }, 'events could not be numbered; it will be tried again');
      return pauseMs;
    }
  }
}
