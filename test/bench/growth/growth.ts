import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { closeCore, openCore } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { runLoad } from '../load.ts';
import { alternate } from '../measure.ts';
import { startRegistry, type Started } from '../registry.ts';
import { type Sample, median } from '../report.ts';
import type { Backend, Environment, Read } from '../scenario.ts';
import { fill } from './fill.ts';
import { listOperations, listSearches, prepareReads, publishing } from './operations.ts';
import { makePeople } from './people.ts';
import type { GrowthLine } from './report.ts';
import type { Sizes } from './sizes.ts';

export interface GrowthOptions {
  /** One for the small registry and one for the full one. */
  backend: Backend;
  sizes: Sizes;
  onLine: (line: GrowthLine) => void;
  onProgress: (text: string) => void;
}

const searchLimitMs = 100;
/** The next version of the largest package may take so many times as long as a first one of another. */
const nextVersionLimit = 3;

/** Measures all operations on a registry that has little but what is read, and on a full one, in turn. */
export async function measureGrowth({ backend, sizes, onLine, onProgress }: GrowthOptions, environment: Environment): Promise<void> {
  const small = await prepare(backend, environment, undefined, onProgress);
  const full = await prepare(await beside(backend), environment, sizes, onProgress);
  const { effort } = environment;
  const wanted = (name: string) => effort.only === undefined || name.includes(effort.only);
  const ofFull = listOperations(full.reads, full.member, effort);
  for (const [index, operation] of listOperations(small.reads, small.member, effort).entries()) {
    if (!wanted(operation.name)) continue;
    const samples = await alternate('req/s', effort.runs, {
      small: { process: small.process, plan: () => operation.plan(small.port) },
      full: { process: full.process, plan: () => ofFull[index]?.plan(full.port) ?? operation.plan(full.port) },
    });
    const growth = median(samples.small.map(({ rate }, run) => rate / (samples.full[run]?.rate ?? Number.NaN)));
    onLine({ backend: backend.name, name: operation.name, smallMs: p50(samples.small), fullMs: p50(samples.full), fullP99Ms: p99(samples.full), growth, target: { text: `≤ ${operation.limit}`, isMet: growth <= operation.limit } });
  }
  for (const { name, request } of listSearches(full.member)) {
    if (!wanted(name)) continue;
    const plan = { port: full.port, connections: 1, status: 200, request: () => request };
    await runLoad({ ...plan, until: { requests: 3 } });
    const { p50Ms, p99Ms } = await runLoad({ ...plan, until: { requests: effort.publishes } });
    onLine({ backend: backend.name, name, fullMs: p50Ms, fullP99Ms: p99Ms, target: { text: `p99 ≤ ${searchLimitMs} ms`, isMet: p99Ms <= searchLimitMs } });
  }
  const name = `npm version ${sizes.largest + 1} of a package, to the first of one`;
  if (wanted(name)) {
    await alternate('req/s', 1, { full: { process: undefined, plan: () => publishing(full.port, 5, true) } });
    const samples = await alternate('req/s', effort.runs, {
      small: { process: undefined, plan: () => publishing(full.port, 20, false) },
      full: { process: undefined, plan: () => publishing(full.port, 20, true) },
    });
    const growth = p50(samples.full) / p50(samples.small);
    onLine({ backend: backend.name, name, smallMs: p50(samples.small), fullMs: p50(samples.full), fullP99Ms: p99(samples.full), growth, target: { text: `≤ ${nextVersionLimit}`, isMet: growth <= nextVersionLimit } });
  }
  const [smallRss, fullRss] = [(await small.process.usage()).rssBytes, (await full.process.usage()).rssBytes];
  onProgress(`memory (RSS): ${Math.round(smallRss / 1e6)} MB small, ${Math.round(fullRss / 1e6)} MB full`);
  await Promise.all([small.process.stop(), full.process.stop()]);
}

interface Prepared extends Pick<Started, 'process' | 'port'> {
  reads: Read[];
  member: { authorization: string };
}

/** A registry with what is read, filled where sizes are given, and started anew after that. */
async function prepare(backend: Backend, environment: Environment, sizes: Sizes | undefined, onProgress: (text: string) => void): Promise<Prepared> {
  const folder = join(environment.workspace.directory, `growth-${backend.name}-${sizes ? 'full' : 'small'}`);
  await mkdir(folder, { recursive: true });
  const loading = await startRegistry(backend, environment, folder);
  const core = await openCore(readConfig({ ...loading.env, LOG_LEVEL: 'warn' }));
  const member = await makePeople(core);
  const reads = await prepareReads(loading.port);
  await loading.process.stop();
  if (sizes) await fill(core, sizes, (text) => onProgress(`${backend.name}: ${text}`));
  await closeCore(core);
  const started = await startRegistry(backend, environment, folder);
  return { process: started.process, port: started.port, reads, member };
}

/** Another database of the same server. */
async function beside(backend: Backend): Promise<Backend> {
  if (backend.mysqlUrl === undefined) return backend;
  const connection = await createConnection(backend.mysqlUrl);
  const name = `${connection.config.database}_full`;
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.end();
  return { ...backend, mysqlUrl: backend.mysqlUrl.replace(/[^/]+$/, name) };
}

function p50(samples: readonly Sample[]): number {
  return median(samples.map(({ p50Ms }) => p50Ms));
}

function p99(samples: readonly Sample[]): number {
  return median(samples.map(({ p99Ms }) => p99Ms));
}
