/**
 * Asks `/healthz` ten times a second, as what watches over a server does, in a thread of its own: the one of the clients has too much to do to
 * tell when an answer came. `workerData` is the server's URL; answers any message with what it saw, and ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { exchange } from '../exchange.ts';
import { quantile } from '../load.ts';

/** What came of the questions. */
export interface Watched {
  asked: number;
  failed: number;
  p50Ms: number;
  maxMs: number;
}

/** Watches while `work` runs. */
export async function watchHealth<Thing>(url: string, work: () => Promise<Thing>): Promise<[Thing, Watched]> {
  const worker = new Worker(new URL(import.meta.url), { workerData: url });
  const seen = new Promise<Watched>((resolve, reject) => void worker.once('message', resolve).once('error', reject));
  const thing = await work();
  worker.postMessage('end');
  return [thing, await seen];
}

if (parentPort) {
  const latencies: number[] = [];
  let failed = 0;
  let isOver = false;
  parentPort.once('message', () => (isOver = true));
  while (!isOver) {
    const startedAt = performance.now();
    if (await isHealthy(String(workerData))) latencies.push(performance.now() - startedAt);
    else failed += 1;
    await sleep(100);
  }
  latencies.sort((a, b) => a - b);
  const watched: Watched = { asked: latencies.length + failed, failed, p50Ms: quantile(latencies, 0.5), maxMs: latencies.at(-1) ?? Number.NaN };
  parentPort.postMessage(watched);
}

async function isHealthy(url: string): Promise<boolean> {
  const answer = await exchange({ port: Number(new URL(url).port), path: '/healthz' }).catch(() => undefined);
  return answer?.status === 200;
}
