import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findClient } from '../../support/environment/clients.ts';
import { mayInstall } from '../../support/environment/debian.ts';
import { tarballPath } from '../data.ts';
import { useFreeMemory } from '../free-memory.ts';
import { takeTurns } from '../measure.ts';
import { ask } from '../oci-client.ts';
import type { Backend, Environment } from '../scenario.ts';
import type { Contender } from './contender.ts';
import { type Field, startField } from './field.ts';
import { type Data, fillFile, fillNpm, fillOci, makeData } from './fill.ts';
import { type ComparedLine, linesOf, type SideName } from './report.ts';
import { type PeerName, type ReadRow, type Row, rows } from './rows.ts';
import { tryIdle, tryInstall, tryPublish, tryPush, tryPut, tryRead, type Trial } from './trials.ts';

/** What a comparison came to. */
export interface Comparison {
  /** Each peer with its version. */
  peers: string[];
  lines: ComparedLine[];
}

export interface CompareOptions extends Environment {
  backends: readonly Backend[];
  missing: string[];
  /** Told of each line as it is there. */
  onLine: (line: ComparedLine) => void;
  /** Told of what takes a while. */
  onStep: (text: string) => void;
}

type Sides = Partial<Record<SideName, () => Promise<Trial>>>;

/** Measures the registry beside its peers: same data, same load, same processor, in turn. */
export async function comparePeers(options: CompareOptions): Promise<Comparison> {
  const { workspace, effort, backends, missing, onLine, onStep } = options;
  const wanted = rows.filter(({ name, peer }) => effort.only === undefined || `${name} ${peer}`.includes(effort.only));
  const databasePid = Number(await readFile(join(workspace.directory, 'mariadb', 'pid'), 'utf8').catch(() => Number.NaN));
  const field = await startField(backends, options, Number.isNaN(databasePid) ? undefined : databasePid, missing);
  const data = await makeData(effort.versions);
  await fill(field, data, new Set(wanted.map(({ peer }) => peer)), onStep);
  const npm = await findClient('npm', await mayInstall());
  const lines: ComparedLine[] = [];
  for (const [index, row] of wanted.entries()) {
    const reason = field.peers[row.peer] === undefined ? `${row.peer} is missing` : row.kind === 'npm ci' && 'missing' in npm ? `npm: ${npm.missing}` : undefined;
    if (row.kind === 'push') await useFreeMemory(workspace);
    const program = 'path' in npm ? npm.path : '';
    const sides = reason === undefined ? await sidesOf(row, index, field, data, options, program) : {};
    // One of each that does not count: in it engines compile what they will run.
    await takeTurns(1, sides);
    const trials = await takeTurns(effort.runs, sides);
    const made = linesOf(row, trials, reason);
    lines.push(...made);
    made.forEach(onLine);
  }
  await field.stop();
  return { peers: Object.values(field.peers).map(({ name }) => name), lines };
}

/** Each server gets what its rows need. */
async function fill(field: Field, data: Data, peers: ReadonlySet<PeerName>, onStep: (text: string) => void): Promise<void> {
  const step = async (contender: Contender | undefined, work: (contender: Contender) => Promise<void>) => {
    if (!contender) return;
    const startedAt = performance.now();
    await work(contender);
    onStep(`${contender.name} filled in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  };
  for (const { contender } of field.ours) {
    await step(contender, async () => {
      if (peers.has('Verdaccio')) await fillNpm(contender, data, 8);
      if (peers.has('docker-registry')) await fillOci(contender, data);
      if (peers.has('nginx')) await fillFile(contender, data);
    });
  }
  if (peers.has('Verdaccio')) await step(field.peers.Verdaccio, (contender) => fillNpm(contender, data, 1));
  if (peers.has('docker-registry')) await step(field.peers['docker-registry'], (contender) => fillOci(contender, data));
  for (const { name, version, tarball } of data.dependencies) await put(join(field.nginxFolder, tarballPath(name, version, '')), tarball);
}

async function sidesOf(row: Row, index: number, field: Field, data: Data, { effort, workspace }: CompareOptions, program: string): Promise<Sides> {
  const contenders: Partial<Record<SideName, Contender | undefined>> = {
    ...Object.fromEntries(field.ours.map(({ backend, contender }) => [backend.name, contender])),
    peer: field.peers[row.peer],
  };
  const sides: Sides = {};
  const all = (tryOne: (contender: Contender) => () => Promise<Trial>, floor?: Contender) => {
    for (const [side, contender] of Object.entries({ ...contenders, floor })) if (contender) sides[side as SideName] = tryOne(contender);
    return sides;
  };
  const { nginx } = field.peers;
  switch (row.kind) {
    case 'read': {
      const answer = nginx && (await captureAnswer(row, index, field, data));
      return all((contender) => {
        const path = answer !== undefined && contender === nginx ? answer : row.path(contender, data);
        return () => tryRead(contender, path, row, effort);
      }, row.peer === 'nginx' ? undefined : nginx);
    }
    case 'publish':
      return all((contender) => () => tryPublish(contender, row.connections, effort), field.receiver);
    case 'push':
      return all((contender) => () => (contender === field.receiver ? tryPut(contender, data.largeBlob, effort) : tryPush(contender, row, data.largeBlob, effort)), field.receiver);
    case 'npm ci':
      return all((contender) => () => tryInstall(contender, { program, workspace, dependencies: data.dependencies }), nginx);
    case 'idle':
      return all((contender) => () => tryIdle(contender, effort));
  }
}

/** Our own answer becomes a file that nginx serves; returns its path. */
async function captureAnswer(row: ReadRow, index: number, field: Field, data: Data): Promise<string> {
  const ours = field.ours[0]?.contender;
  if (!ours) throw new Error('no database to measure with');
  const { body } = await ask(ours, 'GET', row.path(ours, data), 200, undefined, row.headers);
  await put(join(field.nginxFolder, 'answers', String(index)), body);
  return `/answers/${index}`;
}

async function put(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
