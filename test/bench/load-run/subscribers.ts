import type { ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { follow } from '../follow.ts';
import { quantile } from '../load.ts';

/** What so many subscribers saw of all that was published. */
export interface Heard {
  subscribers: number;
  published: number;
  /** Events that a subscriber should have had and has not, of all subscribers together. */
  lost: number;
  /** Streams that ended before they were told to. */
  broken: number;
  /** From the answer to a publish until its event was there. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Subscribers that hear of every version that is published. */
export class Audience {
  readonly #streams: ClientRequest[] = [];
  /** When a version was acknowledged, and how many have heard of it: `name version` each. */
  readonly #acknowledged = new Map<string, number>();
  readonly #heard = new Map<string, number[]>();
  #broken = 0;
  #isOver = false;

  /** Subscribes so many, some at a time; resolves when all streams are open. */
  async open(url: string, count: number): Promise<void> {
    for (let opened = 0; opened < count; opened += 50) {
      await Promise.all(Array.from({ length: Math.min(50, count - opened) }, () => this.#follow(url)));
    }
  }

  /** Of a publish that was acknowledged just now. */
  published(name: string, version: string): void {
    this.#acknowledged.set(`${name} ${version}`, performance.now());
  }

  /** Waits until everybody has heard of everything, for at most half a minute, and hangs up. */
  async close(): Promise<Heard> {
    for (let look = 0; look < 300 && this.#lost() > 0; look++) await sleep(100);
    this.#isOver = true;
    for (const stream of this.#streams) stream.destroy();
    const lags = [...this.#acknowledged].flatMap(([key, at]) => (this.#heard.get(key) ?? []).map((heardAt) => Math.max(0, heardAt - at))).sort((a, b) => a - b);
    return {
      subscribers: this.#streams.length,
      published: this.#acknowledged.size,
      lost: this.#lost(),
      broken: this.#broken,
      p50Ms: quantile(lags, 0.5),
      p99Ms: quantile(lags, 0.99),
      maxMs: lags.at(-1) ?? Number.NaN,
    };
  }

  #lost(): number {
    let lost = 0;
    for (const key of this.#acknowledged.keys()) lost += Math.max(0, this.#streams.length - (this.#heard.get(key)?.length ?? 0));
    return lost;
  }

  async #follow(url: string): Promise<void> {
    this.#streams.push(await follow(url, (name, version) => this.#hear(`${name} ${version}`), () => (this.#broken += this.#isOver ? 0 : 1)));
  }

  #hear(key: string): void {
    const arrivals = this.#heard.get(key);
    if (arrivals) arrivals.push(performance.now());
    else this.#heard.set(key, [performance.now()]);
  }
}
