/**
 * `npm run bench [-- --quick] [--json FILE] [--only TEXT] [--database sqlite|mariadb] [--node-option OPTION]`: compares the
 * registry with the floor, a server that does only what the machine needs for the same bytes, and prints one table of
 * ratios. With `--peers [--svg FILE] [--markdown]` it is compared with what people run today: Verdaccio, docker-registry and nginx, which are installed
 * where that is allowed; with `--growth [--scale PART]` a registry that has little with one of 100,000 packages; with `--load [--minutes 10] [--scale PART]`
 * thousands of clients of all kinds ask one server for a while. Everything runs on the loopback interface and below one temporary folder, which goes when the bench ends, however
 * it ends.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { openWorkspace } from '../support/environment/workspace.ts';
import { listBackends } from './backends.ts';
import { measureGrowth } from './growth/growth.ts';
import { type GrowthLine, renderGrowth } from './growth/report.ts';
import { measureLive } from './live.ts';
import { explainOpenFiles } from './load-run/open-files.ts';
import { judge, renderRun } from './load-run/report.ts';
import { type LoadRun, runLoadMix } from './load-run/run.ts';
import { type Options, parseOptions } from './options.ts';
import { renderChart } from './peers/chart.ts';
import { comparePeers } from './peers/compare.ts';
import { type ComparedLine, renderComparison, renderMarkdown } from './peers/report.ts';
import { placeProcesses } from './processes.ts';
import { type Line, renderTable } from './report.ts';
import { type Backend, runScenario } from './scenario.ts';

const startedAt = performance.now();
const options = readOptions();
const workspace = await openWorkspace();
const placement = await placeProcesses();
const missing: string[] = [];
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} processors; Node ${process.version}; ${placement.text}`;
print(machine);
try {
  const backends = await listBackends(options.database, workspace, missing);
  await { floor: measureFloor, peers: measurePeers, full: measureFull, load: measureLoad }[options.against](backends);
} finally {
  await workspace.close();
}

/** Against the floor. What was measured until something fails is still told. */
async function measureFloor(backends: readonly Backend[]): Promise<void> {
  print('Load comes from the bench\'s own keep-alive client (test/bench/load.ts), which is leaner than autocannon; where "client busy" is near 1 it is the limit.');
  const lines: Line[] = [];
  for (const backend of backends) {
    const onLine = (line: Line) => {
      lines.push(line);
      tell(`${backend.name}  ${line.name}  ${line.ratio?.toFixed(2) ?? line.note ?? ''}`);
    };
    const environment = { placement, workspace, effort: options.effort, onLine };
    await runScenario(backend, environment).then(() => measureLive(backend, environment)).catch(noteFailure(backend.name));
  }
  print(`\n${renderTable(lines)}\n`);
  const judged = lines.flatMap(({ target }) => target?.isMet ?? []);
  await conclude(judged, '"ratio" is the median of ours/floor over alternating pairs.', { lines });
}

async function measurePeers(backends: readonly Backend[]): Promise<void> {
  const lines: ComparedLine[] = [];
  const onLine = (line: ComparedLine) => {
    lines.push(line);
    tell(`${line.name}  ${Object.values(line.ratios).map((ratio) => ratio.toFixed(2)).join(' ')}`);
  };
  const comparison = await comparePeers({ placement, workspace, effort: options.effort, backends, missing, onLine, onStep: tell }).catch(noteFailure('peers'));
  const peers = comparison?.peers ?? [];
  print(`\nAgainst ${peers.join(', ')}; floor: nginx with the same bytes as files; for what is sent, a bare Node server that writes, hashes and syncs.\n`);
  print(`${options.markdown ? renderMarkdown(lines) : renderComparison(lines)}\n`);
  if (options.svgFile !== undefined) await writeFile(options.svgFile, renderChart(lines, peers));
  await conclude(lines.flatMap(({ isMet }) => Object.values(isMet)), '"×peer" and "×floor" are medians of ours/theirs over alternating runs.', { peers, lines });
}

async function measureFull(backends: readonly Backend[]): Promise<void> {
  const lines: GrowthLine[] = [];
  for (const backend of backends) {
    const onLine = (line: GrowthLine) => {
      lines.push(line);
      tell(`${backend.name}  ${line.name}  ${line.growth?.toFixed(2) ?? `p99 ${line.fullP99Ms.toFixed(1)} ms`}`);
    };
    await measureGrowth({ backend, sizes: options.sizes, onLine, onProgress: tell }, { placement, workspace, effort: options.effort }).catch(noteFailure(backend.name));
  }
  print(`\n${renderGrowth(lines)}\n`);
  await conclude(lines.map(({ target }) => target.isMet), '"growth" is the median of small/full rates over alternating runs.', { sizes: options.sizes, lines });
}

async function measureLoad(backends: readonly Backend[]): Promise<void> {
  const tooFew = await explainOpenFiles(options.loadRun);
  if (tooFew !== undefined) missing.push(tooFew);
  const runs: LoadRun[] = [];
  for (const backend of backends) {
    const run = await runLoadMix(backend, options.loadRun, { placement, workspace, effort: options.effort }, tell).catch(noteFailure(backend.name));
    if (!run) continue;
    runs.push(run);
    print(`\n${renderRun(run)}\n`);
  }
  const promises = runs.flatMap(judge);
  if (promises.some(({ isKept }) => !isKept)) process.exitCode = 1;
  await conclude(promises.map(({ isKept }) => isKept), 'Delays are of the event loop, beyond a millisecond.', { promises, runs });
}

async function conclude(judged: readonly boolean[], explanation: string, figures: object): Promise<void> {
  for (const reason of missing) print(`missing ${reason}`);
  const met = judged.filter((isMet) => isMet).length;
  print(`${met} targets met, ${judged.length - met} not met; ${seconds()} s. ${explanation}`);
  if (options.jsonFile !== undefined) await writeFile(options.jsonFile, `${JSON.stringify({ machine, effort: options.effort, missing, ...figures }, null, 2)}\n`);
}

function noteFailure(what: string): (error: unknown) => undefined {
  return (error) => {
    console.error(error);
    missing.push(`${what}: ended early, see the error above`);
    process.exitCode = 1;
  };
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function tell(text: string): void {
  process.stderr.write(`${seconds()} s  ${text}\n`);
}

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
