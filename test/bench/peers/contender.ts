import type { NpmRegistry } from '../data.ts';
import type { Running } from '../processes.ts';
import { forgetPeaks, usageOf } from './usage.ts';

/** A server that is measured, as one of several under the same load. */
export interface Contender extends NpmRegistry {
  /** With its version. */
  name: string;
  readonly port: number;
  /** Processes that work for it and are no part of it, such as a database: their time counts, their memory does not. */
  helpers: readonly number[];
  readonly pids: readonly number[];
  /** Ends it and starts it anew on its data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server that `launch` knows how to start, again and again. */
export async function startContender(given: NpmRegistry & { name: string; helpers?: readonly number[] }, launch: () => Promise<Running & { port: number }>): Promise<Contender> {
  let running = await launch();
  return {
    helpers: [],
    ...given,
    get port() {
      return running.port;
    },
    get pids() {
      return [running.pid];
    },
    async restart() {
      await running.stop();
      running = await launch();
    },
    stop: () => running.stop(),
  };
}

/** What a server used while `work` ran. */
export interface Watched<Value> {
  value: Value;
  cpuSeconds: number;
  peakBytes: number;
}

/** Looks at a server before and after some work. */
export async function watch<Value>({ pids, helpers }: Contender, work: () => Promise<Value>): Promise<Watched<Value>> {
  await forgetPeaks(pids);
  const before = (await usageOf([...pids, ...helpers])).cpuSeconds;
  const value = await work();
  const after = (await usageOf([...pids, ...helpers])).cpuSeconds;
  return { value, cpuSeconds: after - before, peakBytes: (await usageOf(pids)).peakBytes };
}
