import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorization, largeFileBytes } from './data.ts';
import { startDockerRegistry } from './docker-registry.ts';
import type { FloorSetup } from './floor.ts';
import { type LoadPlan, requestHead } from './load.ts';
import { alternate, type Side } from './measure.ts';
import { ask, type OciServer, ociTypes, pushImage, repository, sendUploads, type Way } from './oci-client.ts';
import { type Measured, outputOf, startMeasured } from './processes.ts';
import { startRegistry } from './registry.ts';
import { type Line, lineOf, type Sample } from './report.ts';
import type { Backend, Environment } from './scenario.ts';

/*
 * Images: manifests and layers against the floor, and the whole against Debian's docker-registry on the same core, which stores files, knows nobody and
 * computes one digest. In the rows that name it, it stands in the floor's column.
 */

/** A server with the process whose processor time counts; undefined: it cannot be asked. */
type Server = OciServer & { process?: Measured | undefined };

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
  const [digest = ''] = await pushImage(ours, [content]);
  if (theirs) await pushImage(theirs, [content]);

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
  await Promise.all([theirs?.stop(), registry.stop(), floor.process.stop()]);
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

async function measureUploads(server: Server, way: Way, content: Buffer, uploads: number): Promise<Sample> {
  const usedBefore = (await server.process?.usage())?.cpuSeconds ?? 0;
  const result = await sendUploads(server, way, content, uploads);
  const cpuSeconds = ((await server.process?.usage())?.cpuSeconds ?? Number.NaN) - usedBefore;
  const rate = (uploads * content.length) / 1e6 / result.seconds;
  return { ...result, rate, ratePerCpuSecond: (rate * result.seconds) / cpuSeconds, serverBusy: cpuSeconds / result.seconds };
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
