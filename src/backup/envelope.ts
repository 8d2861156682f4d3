import { BadExport } from './row-codec.ts';

/** Counts up when an export is written in another way than before. */
const formatVersion = 1;

/** The first line of an export. */
export interface Header {
  /** Version of the registry that wrote it, for people. */
  product: string;
  /** The newest migration of the database that it was made of: which tables and columns there are. */
  migration: string;
  /** When its reads began: everything is as it was then. */
  takenAt: number;
}

/** The last line: what tells that the file is whole. */
export interface Footer {
  /** How many rows there are of each table. */
  rows: Record<string, number>;
  /** Of every byte before this line, in hex. */
  sha256: string;
}

/** The first line, without its end. */
export function writeHeader({ product, migration, takenAt }: Header): string {
  return JSON.stringify({ entrepot: 'export', format: formatVersion, product, migration, takenAt: new Date(takenAt).toISOString() });
}

/** Reads the first line. Throws BadExport where it is none, or of a format that is not known. */
export function readHeader(line: string): Header {
  const { entrepot, format, product, migration, takenAt } = readObject(line);
  if (entrepot !== 'export') throw new BadExport('it is no export of Entrepot');
  if (format !== formatVersion) throw new BadExport(`its format is ${String(format)}, this version knows ${formatVersion}; use the version that wrote it, ${String(product)}`);
  return { product: String(product), migration: String(migration), takenAt: Date.parse(String(takenAt)) };
}

/** The line before the rows of a table. */
export function writeTableLine(table: string, columns: readonly string[]): string {
  return JSON.stringify({ table, columns });
}

/** The last line, without its end. */
export function writeFooter({ rows, sha256 }: Footer): string {
  return JSON.stringify({ rows, sha256 });
}

/** Reads the last line. Throws BadExport. */
export function readFooter(line: string): Footer {
  const { rows, sha256 } = readObject(line);
  if (typeof rows !== 'object' || rows === null || typeof sha256 !== 'string') throw new BadExport('its last line does not say what it holds');
  return { rows: rows as Record<string, number>, sha256 };
}

function readObject(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new BadExport('it is no export of Entrepot');
}
