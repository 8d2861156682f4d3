import { setTimeout as sleep } from 'node:timers/promises';
import { largeFileBytes, npmVersion, packagePath, publishRequest, smallPackage } from '../data.ts';
import { type LoadPlan, type LoadResult, requestHead, runLoad } from '../load.ts';
import { sendUploads } from '../oci-client.ts';
import type { Effort } from '../scenario.ts';
import { type Contender, watch } from './contender.ts';
import { tinyBytes } from './fill.ts';
import { installAll, type Project } from './install.ts';
import type { PushRow, ReadRow } from './rows.ts';
import { usageOf } from './usage.ts';

/** What came of one run of a row on one server. */
export interface Trial {
  /** In the row's unit. */
  value: number;
  /** What the processor time is divided by: requests, files of 64 MB, installations. */
  operations: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the server and its helpers. */
  cpuSeconds: number;
  /** The most memory that the server had in use. */
  peakBytes: number;
}

/** Reads a path again and again. */
export async function tryRead(contender: Contender, path: string, { unit, connections, headers }: ReadRow, { seconds, warmupSeconds }: Effort): Promise<Trial> {
  const request = [requestHead('GET', path, { ...contender.headers, ...headers })];
  const plan = (span: number): LoadPlan => ({ port: contender.port, connections, status: 200, until: { seconds: span, warmupSeconds: 0 }, request: () => request });
  await runLoad(plan(warmupSeconds));
  const watched = await watch(contender, () => runLoad(plan(seconds)));
  const { receivedBytes, requests, seconds: taken } = watched.value;
  // Of large files many are under way at the end, so bytes are counted, not files.
  if (unit === 'MB/s') return trialOf(watched, receivedBytes / 1e6 / taken, receivedBytes / largeFileBytes);
  return trialOf(watched, requests / taken, requests);
}

let published = 0;

/** Publishes packages that nobody has seen. */
export async function tryPublish(contender: Contender, connections: number, { publishes }: Effort): Promise<Trial> {
  const versions = await Promise.all(Array.from({ length: publishes }, () => npmVersion(`@bench/fresh-${(published += 1)}`, '1.0.0', tinyBytes)));
  const requests = versions.map((version) => publishRequest(version, contender));
  const watched = await watch(contender, () => runLoad({ port: contender.port, connections, status: 201, until: { requests: publishes }, request: (index) => requests[index]?.pieces ?? [] }));
  return trialOf(watched, watched.value.requests / watched.value.seconds, publishes);
}

/** Pushes blobs that nobody has seen. */
export async function tryPush(contender: Contender, { way }: PushRow, content: Buffer, { uploads }: Effort): Promise<Trial> {
  const watched = await watch(contender, () => sendUploads(contender, way, content, uploads));
  return trialOf(watched, (uploads * content.length) / 1e6 / watched.value.seconds, uploads);
}

/** Has the floor take bodies of the same size. */
export async function tryPut(floor: Contender, content: Buffer, { uploads }: Effort): Promise<Trial> {
  const pieces = [requestHead('PUT', '/', { 'content-length': content.length }), content];
  const watched = await watch(floor, () => runLoad({ port: floor.port, connections: 1, status: 201, until: { requests: uploads }, request: () => pieces }));
  return trialOf(watched, (uploads * content.length) / 1e6 / watched.value.seconds, uploads);
}

/** Runs `npm ci` once. */
export async function tryInstall(contender: Contender, project: Project): Promise<Trial> {
  const { value: seconds, ...used } = await watch(contender, () => installAll(contender, project));
  return { value: seconds, operations: 1, p50Ms: seconds * 1000, p99Ms: seconds * 1000, ...used };
}

/** Starts the server anew, asks it once for a package, and looks after a while. */
export async function tryIdle(contender: Contender, { seconds }: Effort): Promise<Trial> {
  await contender.restart();
  const request = [requestHead('GET', packagePath(smallPackage, contender.npmPath), contender.headers)];
  const { p50Ms, p99Ms } = await runLoad({ port: contender.port, connections: 1, status: 200, until: { requests: 1 }, request: () => request });
  await sleep(2000 * seconds);
  const { rssBytes, peakBytes, cpuSeconds } = await usageOf(contender.pids);
  return { value: rssBytes / 1e6, operations: 1, p50Ms, p99Ms, cpuSeconds, peakBytes };
}

function trialOf({ value: { p50Ms, p99Ms }, cpuSeconds, peakBytes }: { value: LoadResult; cpuSeconds: number; peakBytes: number }, value: number, operations: number): Trial {
  return { value, operations, p50Ms, p99Ms, cpuSeconds, peakBytes };
}
