import { quantile } from '../load.ts';

/** What one kind of client saw. */
export interface Tally {
  name: string;
  requests: number;
  /** Answers by status, and what failed without one by its error. */
  outcomes: Record<string, number>;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Counts what one kind of client sees. */
export class Counter {
  readonly #name: string;
  readonly #latencies: number[] = [];
  readonly #outcomes = new Map<string, number>();

  constructor(name: string) {
    this.#name = name;
  }

  /** An answer with its status, or what came in its place. */
  count(outcome: number | string, ms: number): void {
    this.#latencies.push(ms);
    this.#outcomes.set(String(outcome), (this.#outcomes.get(String(outcome)) ?? 0) + 1);
  }

  tally(): Tally {
    const ascending = this.#latencies.sort((a, b) => a - b);
    return {
      name: this.#name,
      requests: ascending.length,
      outcomes: Object.fromEntries([...this.#outcomes].sort()),
      p50Ms: quantile(ascending, 0.5),
      p99Ms: quantile(ascending, 0.99),
      maxMs: ascending.at(-1) ?? Number.NaN,
    };
  }
}
