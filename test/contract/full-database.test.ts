import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { freshSqlite } from '../support/environment/databases.ts';
import { openMigrated } from './registry.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await openMigrated(freshSqlite));
});
afterAll(() => drop?.());

/** Rows that are committed, as another connection sees them. */
const committed = async (): Promise<number> => Number((await database.reads.query('SELECT COUNT(*) AS counted FROM discard'))[0].counted);

/** Writes many rows; the last of them only where all went well. */
const fill = (from: string) =>
  database.tx(async (tx) => {
    for (let index = 0; index < 2_000; index++) await tx.query('INSERT INTO discard (object_key, due_at) VALUES (?, 1)', [`${from}-${index}-${'x'.repeat(200)}`]);
  });

/** SQLite's own limit stands for a full disk: it is the same error, and the same rollback that nobody asked for. */
const limitPages = (pages: number) => database.writer.query(`PRAGMA max_page_count = ${pages}`);

it('a SQLite file that is full loses nothing that is written when there is room again', async () => {
  const [{ page_count: pages }] = await database.writer.query('PRAGMA page_count');
  for (let round = 0; round < 3; round++) {
    await limitPages(Number(pages));
    await expect(fill(`full-${round}`)).rejects.toThrow(/full/);
    await expect(fill(`full-${round}`)).rejects.toThrow(/full/);
    const before = await committed();
    await limitPages(1_000_000);
    await database.tx((tx) => tx.query('INSERT INTO discard (object_key, due_at) VALUES (?, 1)', [`after-${round}`]));
    expect(await committed()).toBe(before + 1);
    // One that fails for another reason takes nothing with it.
    await expect(database.tx(async (tx) => {
      await tx.query("INSERT INTO discard (object_key, due_at) VALUES ('rolled back', 1)");
      throw new Error('no');
    })).rejects.toThrow('no');
    await database.tx((tx) => tx.query('INSERT INTO discard (object_key, due_at) VALUES (?, 1)', [`once more-${round}`]));
    expect(await committed()).toBe(before + 2);
  }
});
