import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findProgram, lastLines, runCommand } from './commands.ts';
import { freePort, logTail, openLog, waitUntil } from './services.ts';
import type { Tool } from './tools.ts';
import type { Workspace } from './workspace.ts';

/** Where the MariaDB server is. `reason` says why an installation failed, if one was tried. */
export async function findMariadb(reason: string | null): Promise<Tool> {
  const path = await findProgram('mariadbd');
  if (path === null) return { missing: reason ?? 'mariadbd is not on the PATH' };
  const init = await findProgram('mariadb-install-db');
  return init === null ? { missing: 'mariadb-install-db is not on the PATH' } : { path };
}

/** Settings for tests. Isolation and durability are left as the server ships them, so that tests see what production does. */
const settings = [
  '--no-defaults',
  '--bind-address=127.0.0.1',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--max-connections=300',
  '--max-allowed-packet=64M',
  '--innodb-buffer-pool-size=256M',
  '--innodb-log-file-size=64M',
  '--skip-log-bin',
];

/** Starts a server on a fresh data folder and a free port of 127.0.0.1; returns the URL of a user that may do anything. */
export async function startMariadb(program: string, workspace: Workspace): Promise<string> {
  const folder = join(workspace.directory, 'mariadb');
  await prepareMariadb(folder);
  const port = await freePort();
  await runMariadb(program, { folder, port, workspace });
  return mariadbUrl(port);
}

/** The user that may do anything. */
export function mariadbUrl(port: number): string {
  return `mysql://entrepot:entrepot@127.0.0.1:${port}`;
}

/** Makes the data of a server in a folder that is there or not, with the user of {@link mariadbUrl}. */
export async function prepareMariadb(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await initialise(join(folder, 'data'));
  await writeFile(usersOf(folder), "CREATE USER IF NOT EXISTS entrepot@'127.0.0.1' IDENTIFIED BY 'entrepot';\nGRANT ALL ON *.* TO entrepot@'127.0.0.1' WITH GRANT OPTION;\n");
}

const usersOf = (folder: string) => join(folder, 'users.sql');

export interface MariadbOptions {
  /** Prepared, or where one has run. */
  folder: string;
  port: number;
  workspace: Workspace;
  /** More settings, which win. */
  more?: readonly string[];
}

/** Starts a server and resolves when it takes connections. */
export async function runMariadb(program: string, { folder, port, workspace, more = [] }: MariadbOptions): Promise<ChildProcess> {
  const log = join(folder, 'mariadb.log');
  const own = [`--datadir=${join(folder, 'data')}`, `--port=${port}`, `--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`];
  const child = spawn(program, [...settings, ...runAs(), ...own, `--tmpdir=${folder}`, `--init-file=${usersOf(folder)}`, ...more], {
    detached: true,
    stdio: ['ignore', openLog(log), openLog(log)],
  });
  workspace.adopt(child);
  await waitUntil(child, 60, () => logTail(log), () => greets(port));
  return child;
}

async function initialise(data: string): Promise<void> {
  const args = ['--no-defaults', ...runAs(), `--datadir=${data}`, '--auth-root-authentication-method=normal'];
  // A machine that cannot look up its own name is none of its business.
  args.push('--force', '--skip-test-db', '--skip-name-resolve', '--innodb-log-file-size=64M');
  const program = (await findProgram('mariadb-install-db')) ?? 'mariadb-install-db';
  const result = await runCommand(program, args, { timeoutSeconds: 120 });
  if (!result.ok) throw new Error(`mariadb-install-db failed: ${lastLines(result.output)}`);
}

/** The server refuses to be root unless it is told to. */
function runAs(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** The server accepts connections only after its init file has run, so its greeting means that the user is there. */
async function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => finish(false)).once('data', () => finish(true)).once('error', () => finish(false));
    socket.once('close', () => resolve(false));
  });
}
