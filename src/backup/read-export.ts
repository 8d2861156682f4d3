import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { newestMigration } from '../db/schema-version.ts';
import { shapeOf, type TableShape } from './columns.ts';
import { readFooter, readHeader, writeTableLine } from './envelope.ts';
import { splitLines } from './lines.ts';
import { BadExport, decodeRow, type StoredValue } from './row-codec.ts';
import { exportedTables } from './tables.ts';
import type { RowCounts } from './write-export.ts';

/** What reads an export as it comes. Each call is waited for. */
export interface ExportReader {
  onRow?(shape: TableShape, values: StoredValue[]): void | Promise<void>;
  /** All rows of the table have come. */
  onTableEnd?(shape: TableShape): void | Promise<void>;
}

/**
 * Reads the export in a file to its end and looks whether it is whole: every table, every row of it, in the shape that this version gives them, and the
 * digest of it all. Returns the counts of rows. Throws BadExport, with the file's name, where it is not; by then `reader` may have had a part of it.
 */
export async function readExport(file: string, reader: ExportReader = {}): Promise<RowCounts> {
  const bytes = createReadStream(file);
  const text = createGunzip();
  bytes.on('error', (error) => text.destroy(error));
  try {
    return await readLines(splitLines(bytes.pipe(text)), reader);
  } catch (error) {
    throw isDamage(error) ? new BadExport(`${file} cannot be imported: ${(error as Error).message}`, { cause: error }) : error;
  } finally {
    bytes.destroy();
    text.destroy();
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof BadExport || /^Z_/.test(String((error as { code?: unknown } | null)?.code));
}

/** `[`, with which a row begins and no other line. */
const rowStart = 0x5b;

async function readLines(lines: AsyncGenerator<Buffer>, reader: ExportReader): Promise<RowCounts> {
  const hash = createHash('sha256');
  const next = async (): Promise<Buffer> => {
    const { value, done } = await lines.next();
    if (done) throw new BadExport('its end is missing');
    return value;
  };
  const take = (line: Buffer): string => {
    hash.update(line).update('\n');
    return line.toString();
  };
  const header = readHeader(take(await next()));
  if (header.migration !== newestMigration) {
    throw new BadExport(`it is of a database at ${header.migration}, this version has ${newestMigration}; import it with the version that wrote it, ${header.product}, and update then`);
  }
  const rows: RowCounts = {};
  let line = await next();
  for (const table of exportedTables) {
    const shape = shapeOf(table);
    if (take(line) !== writeTableLine(table, shape.columns.map(({ name }) => name))) throw new BadExport(`where the table ${table} should begin there is something else`);
    let count = 0;
    for (line = await next(); line[0] === rowStart; line = await next()) {
      const values = decodeRow(shape, take(line));
      await reader.onRow?.(shape, values);
      count += 1;
    }
    await reader.onTableEnd?.(shape);
    rows[table] = count;
  }
  const footer = readFooter(line.toString());
  if (footer.sha256 !== hash.digest('hex')) throw new BadExport('it was changed or damaged: its digest is another');
  for (const [table, count] of Object.entries(rows)) if (footer.rows[table] !== count) throw new BadExport(`of ${table} it has ${count} rows instead of ${footer.rows[table]}`);
  if (!(await lines.next()).done) throw new BadExport('there is something behind its end');
  return rows;
}
