import type { Core } from '../core.ts';
import { workOff, type WorkOptions } from './work.ts';

const everyMs = 60_000;

/** Works on cleanup runs in the background of a server: every minute, and when the bell rings. */
export class CleanupWorker {
  readonly #core: Core;
  readonly #options: WorkOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #isWanted = false;

  constructor(core: Core, options: Omit<WorkOptions, 'signal'> = {}) {
    this.#core = core;
    this.#options = { ...options, signal: this.#stopping.signal };
  }

  /** Begins to look for work. */
  start(): void {
    this.#timer = setInterval(() => this.wake(), everyMs).unref();
    this.#core.cleanupBell.onRing(() => this.wake());
  }

  /** Looks for work now; while it works already, once more when that is done. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#isWanted = true;
    this.#working ??= this.#work();
  }

  /** Resolves when there is nothing more to do. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  /** Ends after the step that is under way; the run goes on in another process, or after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#core.cleanupBell.onRing(undefined);
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#isWanted && !this.#stopping.signal.aborted) {
      this.#isWanted = false;
      // What was being done is free for others once its lease is over, and is taken up again at the next look.
      await workOff(this.#core, this.#options).catch((error: unknown) => this.#core.log.error({ err: error }, 'the cleanup failed; it will go on'));
    }
    // Here and not when the promise has settled: who wakes it in between would be forgotten.
    this.#working = undefined;
  }
}
