import type { EntityManager } from 'typeorm';
import type { Database } from '../db/database.ts';
import { tables } from '../db/tables/index.ts';
import { exportedTables } from './tables.ts';

/** An import takes an empty database only. */
export class NotEmpty extends Error {
  readonly code = 'NOT_EMPTY';
}

/** The tables that are born with a row, and what that looks like. */
const bornWithRow: Readonly<Record<string, string>> = { namespace: "kind = 'INSTANCE'", event_log: 'last_seq = 0' };
/** It has rows that no import touches. */
const notAsked = new Set(['mark']);

/** Throws NotEmpty unless there is nothing in the database but what migrations put there. */
export async function expectEmpty(tx: EntityManager): Promise<void> {
  for (const { options } of tables) {
    if (notAsked.has(options.name)) continue;
    const born = bornWithRow[options.name];
    const rows: unknown[] = await tx.query(`SELECT 1 FROM \`${options.name}\`${born === undefined ? '' : ` WHERE NOT (${born})`} LIMIT 1`);
    if (rows.length > 0) throw new NotEmpty(`The database is in use (its table "${options.name}" has rows). An import takes an empty one, on which no server has been started yet: give DATABASE_URL another.`);
  }
}

/** Removes what migrations put there: an export has its own. */
export async function removeBirthRows(tx: EntityManager): Promise<void> {
  for (const [name, born] of Object.entries(bornWithRow)) await tx.query(`DELETE FROM \`${name}\` WHERE ${born}`);
}

/** On MySQL: empties the tables that an import fills, however much is in them. */
export async function truncateAll(database: Database): Promise<void> {
  await using runner = database.writer.createQueryRunner();
  await runner.query('SET foreign_key_checks = 0');
  try {
    for (const name of exportedTables) await runner.query(`TRUNCATE TABLE \`${name}\``);
  } finally {
    await runner.query('SET foreign_key_checks = 1');
  }
}
