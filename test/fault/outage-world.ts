import { expect } from 'vitest';
import { closeCore, openCore } from '../../src/app.ts';
import { check } from '../../src/check/check.ts';
import { readConfig } from '../../src/config.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { MixedLoad } from './mixed/mixed-load.ts';
import type { Refusal } from './mixed/requests.ts';
import { adminSecret } from './server-process.ts';

/** A server under a mixed load whose database or store is about to fail. */
export interface OutageWorld {
  fleet: Fleet;
  load: MixedLoad;
  /** What `/readyz` and `/healthz` answer now. */
  health(): Promise<{ ready: number; healthy: number }>;
  /** Resolves when the server says that it is ready. */
  untilReady(): Promise<void>;
  /**
   * Lets the load work while something happens, and for a moment after; then looks whether the same process still serves, everything that was acknowledged
   * is there, `entrepot check` finds nothing, and what clients were told meanwhile is in words and no 500. Returns that.
   */
  during(fault: () => Promise<void>): Promise<Refusal[]>;
  close(): Promise<void>;
}

const webhooks = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' };
/** What no client should ever read. */
const inside = /(\n|\\n) +at |ER_|SQLITE|QueryFailed|ECONN|ENOSPC|\bSELECT\b|\bINSERT\b|127\.0\.0\.1:\d+/;

/** Starts one server with this environment; what looks at it afterwards has `quietEnv`, past whatever makes the first fail. */
export async function startOutageWorld(env: Record<string, string>, { seed, quietEnv = env }: { seed: number; quietEnv?: Record<string, string> }): Promise<OutageWorld> {
  Object.assign(process.env, quietEnv);
  const fleet = await startFleet({ ...env, ...webhooks }, 1);
  const load = await MixedLoad.prepare({ urls: () => fleet.urls, secret: adminSecret, seed, each: 1, goesOn: true });
  const { url = '', child } = fleet.servers[0] ?? {};
  const status = async (path: string) => (await fetch(`${url}${path}`)).status;
  const health = async () => ({ ready: await status('/readyz'), healthy: await status('/healthz') });
  const untilReady = () => expect.poll(() => status('/readyz'), { timeout: 60_000, interval: 100 }).toBe(200);
  return {
    fleet,
    load,
    health,
    untilReady,
    async during(fault) {
      load.requests.refusals.length = 0;
      load.start();
      try {
        await fault();
        await untilReady();
        const { done } = load.tally;
        // Until the load gets on again.
        await expect.poll(() => load.tally.done - done, { timeout: 60_000 }).toBeGreaterThan(5);
      } finally {
        await load.rest();
      }
      await load.verify();
      const core = await openCore(readConfig({ ...quietEnv, LOG_LEVEL: 'warn' }));
      const problems = await check(core).finally(() => closeCore(core));
      const refusals = [...load.requests.refusals];
      const bad = refusals.filter(({ status: code, retryAfter, text }) => !((code === 503 && retryAfter !== undefined) || code === 507) || inside.test(text) || text.trim() === '');
      const exit = child?.exitCode;
      expect({ exit, problems, wrong: load.tally.wrong, bad, crashes: fleet.errors().filter((line) => /a (request|GraphQL operation) failed/.test(line)) }).toEqual({ exit: null, problems: [], wrong: [], bad: [], crashes: [] });
      return refusals;
    },
    async close() {
      await fleet.close();
      await load.close();
    },
  };
}
