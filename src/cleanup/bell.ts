/** Lets a service wake the worker of its process, where there is one. */
export class CleanupBell {
  #listener: (() => void) | undefined;

  /** Calls the listener from now on, instead of any before. */
  onRing(listener: (() => void) | undefined): void {
    this.#listener = listener;
  }

  /** There is something to do. */
  ring(): void {
    this.#listener?.();
  }
}
