import { createConnection } from 'mysql2/promise';
import { findMariadb, startMariadb } from '../support/environment/mariadb.ts';
import type { Workspace } from '../support/environment/workspace.ts';
import type { Options } from './options.ts';
import type { Backend } from './scenario.ts';

/** The databases to measure with, started where they are servers; why one is not there is added to `missing`. */
export async function listBackends(wanted: Options['database'], workspace: Workspace, missing: string[]): Promise<Backend[]> {
  const found: Backend[] = [];
  if (wanted !== 'mariadb') found.push({ name: 'SQLite', smallTarget: 0.4 });
  if (wanted === 'sqlite') return found;
  const mariadb = await findMariadb(null);
  if ('missing' in mariadb) {
    missing.push(`mariadb: ${mariadb.missing}`);
    return found;
  }
  const server = await startMariadb(mariadb.path, workspace);
  const connection = await createConnection(server);
  await connection.query('CREATE DATABASE entrepot_bench');
  await connection.end();
  found.push({ name: 'MariaDB', mysqlUrl: `${server}/entrepot_bench`, smallTarget: 0.25 });
  return found;
}
