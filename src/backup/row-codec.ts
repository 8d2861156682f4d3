import type { Column, TableShape } from './columns.ts';

/** A value as a database takes it. */
export type StoredValue = string | number | null;

/** A line of an export is not what it should be. */
export class BadExport extends Error {
  readonly code = 'BAD_EXPORT';
}

/**
 * A row as a line of an export: a JSON array of its values in the order of the columns. Integers are numbers, booleans are `true` and `false`,
 * whatever the database has for them. Throws Error for what no column of its kind can hold.
 */
export function encodeRow({ name, columns }: TableShape, row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(columns.map((column) => encodeValue(name, column, row[column.name])));
}

function encodeValue(table: string, { name, kind }: Column, value: unknown): string | number | boolean | null {
  if (value === null) return null;
  if (kind === 'text' && typeof value === 'string') return value;
  if (kind === 'integer' && Number.isSafeInteger(value)) return value as number;
  if (kind === 'boolean' && (value === 0 || value === 1)) return value === 1;
  throw new Error(`${table}.${name} has a value that is no ${kind}: ${String(value).slice(0, 100)}`);
}

/** The values of a line in the order of the columns, as both databases take them. Throws BadExport for what {@link encodeRow} does not write. */
export function decodeRow({ name, columns }: TableShape, line: string): StoredValue[] {
  const values = parseArray(name, line);
  if (values.length !== columns.length) throw new BadExport(`a row of ${name} has ${values.length} values instead of ${columns.length}`);
  return columns.map((column, index) => decodeValue(name, column, values[index]));
}

function decodeValue(table: string, { name, kind, isNullable }: Column, value: unknown): StoredValue {
  if (value === null && isNullable) return null;
  if (kind === 'text' && typeof value === 'string') return value;
  if (kind === 'integer' && Number.isSafeInteger(value)) return value as number;
  if (kind === 'boolean' && typeof value === 'boolean') return value ? 1 : 0;
  throw new BadExport(`${table}.${name} is no ${kind}${isNullable ? ' or null' : ''} in a row`);
}

function parseArray(table: string, line: string): unknown[] {
  try {
    const value: unknown = JSON.parse(line);
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new BadExport(`a row of ${table} is no JSON array`);
}
