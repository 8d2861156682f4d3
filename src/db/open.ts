import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSource, type Logger } from 'typeorm';
import { Database } from './database.ts';
import { WriteAheadLog } from './disk.ts';
import { migrations } from './migrations/index.ts';
import { governConnections } from './mysql-connections.ts';
import { NodeSqlite } from './node-sqlite.ts';
import { SnakeNaming } from './naming.ts';
import { tables } from './tables/index.ts';

/** More would wait in vain: each takes some milliseconds. */
const mostWaiting = 2_000;

export interface OpenOptions {
  /** Hears of every statement before it runs: for tests that count them. */
  onStatement?: (sql: string) => void;
  /** Connections to MySQL; default 10. */
  poolSize?: number;
  /** Whether a commit to SQLite waits for the disk; default true. Without it a power cut may lose commits, or break the file: for tests. */
  waitsForDisk?: boolean;
  /** How long to wait for one of them, in milliseconds; default 10 s. */
  patienceMs?: number;
}

/**
 * Opens the database a URL names: `mysql://user:password@host:port/name` (MySQL or MariaDB), or a SQLite file as
 * `file:///absolute/path` or `sqlite:path`. Does not migrate.
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const shared = {
    entities: tables,
    migrations,
    migrationsTableName: 'migration',
    namingStrategy: new SnakeNaming(),
    ...(options.onStatement ? { logger: statementLogger(options.onStatement), logging: ['query' as const] } : {}),
  };
  if (/^(mysql|mariadb):/.test(url)) {
    const { poolSize = 10, patienceMs = 10_000 } = options;
    const source = new DataSource({
      ...shared,
      type: 'mysql',
      url: url.replace(/^mariadb:/, 'mysql:'),
      charset: 'utf8mb4_bin',
      supportBigNumbers: true,
      bigNumberStrings: false,
      poolSize,
      connectTimeout: patienceMs,
    });
    await source.initialize();
    return new Database('mysql', source, source, { limitSilence: governConnections(source, { size: poolSize, patienceMs, mostWaiting }) });
  }
  const file = sqliteFile(url);
  mkdirSync(dirname(file), { recursive: true });
  const open = (pragmas: string[]) =>
    new DataSource({
      ...shared,
      type: 'better-sqlite3',
      driver: NodeSqlite,
      database: file,
      prepareDatabase: (connection: NodeSqlite) => pragmas.forEach((pragma) => connection.pragma(pragma)),
    }).initialize();
  const waitsForDisk = options.waitsForDisk ?? true;
  const writer = await open(['journal_mode = WAL', `synchronous = ${waitsForDisk ? 'FULL' : 'OFF'}`, 'busy_timeout = 10000']);
  const openReader = () => open(['query_only = ON', 'busy_timeout = 10000']);
  return new Database('sqlite', writer, await openReader(), { openReader, disk: waitsForDisk ? await takeOverSyncs(writer, file) : undefined });
}

/** On a file system without shared memory SQLite has no such log but another journal; there it goes on to sync by itself. */
async function takeOverSyncs(writer: DataSource, file: string): Promise<WriteAheadLog | undefined> {
  const [{ journal_mode: journal }] = await writer.query('PRAGMA journal_mode');
  if (journal !== 'wal') return undefined;
  await writer.query('PRAGMA synchronous = NORMAL');
  return new WriteAheadLog(file);
}

function sqliteFile(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  if (/^(sqlite|file):/.test(url)) return url.replace(/^\w+:(\/\/)?/, '');
  if (/^\w+:\/\//.test(url)) throw new Error(`DATABASE_URL: cannot tell which database ${url.split(':')[0]} is`);
  return url;
}

function statementLogger(onStatement: (sql: string) => void): Logger {
  const nothing = () => undefined;
  return {
    logQuery: onStatement,
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
  };
}
