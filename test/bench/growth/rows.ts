import type { EntityManager } from 'typeorm';
import { insertValues } from '../../../src/db/insert.ts';

/** A row by its columns' names. */
export type Row = Record<string, string | number | null>;

/** Rows of one statement. */
const chunkSize = 500;

/** Inserts rows with the same columns, many to a statement. */
export async function insertRows(tx: EntityManager, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  for (let from = 0; from < rows.length; from += chunkSize) {
    await insertValues(tx, table, columns, rows.slice(from, from + chunkSize).map((row) => columns.map((column) => row[column])));
  }
}
