import { Unavailable } from '../errors.ts';

/** Lets at most so many in at a time, in the order in which they came. */
export class Turnstile {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** Resolves with how to leave; throws Unavailable where too many wait already, or it would take longer than so many milliseconds. */
  async enter(patienceMs: number): Promise<() => void> {
    if (this.#inside < this.#most) this.#inside += 1;
    else await this.#turn(patienceMs);
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#leave();
    };
  }

  #turn(patienceMs: number): Promise<void> {
    if (this.#waiting.size >= this.#mostWaiting) throw busy();
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(enter);
        reject(busy());
      }, patienceMs);
      const enter = () => {
        clearTimeout(late);
        resolve();
      };
      this.#waiting.add(enter);
    });
  }

  /** Who waits longest takes the place. */
  #leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#inside -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function busy(): Unavailable {
  return new Unavailable('The database is too busy, or does not answer; try again in a while.');
}
