import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from '../../support/environment/commands.ts';
import { installDebianPackages, mayInstall } from '../../support/environment/debian.ts';
import { findNginx } from '../../support/environment/nginx.ts';
import { readVersion } from '../../support/environment/tools.ts';
import { authorization, npmPath } from '../data.ts';
import type { FloorSetup } from '../floor.ts';
import { startNginx } from '../nginx.ts';
import { outputOf, type Place, startMeasured } from '../processes.ts';
import { startRegistry } from '../registry.ts';
import type { Backend, Environment } from '../scenario.ts';
import { type Contender, startContender } from './contender.ts';
import { startDockerRegistry } from './docker-registry.ts';
import type { PeerName } from './rows.ts';
import { findVerdaccio, startVerdaccio } from './verdaccio.ts';

/** All servers of a comparison, started and without data. */
export interface Field {
  ours: { backend: Backend; contender: Contender }[];
  peers: Partial<Record<PeerName, Contender>>;
  /** Takes bodies, writes, syncs and hashes them. */
  receiver: Contender;
  /** What nginx serves. */
  nginxFolder: string;
  stop(): Promise<void>;
}

/** Starts them all; which peer is not to be had, and why, is added to `missing`. */
export async function startField(backends: readonly Backend[], place: Environment, databasePid: number | undefined, missing: string[]): Promise<Field> {
  const folderOf = (name: string) => join(place.workspace.directory, `peers-${name}`);
  const ours: Field['ours'] = [];
  for (const backend of backends) {
    const helpers = backend.mysqlUrl === undefined || databasePid === undefined ? [] : [databasePid];
    const contender = await startContender({ name: `Entrepot, ${backend.name}`, npmPath, headers: authorization, helpers }, async () => {
      const { process, port } = await startRegistry(backend, place, folderOf(backend.name));
      return { port, pid: process.pid, stop: () => process.stop() };
    });
    ours.push({ backend, contender });
  }
  const peers: Field['peers'] = {};
  const verdaccio = await findVerdaccio();
  if ('missing' in verdaccio) missing.push(`Verdaccio: ${verdaccio.missing}`);
  else peers.Verdaccio = await startVerdaccio(place, verdaccio.path, verdaccio.version, folderOf('verdaccio'));
  const dockerRegistry = await openDockerRegistry(place, folderOf('docker-registry'));
  if (typeof dockerRegistry === 'string') missing.push(`docker-registry: ${dockerRegistry}`);
  else peers['docker-registry'] = dockerRegistry;
  const nginxFolder = folderOf('nginx');
  const nginx = await openNginx(place, nginxFolder);
  if (typeof nginx === 'string') missing.push(`nginx: ${nginx}`);
  else peers.nginx = nginx;
  const receiver = await openReceiver(place, folderOf('receiver'));
  return {
    ours,
    peers,
    receiver,
    nginxFolder,
    stop: async () => void (await Promise.all([...ours.map(({ contender }) => contender), ...Object.values(peers), receiver].map((contender) => contender.stop()))),
  };
}

async function openDockerRegistry(place: Place, folder: string): Promise<Contender | string> {
  if ((await findProgram('docker-registry')) === null) {
    const failure = (await mayInstall()) ? await installDebianPackages(['docker-registry']) : 'not on the PATH';
    if (failure !== null) return failure;
  }
  const version = await readVersion('docker-registry', '--version');
  return startContender({ name: `docker-registry ${version}`, npmPath: '', headers: {} }, () => startDockerRegistry(place, folder));
}

async function openNginx(place: Place, folder: string): Promise<Contender | string> {
  const tool = await findNginx(await mayInstall());
  if ('missing' in tool) return tool.missing;
  await mkdir(folder, { recursive: true });
  const version = await readVersion(tool.path, '-v');
  return startContender({ name: `nginx ${version}`, npmPath: '', headers: {} }, () => startNginx(place, tool.path, folder));
}

async function openReceiver(place: Place, folder: string): Promise<Contender> {
  await mkdir(folder, { recursive: true });
  const setup: FloorSetup = { documents: [], file: '', uploadFolder: join(folder, 'uploads') };
  const setupFile = join(folder, 'floor.json');
  await writeFile(setupFile, JSON.stringify(setup));
  return startContender({ name: 'bare Node server', npmPath: '', headers: {} }, async () => {
    const process = startMeasured({ ...place, args: ['test/bench/floor.ts', setupFile] });
    const [, , port] = await outputOf(process, /floor (\d+) (\d+)/);
    return { port: Number(port), pid: process.pid, stop: () => process.stop() };
  });
}
