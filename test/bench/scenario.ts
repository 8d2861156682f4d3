import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mayInstall } from '../support/environment/debian.ts';
import { findNginx } from '../support/environment/nginx.ts';
import {
  authorization, genericUpload, largeFileBytes, largePackage, loadData, manyVersionsPackage,
  npmGzipHeaders, npmHeaders, npmPublish, packagePath, smallFileBytes, smallPackage, tarballPath,
} from './data.ts';
import { fetchBytes } from './exchange.ts';
import type { FloorSetup, Statement } from './floor.ts';
import { useFreeMemory } from './free-memory.ts';
import { graphqlProblem, graphqlRequest, recordStatements } from './graphql.ts';
import { type LoadPlan, requestHead, runLoad } from './load.ts';
import { alternate, type Side, type Unit } from './measure.ts';
import { mavenReads } from './maven.ts';
import { nugetReads } from './nuget.ts';
import { startNginx } from './nginx.ts';
import { ociReads } from './oci.ts';
import { pypiReads } from './pypi.ts';
import { type Measured, outputOf, type Place, startMeasured } from './processes.ts';
import { startRegistry } from './registry.ts';
import { type Line, lineOf } from './report.ts';

/** A database to measure with. */
export interface Backend {
  name: string;
  /** As `DATABASE_URL`; undefined: a SQLite file in the run's folder. */
  mysqlUrl?: string;
  /** Least ratio for small packuments, where the revision is read from the database each time. */
  smallTarget: number;
}

export interface Effort {
  runs: number;
  seconds: number;
  warmupSeconds: number;
  versions: number;
  publishes: number;
  uploads: number;
  /** Only lines whose name has this in it. */
  only: string | undefined;
  /** Options of Node for the registry's process, such as `--cpu-prof`. */
  nodeOptions: readonly string[];
}

/** Where a server runs, and how thoroughly it is measured. */
export interface Environment extends Place {
  effort: Effort;
}

/** Of what is measured against the floor. */
export interface ToldEnvironment extends Environment {
  /** Told of each line as it is there. */
  onLine: (line: Line) => void;
}

const smallConnections = 32;

/** A response that is read again and again. */
export interface Read {
  name: string;
  path: string;
  headers: Record<string, string>;
  status: 200 | 304;
  target?: number;
}

/** Measures everything on one backend, each of ours against its floor. */
export async function runScenario(backend: Backend, environment: ToldEnvironment): Promise<void> {
  const { placement, workspace, effort, onLine } = environment;
  const folder = join(workspace.directory, `bench-${backend.name}`);
  const { process: registry, url, port, env } = await startRegistry(backend, environment, folder);
  const rssBefore = (await registry.usage()).rssBytes;
  await loadData(port, effort.versions);
  const rssLoaded = (await registry.usage()).rssBytes;

  const image = await ociReads(port, backend.smallTarget);
  const reads = [
    ...(await listReads(port, backend)),
    ...(await mavenReads(port, backend.smallTarget)),
    ...(await pypiReads(port, backend.smallTarget)),
    ...(await nugetReads(port, backend.smallTarget)),
    image.manifest,
  ];
  const setup: FloorSetup = { documents: [], file: join(folder, 'large.tgz'), uploadFolder: join(folder, 'floor-uploads') };
  for (const [index, read] of reads.entries()) setup.documents.push(await capture(port, read, `/floor/${index}`, join(folder, `body-${index}`)));
  const small = await fetchBytes(port, tarballPath(smallPackage, '1.0.0'), authorization);
  const large = await fetchBytes(port, tarballPath(largePackage, '1.0.0'), authorization);
  await writeFile(join(folder, 'small.tgz'), small.body);
  await writeFile(setup.file, large.body);
  const problem = await graphqlProblem(url);
  const statements = problem === undefined ? await recordStatements(env) : [];
  if (statements.length > 0) setup.rows = rowsOf(env, statements);
  const setupFile = join(folder, 'floor.json');
  await writeFile(setupFile, JSON.stringify(setup));
  const floor = startMeasured({ placement, workspace, args: ['test/bench/floor.ts', setupFile] });
  const [, documentPort, barePort] = await outputOf(floor, /floor (\d+) (\d+)/);
  const nginxProgram = await findNginx(await mayInstall());
  const nginx = 'path' in nginxProgram ? await startNginx(environment, nginxProgram.path, folder) : undefined;

  const timed = { seconds: effort.seconds, warmupSeconds: effort.warmupSeconds };
  const getting = (to: number, path: string, headers: Record<string, string>, status: number, connections: number): LoadPlan => {
    const request = [requestHead('GET', path, headers)];
    return { port: to, connections, status, until: timed, request: () => request };
  };
  const compare = async (name: string, unit: Unit, sides: { ours: Side; floor: Side; nginx?: Side | undefined }, minimum?: number, uploadBytes = 0, note?: string) => {
    if (effort.only !== undefined && !name.includes(effort.only)) return;
    const samples = await alternate(unit, effort.runs, { ...sides, nginx: sides.nginx }, uploadBytes);
    const line = lineOf(backend.name, name, unit, samples, minimum);
    onLine(note === undefined ? line : { ...line, note });
  };
  const side = (process: Measured | undefined, plan: Side['plan']): Side => ({ process, plan });
  const viaNginx = (file: string, connections: number) => nginx && side(undefined, () => getting(nginx.port, file, {}, 200, connections));

  for (const [index, { name, path, headers, status, target }] of reads.entries()) {
    await compare(name, 'req/s', {
      ours: side(registry, () => getting(port, path, headers, status, smallConnections)),
      floor: side(floor, () => getting(Number(documentPort), `/floor/${index}`, headers, status, smallConnections)),
      nginx: name.startsWith('tarball') ? viaNginx('/small.tgz', smallConnections) : undefined,
    }, target);
  }
  await compare('tarball 64 MB', 'MB/s', {
    ours: side(registry, () => getting(port, tarballPath(largePackage, '1.0.0'), authorization, 200, 4)),
    floor: side(floor, () => getting(Number(barePort), '/file', authorization, 200, 4)),
    nginx: viaNginx('/large.tgz', 4),
  }, 0.9);
  await compare(image.layer.name, 'MB/s', {
    ours: side(registry, () => getting(port, image.layer.path, image.layer.headers, image.layer.status, 4)),
    floor: side(floor, () => getting(Number(barePort), '/file', {}, 200, 4)),
  }, image.layer.target);

  if (problem === undefined) {
    const plan = (to: number): LoadPlan => ({ port: to, connections: 8, status: 200, until: timed, request: graphqlRequest });
    await compare('GraphQL package, 50 versions, files', 'req/s', { ours: side(registry, () => plan(port)), floor: side(floor, () => plan(Number(barePort))) }, 0.4, 0, `${statements.length} statements`);
  } else {
    onLine({ backend: backend.name, name: 'GraphQL package, 50 versions, files', unit: 'req/s', note: `not measured: ${problem}` });
  }

  let published = 0;
  const publishing = async (to: number): Promise<LoadPlan> => {
    const requests = await Promise.all(Array.from({ length: effort.publishes }, () => npmPublish(`@bench/fresh-${(published += 1)}`, '1.0.0', smallFileBytes)));
    return { port: to, connections: 8, status: 201, until: { requests: requests.length }, request: (index) => requests[index]?.pieces ?? [] };
  };
  await compare('publish npm 10 KB, 8 clients', 'req/s', { ours: side(registry, () => publishing(port)), floor: side(floor, () => publishing(Number(barePort))) });

  const content = randomBytes(largeFileBytes);
  let uploaded = 0;
  const uploading = async (to: number, connections: number): Promise<LoadPlan> => {
    const requests = effort.uploads * connections;
    await useFreeMemory(workspace);
    return { port: to, connections, status: 201, until: { requests }, request: () => genericUpload(content, (uploaded += 1)) };
  };
  await compare('publish generic 64 MB', 'MB/s', { ours: side(registry, () => uploading(port, 1)), floor: side(floor, () => uploading(Number(barePort), 1)) }, 0.8, largeFileBytes);
  const fourUploads = await uploading(port, 4);
  const delay = await registry.loopDelay(async () => void (await runLoad(fourUploads)));
  const delayText = `p50 ${delay.p50Ms.toFixed(1)} ms, p99 ${delay.p99Ms.toFixed(1)} ms, max ${delay.maxMs.toFixed(1)} ms`;
  onLine({ backend: backend.name, name: 'event loop delay during four uploads of 64 MB', unit: 'ms', note: delayText, target: { text: 'p99 < 20', isMet: delay.p99Ms < 20 } });
  const rssAfter = (await registry.usage()).rssBytes;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  onLine({ backend: backend.name, name: 'memory (RSS)', unit: 'MB', note: `${megabytes(rssBefore)} at start, ${megabytes(rssLoaded)} with data, ${megabytes(rssAfter)} at the end` });

  await Promise.all([nginx?.stop(), registry.stop(), floor.stop()]);
}

