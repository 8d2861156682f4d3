import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database } from '../../src/db/database.ts';
import { isDuplicateKey, isForeignKeyViolation, isTransient } from '../../src/db/driver-errors.ts';
import { openDatabase } from '../../src/db/open.ts';
import { UserTable } from '../../src/db/tables/access.ts';
import { affected, forUpdate, upsert } from '../../src/db/upsert.ts';
import { databases } from '../support/environment/databases.ts';
import { openMigrated } from './registry.ts';

describe.for(databases)('transactions on $name', ({ open, missing, name }) => {
  let database: Database;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    if (missing !== undefined) return;
    ({ database, drop } = await openMigrated(open));
  });
  afterAll(() => drop?.());

  const test = it.skipIf(missing !== undefined);
  const user = (id: string, username = id) => ({ id, username, displayName: '', passwordHash: null, isAdmin: false, isBlocked: false, createdAt: 0 });
  const discard = (key: string, dueAt = 0) => database.tx((tx) => tx.query('INSERT INTO discard (object_key, due_at) VALUES (?, ?)', [key, dueAt]));
  const dueAt = async (key: string): Promise<unknown> => (await database.reads.query('SELECT due_at FROM discard WHERE object_key = ?', [key]))[0]?.due_at;

  test('a rollback leaves nothing', async () => {
    const work = database.tx(async (tx) => {
      await tx.insert(UserTable, user('rolled'));
      await tx.query("INSERT INTO discard (object_key, due_at) VALUES ('rolled', 1)");
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await database.reads.existsBy(UserTable, { id: 'rolled' })).toBe(false);
    expect(await dueAt('rolled')).toBeUndefined();
  });

  test('reads do not see what is not committed, and see what is at once', async () => {
    await database.tx(async (tx) => {
      await tx.insert(UserTable, user('pending'));
      expect(await tx.existsBy(UserTable, { id: 'pending' })).toBe(true);
      expect(await database.reads.existsBy(UserTable, { id: 'pending' })).toBe(false);
    });
    expect(await database.reads.existsBy(UserTable, { id: 'pending' })).toBe(true);
  });

  test('overlapping transactions do not mix', async () => {
    await discard('counter');
    const add = (fails: boolean) =>
      database.tx(async (tx) => {
        const [row] = await tx.query(`SELECT due_at FROM discard WHERE object_key = 'counter'${forUpdate(tx)}`);
        await sleep(Math.random() * 3);
        await tx.query("UPDATE discard SET due_at = ? WHERE object_key = 'counter'", [row.due_at + 1]);
        if (fails) throw new Error('rolled back');
      });
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, index) => add(index % 3 === 0)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(await dueAt('counter')).toBe(20);
  });

  test('a failed statement in a transaction leaves the others to commit', async () => {
    await database.tx(async (tx) => {
      await tx.insert(UserTable, user('first'));
      const error: unknown = await tx.insert(UserTable, user('second', 'first')).catch((caught: unknown) => caught);
      expect(isDuplicateKey(error)).toBe(true);
      await tx.insert(UserTable, user('third'));
    });
    expect(await database.reads.countBy(UserTable, { displayName: '', createdAt: 0 })).toBeGreaterThanOrEqual(2);
    expect(await database.reads.existsBy(UserTable, { id: 'third' })).toBe(true);
  });

  test('a broken key is told from other errors', async () => {
    await discard('key');
    const primaryKey = await discard('key').catch((error: unknown) => error);
    const foreignKey = await database.tx((tx) => tx.query("INSERT INTO membership VALUES ('no', 'no', 'GUEST', 1)")).catch((error: unknown) => error);
    const missingTable = await database.reads.query('SELECT * FROM nothing').catch((error: unknown) => error);
    const kinds = (error: unknown) => [isDuplicateKey(error), isForeignKeyViolation(error), isTransient(error)];
    expect([primaryKey, foreignKey, missingTable].map(kinds)).toEqual([[true, false, false], [false, true, false], [false, false, false]]);
  });

  test('upsert inserts, then updates what the update names alone', async () => {
    const put = (row: { object_key: string; due_at: number }, update: Record<string, string>) => database.tx((tx) => upsert(tx, 'discard', row, ['object_key'], update));
    await put({ object_key: 'up', due_at: 5 }, { due_at: 'new.due_at' });
    expect(await dueAt('up')).toBe(5);
    await put({ object_key: 'up', due_at: 7 }, { due_at: 'due_at * 10 + new.due_at' });
    expect(await dueAt('up')).toBe(57);
  });

  test('upserts of one key at once all count', async () => {
    const bump = () => database.tx((tx) => upsert(tx, 'discard', { object_key: 'many', due_at: 1 }, ['object_key'], { due_at: 'due_at + 1' }));
    await Promise.all(Array.from({ length: 25 }, bump));
    expect(await dueAt('many')).toBe(25);
  });

  test('affected tells the rows that an update or delete touched', async () => {
    await discard('a1', 1);
    await discard('a2', 1);
    const run = (sql: string) => database.tx((tx) => affected(tx, sql, []));
    expect(await run("UPDATE discard SET due_at = 2 WHERE object_key IN ('a1', 'a2', 'a3')")).toBe(2);
    expect(await run("DELETE FROM discard WHERE object_key = 'a1'")).toBe(1);
    expect(await run("DELETE FROM discard WHERE object_key = 'a1'")).toBe(0);
  });

  test('gives up on other errors at once', async () => {
    let runs = 0;
    const work = database.tx(async (tx) => {
      runs += 1;
      await tx.query('SELECT * FROM nothing');
    });
    await expect(work).rejects.toThrow();
    expect(runs).toBe(1);
  });

  test('a deadlock is run again, whole', async () => {
    await discard('left');
    await discard('right');
    let runs = 0;
    // The first runs of both meet in the middle, each holding the row that the other wants next.
    const crossing = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const move = (index: 0 | 1, keys: string[]) =>
      database.tx(async (tx) => {
        runs += 1;
        await tx.query('UPDATE discard SET due_at = due_at + 1 WHERE object_key = ?', [keys[0]]);
        crossing[index]?.resolve();
        if (name !== 'SQLite') await crossing[1 - index]?.promise;
        await tx.query('UPDATE discard SET due_at = due_at + 1 WHERE object_key = ?', [keys[1]]);
      });
    await Promise.all([move(0, ['left', 'right']), move(1, ['right', 'left'])]);
    expect([await dueAt('left'), await dueAt('right')]).toEqual([2, 2]);
    // SQLite runs them one after the other; MariaDB cannot but roll one back.
    expect(runs).toBe(name === 'SQLite' ? 2 : 3);
  });

  test('a snapshot is of one instant, whatever is written before it ends', async () => {
    await discard('before');
    const count = async (reads: typeof database.reads) => Number((await reads.query('SELECT COUNT(*) AS total FROM discard'))[0].total);
    const total = await count(database.reads);
    await database.snapshot(async (reads) => {
      await discard('meanwhile');
      expect([await count(reads), await count(database.reads)]).toEqual([total, total + 1]);
      await expect(reads.query("DELETE FROM discard WHERE object_key = 'before'")).rejects.toThrow(/readonly|READ ONLY/i);
    });
    expect(await count(database.reads)).toBe(total + 1);
  });

  test('a writer in another process is waited for', async () => {
    const other = await openDatabase(urlOf(database));
    await discard('shared');
    const add = (on: Database) =>
      on.tx(async (tx) => {
        const [row] = await tx.query(`SELECT due_at FROM discard WHERE object_key = 'shared'${forUpdate(tx)}`);
        await sleep(1);
        await tx.query("UPDATE discard SET due_at = ? WHERE object_key = 'shared'", [row.due_at + 1]);
      });
    // On SQLite the driver waits synchronously, so one process can test this only turn by turn.
    if (name === 'SQLite') for (let turn = 0; turn < 10; turn++) await add(turn % 2 === 0 ? database : other);
    else await Promise.all(Array.from({ length: 10 }, (_, turn) => add(turn % 2 === 0 ? database : other)));
    expect(await dueAt('shared')).toBe(10);
    await other.close();
  });
});

function urlOf(database: Database): string {
  const { options } = database.writer;
  if (options.type === 'better-sqlite3') return String(options.database);
  if (options.type === 'mysql') return String(options.url);
  throw new Error('no such database');
}
