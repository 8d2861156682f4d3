import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Connection, createConnection } from 'mysql2/promise';
import { findMariadb, mariadbUrl, prepareMariadb, runMariadb } from './mariadb.ts';
import { lastingPort } from './services.ts';
import { openWorkspace } from './workspace.ts';

/** A MariaDB of a test's own, which it may stop, freeze and starve. */
export interface OwnMariadb {
  /** For `DATABASE_URL`: of a user that has all rights on that one empty database, and none of the server's. */
  url: string;
  /** Runs a statement as somebody who may do anything. */
  execute(sql: string): Promise<any>;
  /** A connection of the same user, to be closed by whoever asked for it. */
  connect(): Promise<Connection>;
  /** Ends it, by SIGKILL or in order, unless it has ended by itself. */
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts it again after that, with other settings where there are some. */
  start(more?: readonly string[]): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  close(): Promise<void>;
}

/** Little is written here. */
const small = ['--innodb-buffer-pool-size=32M', '--innodb-log-file-size=16M'];

/** Starts one, with more settings than usual. */
export async function startOwnMariadb(more: readonly string[] = []): Promise<OwnMariadb> {
  const tool = await findMariadb(null);
  if (!('path' in tool)) throw new Error(tool.missing);
  const workspace = await openWorkspace();
  const port = await lastingPort();
  const options = { folder: workspace.directory, port, workspace, more: [...small, ...more] };
  await prepareMariadb(options.folder);
  let child: ChildProcess = await runMariadb(tool.path, options);
  const connect = () => createConnection(mariadbUrl(port));
  const execute = async (sql: string) => {
    const connection = await connect();
    try {
      const [rows] = await connection.query(sql);
      return rows;
    } finally {
      await connection.end();
    }
  };
  await execute('CREATE DATABASE registry');
  await execute("CREATE USER app@'127.0.0.1' IDENTIFIED BY 'app'");
  await execute("GRANT ALL ON registry.* TO app@'127.0.0.1'");
  return {
    url: `mysql://app:app@127.0.0.1:${port}/registry`,
    execute,
    connect,
    async stop(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
    async start(others = more) {
      child = await runMariadb(tool.path, { ...options, more: [...small, ...others] });
    },
    signal: (signal) => void child.kill(signal),
    close: () => workspace.close(),
  };
}
