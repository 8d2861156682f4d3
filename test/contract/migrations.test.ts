import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { migrations } from '../../src/db/migrations/index.ts';
import { openDatabase } from '../../src/db/open.ts';
import { tables } from '../../src/db/tables/index.ts';
import { databases } from '../support/environment/databases.ts';
import { runCommand } from '../support/environment/commands.ts';

const names = migrations.map((Migration) => new Migration().name);

describe.for(databases)('migrations on $name', ({ open }) => {
  it('run on an empty database, once', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    expect(await migrate(database)).toEqual(names);
    expect(await migrate(database)).toEqual([]);
    for (const { options } of tables) expect(await database.reads.query(`SELECT * FROM ${options.name} LIMIT 1`)).toHaveLength(options.name === 'namespace' ? 1 : 0);
    await database.close();
    await drop();
  });

  it('run once where several processes begin at once', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    const release = await holdLock(database);
    const start = () => runCommand(process.execPath, ['src/main.ts', 'migrate'], { timeoutSeconds: 30, env: { DATABASE_URL: url, LOG_LEVEL: 'silent' } });
    const starting = [start(), start(), start()];
    // By now all of them stand at the lock.
    await sleep(2500);
    await release();
    expect((await Promise.all(starting)).map(({ output }) => output)).toEqual(Array(3).fill('The schema is up to date.\n'));
    expect(await recorded(database)).toEqual(names);
    await database.close();
    await drop();
  });

  it('leave a database that a failed migration can be repeated on', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    const last = database.writer.migrations.at(-1);
    if (!last) throw new Error('no migrations');
    const up = last.up.bind(last);
    last.up = async (runner) => {
      await up(runner);
      throw new Error('the power went');
    };
    await expect(migrate(database)).rejects.toThrow('the power went');
    last.up = up;
    await migrate(database);
    expect(await recorded(database)).toEqual(names);
    await database.close();
    await drop();
  });

  it('keep foreign keys in force', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    await migrate(database);
    await expect(
      database.tx((tx) => tx.query("INSERT INTO membership (user_id, namespace_id, role, created_at) VALUES ('nobody', 'nowhere', 'GUEST', 1)")),
    ).rejects.toThrow(/foreign key/i);
    await database.close();
    await drop();
  });
});

/** Keeps every migration out until the result is called. */
async function holdLock(database: Database): Promise<() => Promise<void>> {
  const runner = database.writer.createQueryRunner();
  if (database.dialect === 'sqlite') await runner.query('BEGIN IMMEDIATE');
  else await runner.query("SELECT GET_LOCK(CONCAT('entrepot.migrate.', DATABASE()), 10)");
  return async () => {
    await runner.query(database.dialect === 'sqlite' ? 'COMMIT' : "SELECT RELEASE_LOCK(CONCAT('entrepot.migrate.', DATABASE()))");
    await runner.release();
  };
}

async function recorded(database: Database): Promise<string[]> {
  const rows: { name: string }[] = await database.reads.query('SELECT name FROM migration ORDER BY id');
  return rows.map(({ name }) => name);
}
