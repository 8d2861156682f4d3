import type { Clock } from '../../src/clock.ts';

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  #now = Date.UTC(2030, 0, 2, 3, 4, 5);

  now(): number {
    return this.#now;
  }

  /** Moves it forward by so many milliseconds. */
  advance(ms: number): void {
    this.#now += ms;
  }
}
