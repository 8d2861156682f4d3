import type { DataSource } from 'typeorm';
import type { Database } from './database.ts';

/** Locks are of the whole server, so the name has the database in it; at most 64 characters. */
const lockName = "LEFT(CONCAT('entrepot.migrate.', DATABASE()), 64)";
const lockSeconds = 120;

/**
 * Brings the schema up to date; returns the names of the migrations that ran. Any number of processes may start at
 * once: on MySQL they take turns by GET_LOCK, on SQLite by the write lock of the file.
 */
export async function migrate(database: Database): Promise<string[]> {
  const source = database.writer;
  return database.dialect === 'sqlite' ? migrateSqlite(source) : migrateMysql(source);
}

async function migrateMysql(source: DataSource): Promise<string[]> {
  await using runner = source.createQueryRunner();
  const [row] = await runner.query(`SELECT GET_LOCK(${lockName}, ?) AS held`, [lockSeconds]);
  if (Number(row.held) !== 1) throw new Error(`another process has been migrating for ${lockSeconds} s`);
  try {
    return namesOf(await source.runMigrations({ transaction: 'each' }));
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(${lockName})`);
  }
}

/** What is pending has to be looked up under the lock, too, so one transaction is around it all; the data source has one connection. */
async function migrateSqlite(source: DataSource): Promise<string[]> {
  await source.query('BEGIN IMMEDIATE');
  try {
    const names = namesOf(await source.runMigrations({ transaction: 'none' }));
    await source.query('COMMIT');
    return names;
  } catch (error) {
    await source.query('ROLLBACK');
    throw error;
  }
}

function namesOf(migrations: readonly { name: string }[]): string[] {
  return migrations.map(({ name }) => name);
}
