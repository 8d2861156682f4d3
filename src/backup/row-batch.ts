import type { TableShape } from './columns.ts';
import type { StoredValue } from './row-codec.ts';

/** Values that a statement may have: SQLite takes 32,766 (https://sqlite.org/limits.html#max_variable_number). */
const mostValues = 16_000;
/** Characters that it may have: MariaDB's default `max_allowed_packet` is 16 MiB, of which quoting may take half. */
const mostCharacters = 1024 * 1024;

/** Rows of one table that wait to be inserted together. */
export interface RowBatch {
  shape: TableShape;
  rows: StoredValue[][];
  /** Of all texts together. */
  characters: number;
}

/** Whether a batch should be inserted before anything is added to it. */
export function isFull({ shape, rows, characters }: RowBatch): boolean {
  return characters >= mostCharacters || (rows.length + 1) * shape.columns.length > mostValues;
}

/** How many characters the texts of a row have. */
export function charactersOf(values: readonly StoredValue[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
}
