import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { shapeOf } from './columns.ts';
import { type Header, writeFooter, writeHeader, writeTableLine } from './envelope.ts';
import { readTable } from './read-table.ts';
import { encodeRow } from './row-codec.ts';
import { exportedTables } from './tables.ts';

/** What came of an export: how many rows of each table. */
export type RowCounts = Record<string, number>;

/**
 * The text of an export, a piece at a time, read as fast as it is taken. `reads` must see one instant. Returns how many rows there are of each table.
 *
 * Lines of JSON: the header, for each table a line with its columns and then its rows as arrays, and at the end the counts of rows with the
 * SHA-256 of all that comes before.
 */
export async function* writeExport(reads: EntityManager, header: Header): AsyncGenerator<Buffer, RowCounts> {
  const hash = createHash('sha256');
  const rows: RowCounts = {};
  const piece = (lines: readonly string[]): Buffer => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    hash.update(bytes);
    return bytes;
  };
  yield piece([writeHeader(header)]);
  for (const table of exportedTables) {
    const shape = shapeOf(table);
    yield piece([writeTableLine(table, shape.columns.map(({ name }) => name))]);
    rows[table] = 0;
    for await (const some of readTable(reads, shape)) {
      yield piece(some.map((row) => encodeRow(shape, row)));
      rows[table] += some.length;
    }
  }
  yield Buffer.from(`${writeFooter({ rows, sha256: hash.digest('hex') })}\n`);
  return rows;
}
