import { createHash, randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines, runCommand } from '../../support/environment/commands.ts';
import { loadData } from '../data.ts';
import { startRegistry } from '../registry.ts';
import type { Backend, Environment } from '../scenario.ts';
import { ask } from './ask.ts';
import { type Burst, sendBurst } from './burst.ts';
import type { LoadRunPlan } from './plan.ts';
import { type KnownFile, type Published, readAll } from './published.ts';
import { publishSteadily } from './publisher.ts';
import { keepReading } from './readers.ts';
import { growthPerMinute, type Sample, sampleServer } from './samples.ts';
import { readSlowly, slowFileBytes } from './slow-readers.ts';
import { writeSlowly } from './slow-writers.ts';
import { Audience, type Heard } from './subscribers.ts';
import type { Tally } from './tally.ts';

/** What came of a run. */
export interface LoadRun {
  backend: string;
  plan: LoadRunPlan;
  tallies: Tally[];
  /** Connections on which the readers' requests went: as many as there are readers, where none broke. */
  readerConnections: number;
  heard: Heard;
  samples: Sample[];
  warmupSeconds: number;
  growthMbPerMinute: number;
  /** How late the clients' own event loop was: their times have it in them. */
  clientsLate: { p50Ms: number; p99Ms: number };
  burst: Burst;
  /** Versions that were acknowledged, and what is wrong with some of them at the end. */
  published: number;
  unreadable: string[];
  /** What `entrepot check` says at the end. */
  check: { isClean: boolean; lastLine: string };
}

/** Everybody at once on one server, then far too much at once, then a look at what is left. */
export async function runLoadMix(backend: Backend, plan: LoadRunPlan, environment: Environment, tell: (text: string) => void): Promise<LoadRun> {
  const folder = join(environment.workspace.directory, `load-${backend.name}`);
  const { process: server, url, port, env } = await startRegistry(backend, environment, folder);
  try {
    await loadData(port, 500);
    const file = await publishFile(url);
    const audience = new Audience();
    await audience.open(url, plan.subscribers);
    tell(`${backend.name}: ${plan.readers} readers, ${plan.slowReaders} slow readers, ${plan.slowWriters} slow writers, ${plan.subscribers} subscribers for ${plan.minutes} minutes`);

    const published: Published[] = [];
    const onPublished = (version: Published) => {
      published.push(version);
      audience.published(version.name, version.version);
    };
    const late = monitorEventLoopDelay({ resolution: 10 });
    late.enable();
    const over = new AbortController();
    const { signal } = over;
    const samples = sampleServer(server, url, signal, (sample) => tell(describe(sample, published.length)));
    const clients = Promise.all([
      keepReading(url, plan.readers, signal),
      readSlowly(url, file, plan.slowReaders, signal),
      writeSlowly(url, plan.slowWriters, signal, onPublished),
      publishSteadily(url, plan.publishesPerSecond, signal, onPublished),
    ]);
    await Promise.race([sleep(plan.minutes * 60_000), clients, samples]);
    over.abort();
    const [readers, ...others] = await clients;
    late.disable();
    const heard = await audience.close();
    const taken = await samples;
    tell('the burst');
    const burst = await sendBurst(url, plan.burst);
    const acknowledged = [...published, ...burst.published];
    const unreadable = await readAll(url, acknowledged);
    const warmupSeconds = (plan.minutes * 60) / 3;
    const check = await checkAll(env);
    return {
      backend: backend.name,
      plan,
      tallies: [readers.tally, ...others],
      readerConnections: readers.connections,
      heard,
      samples: taken,
      warmupSeconds,
      growthMbPerMinute: growthPerMinute(taken, warmupSeconds),
      clientsLate: { p50Ms: late.percentile(50) / 1e6 - 10, p99Ms: late.percentile(99) / 1e6 - 10 },
      burst,
      published: acknowledged.length,
      unreadable,
      check,
    };
  } finally {
    await server.stop();
  }
}

/** What the slow ones read. */
async function publishFile(url: string): Promise<KnownFile> {
  const body = randomBytes(slowFileBytes);
  const path = '/api/packages/generic/slowly-read/1.0.0/file.bin';
  const { status } = await ask({ url, path, method: 'PUT', body });
  if (status !== 201) throw new Error(`publishing the file for slow readers answers ${status}`);
  return { path, sha256: createHash('sha256').update(body).digest('hex') };
}

async function checkAll(env: Record<string, string>): Promise<LoadRun['check']> {
  const { ok, output } = await runCommand(process.execPath, ['src/main.ts', 'check', '--bytes'], { timeoutSeconds: 600, env });
  return { isClean: ok, lastLine: lastLines(output, 1) };
}

function describe({ seconds, rssMb, heapMb, buffersMb, loop, connections, followers, metricsMs }: Sample, published: number): string {
  return `${seconds} s: ${Math.round(rssMb)} MB (heap ${Math.round(heapMb)}, buffers ${Math.round(buffersMb)}), event loop late p50 ${loop.p50Ms.toFixed(1)} p99 ${loop.p99Ms.toFixed(0)} max ${loop.maxMs.toFixed(0)} ms, ${connections} connections, ${followers} followers, ${published} published, metrics in ${metricsMs.toFixed(0)} ms`;
}
