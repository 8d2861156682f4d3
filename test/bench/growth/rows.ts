import type { EntityManager } from 'typeorm';
import { isSqlite } from '../../../src/db/upsert.ts';

/** A row by its columns' names. */
export type Row = Record<string, string | number | null>;

/** Rows of one statement. */
const chunkSize = 500;

/** Inserts rows with the same columns, many to a statement. `orIgnore` leaves alone those whose key is taken. */
export async function insertRows(tx: EntityManager, table: string, rows: readonly Row[], { orIgnore = false } = {}): Promise<void> {
  const sqlite = isSqlite(tx);
  const quoted = sqlite ? `"${table}"` : `\`${table}\``;
  const verb = orIgnore ? (sqlite ? 'INSERT OR IGNORE' : 'INSERT IGNORE') : 'INSERT';
  for (let from = 0; from < rows.length; from += chunkSize) {
    const chunk = rows.slice(from, from + chunkSize);
    const columns = Object.keys(chunk[0] ?? {});
    const values = `(${columns.map(() => '?').join(', ')})`;
    await tx.query(`${verb} INTO ${quoted} (${columns.join(', ')}) VALUES ${chunk.map(() => values).join(', ')}`, chunk.flatMap((row) => columns.map((column) => row[column])));
  }
}
