import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { findProgram } from '../support/environment/commands.ts';
import { freePort } from '../support/environment/services.ts';
import { authorization, largeFileBytes } from './data.ts';
import type { FloorSetup } from './floor.ts';
import { type LoadPlan, requestHead } from './load.ts';
import { alternate, type Side } from './measure.ts';
import { type Measured, outputOf, startMeasured, startPinned, touchMemory } from './processes.ts';
import { startRegistry } from './registry.ts';
import { type Line, lineOf, type Sample } from './report.ts';
import type { Backend, Environment } from './scenario.ts';

/*
 * Images: manifests and layers against the floor, and the whole against Debian's docker-registry on the same core, which stores files, knows nobody and
 * computes one digest. In the rows that name it, it stands in the floor's column.
 */

const repository = 'bench/image';
const ociTypes = { accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' };
const chunks = 16;

/** How a blob is sent. */
type Way = 'monolithic' | 'PATCH' | '16 chunks';

/** A server that speaks the protocol. */
interface Server {
  port: number;
  /** Undefined: it cannot be asked for its processor time. */
  process: Measured | undefined;
  headers: Record<string, string>;
}

/** Measures images on one backend. */
export async function measureOci(backend: Backend, environment: Environment): Promise<void> {
  const { workspace, effort, onLine } = environment;
  const rows = ['OCI manifest GET', 'OCI blob GET 64 MB', 'OCI blob PUT 64 MB'];
  if (effort.only !== undefined && !rows.some((row) => row.includes(effort.only ?? '') || effort.only?.includes(row))) return;
  const folder = join(workspace.directory, `bench-oci-${backend.name}`);
  const { process: registry, url } = await startRegistry(backend, environment, folder);
  const ours: Server = { port: Number(new URL(url).port), process: registry, headers: authorization };
  const theirs = await startDockerRegistry(environment, folder);
  const content = randomBytes(largeFileBytes);
  const digest = await pushImage(ours, content);
  if (theirs) await pushImage(theirs, content);

  const manifestPath = `/v2/${repository}/manifests/latest`;
  const floor = await startFloor(environment, folder, ours, manifestPath, content);
  const timed = { seconds: effort.seconds, warmupSeconds: effort.warmupSeconds };
  const getting = ({ port, process, headers }: Server, path: string, connections: number): Side => {
    const bytes = [requestHead('GET', path, { ...headers, ...ociTypes })];
    return { process, plan: (): LoadPlan => ({ port, connections, status: 200, until: timed, request: () => bytes }) };
  };
  const floorAt = (port: number): Server => ({ port, process: floor.process, headers: {} });
  const compare = async (name: string, unit: 'req/s' | 'MB/s', sides: { ours: Side; floor: Side }, minimum: number) => onLine(lineOf(backend.name, name, unit, await alternate(unit, effort.runs, sides), minimum));

  await compare('OCI manifest GET', 'req/s', { ours: getting(ours, manifestPath, 32), floor: getting(floorAt(floor.documentPort), '/floor/manifest', 32) }, backend.smallTarget);
  await compare('OCI blob GET 64 MB', 'MB/s', { ours: getting(ours, `/v2/${repository}/blobs/${digest}`, 4), floor: getting(floorAt(floor.barePort), '/file', 4) }, 0.9);
  if (theirs) {
    await compare('OCI manifest GET (against docker-registry)', 'req/s', { ours: getting(ours, manifestPath, 32), floor: getting(theirs, manifestPath, 32) }, 5);
    for (const way of ['monolithic', 'PATCH', '16 chunks'] as const) onLine(await compareUploads(backend, environment, way, ours, theirs, content));
  } else {
    onLine({ backend: backend.name, name: 'OCI blob PUT 64 MB', unit: 'MB/s', note: 'not measured: docker-registry is not installed' } satisfies Line);
  }
  theirs?.stop();
  await Promise.all([registry.stop(), floor.process.stop()]);
}

async function compareUploads(backend: Backend, { effort }: Environment, way: Way, ours: Server, theirs: Server, content: Buffer): Promise<Line> {
  const samples = { ours: [] as Sample[], floor: [] as Sample[] };
  for (let run = -1; run < effort.runs; run += 1) {
    for (const [name, server] of [['ours', ours], ['floor', theirs]] as const) {
      const sample = await measureUploads(server, way, content, effort.uploads);
      // The first of each lets the engine compile what it will run.
      if (run >= 0) samples[name].push(sample);
    }
  }
  return lineOf(backend.name, `OCI blob PUT 64 MB, ${way} (against docker-registry)`, 'MB/s', samples, 1);
}

let uploaded = 0;

async function measureUploads(server: Server, way: Way, content: Buffer, uploads: number): Promise<Sample> {
  await touchMemory(uploads * 2 * largeFileBytes);
  const usedBefore = (await server.process?.usage())?.cpuSeconds ?? 0;
  const latencies: number[] = [];
  for (let index = 0; index < uploads; index += 1) {
    // No two have the same content.
    content.writeUInt32BE((uploaded += 1), 0);
    const digest = digestOf(content);
    const startedAt = performance.now();
    await sendBlob(server, way, content, digest);
    latencies.push(performance.now() - startedAt);
  }
  const seconds = latencies.reduce((sum, ms) => sum + ms, 0) / 1000;
  const cpuSeconds = ((await server.process?.usage())?.cpuSeconds ?? Number.NaN) - usedBefore;
  const rate = (uploads * content.length) / 1e6 / seconds;
  latencies.sort((a, b) => a - b);
  const [p50Ms = Number.NaN, p99Ms = Number.NaN] = [latencies[Math.floor(latencies.length / 2)], latencies.at(-1)];
  return { requests: uploads, seconds, receivedBytes: 0, p50Ms, p99Ms, clientBusy: Number.NaN, rate, ratePerCpuSecond: (rate * seconds) / cpuSeconds, serverBusy: cpuSeconds / seconds };
}

async function sendBlob(server: Server, way: Way, content: Buffer, digest: string): Promise<void> {
  let location = await send(server, 'POST', `/v2/${repository}/blobs/uploads/`, 202);
  if (way === 'PATCH') location = await send(server, 'PATCH', location, 202, content);
  if (way === '16 chunks') {
    const size = content.length / chunks;
    for (let index = 0; index < chunks; index += 1) {
      const from = index * size;
      location = await send(server, 'PATCH', location, 202, content.subarray(from, from + size), { 'content-range': `${from}-${from + size - 1}` });
    }
  }
  const end = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  await send(server, 'PUT', end, 201, way === 'monolithic' ? content : Buffer.alloc(0));
}

async function pushImage(server: Server, content: Buffer): Promise<string> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }));
  for (const blob of [config, content]) await sendBlob(server, 'monolithic', blob, digestOf(blob));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const described = (bytes: Buffer, type: string) => ({ mediaType: type, digest: digestOf(bytes), size: bytes.length });
  const layers = Array.from({ length: 8 }, () => described(content, 'application/vnd.oci.image.layer.v1.tar+gzip'));
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: described(config, 'application/vnd.oci.image.config.v1+json'), layers });
  await send(server, 'PUT', `/v2/${repository}/manifests/latest`, 201, Buffer.from(manifest), { 'content-type': mediaType });
  return digestOf(content);
}

