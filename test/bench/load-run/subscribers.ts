import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorization } from '../data.ts';
import { quantile } from '../load.ts';

const query = 'subscription { packagePublished { cursor packageName versionName } }';

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

  #follow(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const body = JSON.stringify({ query });
      const headers = { ...authorization, accept: 'text/event-stream', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const asking = request(`${url}/graphql`, { method: 'POST', headers, agent: false }, (response) => {
        if (response.statusCode !== 200) return reject(new Error(`subscribing answers ${response.statusCode}`));
        this.#streams.push(asking);
        resolve();
        let text = '';
        response.on('error', () => undefined).on('close', () => (this.#broken += this.#isOver ? 0 : 1));
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const blocks = (text + chunk).split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) this.#hear(block);
        });
      });
      asking.on('error', reject);
      asking.end(body);
    });
  }

  #hear(block: string): void {
    const [, name, version] = /"packageName":"([^"]+)","versionName":"([^"]+)"/.exec(block) ?? [];
    if (name === undefined || version === undefined) return;
    const key = `${name} ${version}`;
    const arrivals = this.#heard.get(key);
    if (arrivals) arrivals.push(performance.now());
    else this.#heard.set(key, [performance.now()]);
  }
}
