import type { Sender } from './attempt.ts';
import { takeWebhook } from './lease.ts';
import { workShift } from './shift.ts';
import { type Release, Slots } from './slots.ts';

/** How often to look for what is due by the clock, and for what other processes left to do. */
const everyMs = 1_000;

/** Sends to webhooks in the background of a server: when something came for them in this process, and every second. */
export class WebhookWorker {
  readonly #sender: Sender;
  readonly #slots = new Slots();
  readonly #stopping = new AbortController();
  readonly #shifts = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #isWanted = false;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Begins to look for work. */
  start(): void {
    this.#timer = setInterval(() => this.wake(), everyMs).unref();
    this.#stopListening = this.#sender.core.database.onAnnounced('deliveries', () => this.wake());
  }

  /** Looks for work now. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#isWanted = true;
    this.#looking ??= this.#look();
  }

  /** Resolves when there is nothing to do at this moment. */
  async idle(): Promise<void> {
    this.wake();
    while (this.#looking || this.#shifts.size > 0) await (this.#looking ?? Promise.race(this.#shifts));
  }

  /** Begins no more attempts, lets those under way come to their end, and gives all back. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening?.();
    this.#stopping.abort();
    await this.#looking;
    await Promise.all(this.#shifts);
  }

  async #look(): Promise<void> {
    while (this.#isWanted && !this.#stopping.signal.aborted) {
      this.#isWanted = false;
      try {
        await this.#fill(true);
        await this.#fill(false);
      } catch (error) {
        this.#sender.core.log.error({ err: error }, 'webhooks could not be looked for; it will be tried again');
      }
    }
    this.#looking = undefined;
  }

  /** Takes webhooks, of those that are known to be reached or of the others, as long as there is room for them. */
  async #fill(isProven: boolean): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const release = this.#slots.take(isProven);
      if (!release) return;
      const lease = await takeWebhook(this.#sender.core, isProven, this.#slots.fullHosts()).catch((error: unknown) => {
        release();
        throw error;
      });
      if (!lease) return release();
      const leave = this.#slots.enter(lease.host);
      const done = () => {
        leave();
        release();
      };
      const shift: Promise<void> = this.#work(lease, done).finally(() => this.#shifts.delete(shift));
      this.#shifts.add(shift);
    }
  }

  async #work(lease: Parameters<typeof workShift>[1], release: Release): Promise<void> {
    try {
      await workShift(this.#sender, lease, { slots: this.#slots, signal: this.#stopping.signal });
    } catch (error) {
      // Its lease runs out by itself.
      this.#sender.core.log.error({ err: error, webhookId: lease.webhookId }, 'the work on a webhook failed; it will go on');
    } finally {
      release();
      this.wake();
    }
  }
}