/** The floor with the registry's own answer for the manifest, and the layer as a file. */
async function startFloor({ placement, workspace }: Environment, folder: string, ours: Server, manifestPath: string, content: Buffer) {
  const { headers, body } = await ask(ours, 'GET', manifestPath, 200);
  const kept = Object.entries(headers).filter(([header]) => !['connection', 'keep-alive', 'date', 'content-length'].includes(header));
  await writeFile(join(folder, 'manifest'), body);
  await writeFile(join(folder, 'layer'), content);
  const setup: FloorSetup = {
    documents: [{ path: '/floor/manifest', status: 200, headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])), bodyFile: join(folder, 'manifest') }],
    file: join(folder, 'layer'),
    uploadFolder: join(folder, 'floor-uploads'),
  };
  const setupFile = join(folder, 'floor.json');
  await writeFile(setupFile, JSON.stringify(setup));
  const process = startMeasured({ placement, workspace, args: ['test/bench/floor.ts', setupFile] });
  const [, documentPort, barePort] = await outputOf(process, /floor (\d+) (\d+)/);
  return { process, documentPort: Number(documentPort), barePort: Number(barePort) };
}

/** Debian's docker-registry with its files in a folder; undefined where it is not installed. */
async function startDockerRegistry({ placement, workspace }: Environment, folder: string): Promise<(Server & { stop(): void }) | undefined> {
  const program = await findProgram('docker-registry');
  if (program === null) return undefined;
  const port = await freePort();
  const files = join(folder, 'docker-registry');
  await mkdir(files, { recursive: true });
  const config = join(folder, 'docker-registry.yml');
  await writeFile(config, `version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: ${files}}}\nhttp: {addr: "127.0.0.1:${port}"}\n`);
  const child = startPinned(placement, workspace, program, ['serve', config]);
  const server = { port, process: undefined, headers: {} };
  for (let tries = 0; ; tries += 1) {
    const answered = await ask(server, 'GET', '/v2/', 200).then(() => true, (error: unknown) => tries > 100 && Promise.reject(error));
    if (answered) return { ...server, stop: () => child.kill() };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a request and returns where it leads on. */
async function send(server: Server, method: string, path: string, status: number, body: Buffer = Buffer.alloc(0), headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask(server, method, path, status, body, headers);
  const { location = '' } = answer.headers;
  return location.replace(/^https?:\/\/[^/]+/, '');
}

function ask(server: Server, method: string, path: string, status: number, body: Buffer = Buffer.alloc(0), headers: Record<string, string> = {}): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, method, path, agent, headers: { ...server.headers, ...ociTypes, 'content-length': body.length, 'content-type': 'application/octet-stream', ...headers } }, (response) => {
      const received: Buffer[] = [];
      response.on('data', (chunk: Buffer) => received.push(chunk)).on('error', reject);
      response.on('end', () => {
        const answer = { headers: response.headers, body: Buffer.concat(received) };
        if (response.statusCode === status) resolve(answer);
        else reject(new Error(`${method} ${path}: status ${response.statusCode} instead of ${status}: ${answer.body.toString().slice(0, 300)}`));
      });
    });
    sent.on('error', reject).end(body);
  });
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
