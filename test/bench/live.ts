import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorization } from './data.ts';
import { follow } from './follow.ts';
import { quantile } from './load.ts';
import { type Started, startRegistry } from './registry.ts';
import type { Line } from './report.ts';
import type { Backend, ToldEnvironment } from './scenario.ts';

const subscribers = 1_000;
const publishes = 100;

/**
 * How long it takes from the answer to a publish until each of a thousand subscribers has its event: all of them at the server that
 * publishes, and, where several share a database, all at another one.
 */
export async function measureLive(backend: Backend, environment: ToldEnvironment): Promise<void> {
  const { effort, onLine } = environment;
  const name = `event to ${subscribers} subscribers`;
  if (effort.only !== undefined && !name.includes(effort.only)) return;
  const folder = join(environment.workspace.directory, `live-${backend.name}`);
  const first = await startRegistry(backend, environment, folder);
  try {
    await measure(`${name}, one process`, first, first, 50);
    if (backend.mysqlUrl === undefined) return;
    const second = await startRegistry(backend, environment, folder);
    try {
      await measure(`${name}, published at another process`, first, second, 300);
    } finally {
      await second.process.stop();
    }
  } finally {
    await first.process.stop();
  }

  async function measure(what: string, publisher: Started, followed: Started, targetMs: number): Promise<void> {
    const rssBefore = (await followed.process.usage()).rssBytes;
    const seen = new Map<string, number[]>();
    const followers: ClientRequest[] = [];
    // All at once would be refused as more than a server can begin in good time.
    while (followers.length < subscribers) {
      followers.push(...(await Promise.all(Array.from({ length: 50 }, () => follow(followed.url, (packageName) => seen.get(packageName)?.push(performance.now()))))));
    }
    await sleep(500);
    const perSubscriber = ((await followed.process.usage()).rssBytes - rssBefore) / subscribers;
    const latencies: number[] = [];
    for (let count = 0; count < publishes; count++) {
      const packageName = `live-${Math.random().toString(36).slice(2)}`;
      const arrivals: number[] = [];
      seen.set(packageName, arrivals);
      await publish(publisher.url, packageName);
      const answeredAt = performance.now();
      while (arrivals.length < subscribers) await sleep(5);
      latencies.push(...arrivals.map((at) => Math.max(0, at - answeredAt)));
    }
    for (const follower of followers) follower.destroy();
    latencies.sort((a, b) => a - b);
    const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
    const note = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; ${Math.round(perSubscriber / 1024)} KiB of memory each`;
    const line: Line = { backend: backend.name, name: what, unit: 'ms', note, target: { text: `p50 < ${targetMs}`, isMet: p50 < targetMs } };
    onLine(line);
  }
}

async function publish(url: string, packageName: string): Promise<void> {
  const response = await fetch(`${url}/api/packages/generic/${packageName}/1.0.0/file`, { method: 'PUT', headers: authorization, body: packageName });
  if (response.status !== 201) throw new Error(`publish answers ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}