/** The reads to measure; asks the registry once for each entity tag. */
async function listReads(port: number, { smallTarget }: Backend): Promise<Read[]> {
  const plain = { ...authorization, ...npmHeaders };
  const packed = { ...authorization, ...npmGzipHeaders };
  const known = async (name: string) => ({ ...packed, 'if-none-match': String((await fetchBytes(port, packagePath(name), packed)).headers.etag) });
  return [
    { name: 'packument 1 version, 200', path: packagePath(smallPackage), headers: packed, status: 200, target: smallTarget },
    { name: 'packument 1 version, 304', path: packagePath(smallPackage), headers: await known(smallPackage), status: 304, target: smallTarget },
    { name: 'packument 1,000 versions, 200', path: packagePath(manyVersionsPackage), headers: plain, status: 200, target: 0.8 },
    { name: 'packument 1,000 versions, 200 gzip', path: packagePath(manyVersionsPackage), headers: packed, status: 200, target: 0.8 },
    { name: 'packument 1,000 versions, 304', path: packagePath(manyVersionsPackage), headers: await known(manyVersionsPackage), status: 304, target: smallTarget },
    { name: 'tarball 10 KB', path: tarballPath(smallPackage, '1.0.0'), headers: authorization, status: 200 },
  ];
}

/** The registry's own response, for the floor to repeat. What concerns one connection or one request is left out. */
async function capture(port: number, { path, headers, status, name }: Read, floorPath: string, bodyFile: string): Promise<FloorSetup['documents'][number]> {
  const response = await fetchBytes(port, path, headers);
  if (response.status !== status) throw new Error(`${name}: status ${response.status}`);
  const kept = Object.entries(response.headers).filter(([header]) => !['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding'].includes(header));
  if (status === 200) await writeFile(bodyFile, response.body);
  return { path: floorPath, status, headers: Object.fromEntries(kept.map(([header, value]) => [header, String(value)])), ...(status === 200 ? { bodyFile } : {}) };
}

function rowsOf(env: { DATA_DIR: string; DATABASE_URL?: string }, statements: Statement[]): NonNullable<FloorSetup['rows']> {
  return { database: env.DATABASE_URL === undefined ? { sqliteFile: join(env.DATA_DIR, 'entrepot.sqlite') } : { mysqlUrl: env.DATABASE_URL }, statements };
}
