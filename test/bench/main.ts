/**
 * `npm run bench [-- --quick] [--json FILE] [--only TEXT] [--database sqlite|mariadb] [--node-option OPTION]`: compares the
 * registry with the floor, a server that does only what the machine needs for the same bytes, and prints one table of
 * ratios. Everything runs on the loopback interface and below one temporary folder, which goes when the bench ends, however
 * it ends.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { findMariadb, startMariadb } from '../support/environment/mariadb.ts';
import { openWorkspace, type Workspace } from '../support/environment/workspace.ts';
import { measureLive } from './live.ts';
import { measureOci } from './oci.ts';
import { placeProcesses } from './processes.ts';
import { type Line, renderTable } from './report.ts';
import { type Backend, type Effort, runScenario } from './scenario.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string' },
    database: { type: 'string' },
    'node-option': { type: 'string', multiple: true },
  },
});

const effort: Effort = {
  ...(values.quick
    ? { runs: 1, seconds: 1, warmupSeconds: 0.3, versions: 1000, publishes: 100, uploads: 1 }
    : { runs: 3, seconds: 1.4, warmupSeconds: 0.3, versions: 1000, publishes: 400, uploads: 3 }),
  only: values.only,
  nodeOptions: values['node-option'] ?? [],
};

const startedAt = performance.now();
const workspace = await openWorkspace();
const placement = await placeProcesses();
const lines: Line[] = [];
const missing: string[] = [];
print(`${cpus()[0]?.model.trim()}, ${cpus().length} processors; Node ${process.version}; ${placement.text}`);
print('Load comes from the bench\'s own keep-alive client (test/bench/load.ts), which is leaner than autocannon; where "client busy" is near 1 it is the limit.');
try {
  for (const backend of await listBackends(workspace)) {
    const onLine = (line: Line) => {
      lines.push(line);
      process.stderr.write(`${seconds()} s  ${backend.name}  ${line.name}  ${line.ratio?.toFixed(2) ?? line.note ?? ''}\n`);
    };
    // What was measured until then is still told.
    const environment = { placement, workspace, effort, onLine };
    await runScenario(backend, environment).then(() => measureLive(backend, environment)).then(() => measureOci(backend, environment)).catch((error: unknown) => {
      console.error(error);
      missing.push(`${backend.name}: ended early, see the error above`);
      process.exitCode = 1;
    });
  }
} finally {
  await workspace.close();
}
print('');
print(renderTable(lines));
print('');
for (const reason of missing) print(`missing ${reason}`);
const unmet = lines.filter(({ target }) => target?.isMet === false).length;
print(`${lines.filter(({ target }) => target?.isMet).length} targets met, ${unmet} not met; ${seconds()} s. "ratio" is the median of ours/floor over alternating pairs.`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ placement: placement.text, effort, missing, lines }, null, 2)}\n`);

async function listBackends(run: Workspace): Promise<Backend[]> {
  const found: Backend[] = [];
  if (values.database !== 'mariadb') found.push({ name: 'SQLite', smallTarget: 0.4 });
  if (values.database === 'sqlite') return found;
  const mariadb = await findMariadb(null);
  if ('missing' in mariadb) {
    missing.push(`mariadb: ${mariadb.missing}`);
    return found;
  }
  const server = await startMariadb(mariadb.path, run);
  const connection = await createConnection(server);
  await connection.query('CREATE DATABASE entrepot_bench');
  await connection.end();
  found.push({ name: 'MariaDB', mysqlUrl: `${server}/entrepot_bench`, smallTarget: 0.25 });
  return found;
}

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
