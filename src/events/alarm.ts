/** Lets one waiter be woken before its time is over; a ring that comes while nobody waits is kept for the next wait. */
export class Alarm {
  #isRung = false;
  #wake: (() => void) | undefined;

  /** Ends the wait that is under way, or the next one. */
  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Waits until it is rung, at most so long; says whether it was. Its timer does not keep the process alive. */
  async wait(ms: number): Promise<boolean> {
    if (!this.#isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms).unref();
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    const wasRung = this.#isRung;
    this.#isRung = false;
    return wasRung;
  }
}
