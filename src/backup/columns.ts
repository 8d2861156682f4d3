import type { EntitySchemaColumnOptions } from 'typeorm';
import { SnakeNaming } from '../db/naming.ts';
import { tables } from '../db/tables/index.ts';

/** What a column holds, the same on every database. JSON is text, as it is stored. */
export type ColumnKind = 'text' | 'integer' | 'boolean';

/** A column as an export has it. */
export interface Column {
  /** In the database. */
  name: string;
  kind: ColumnKind;
  isPrimary: boolean;
  isNullable: boolean;
  /** Whether a value of it may be long. */
  isLong: boolean;
}

/** A table as an export has it. */
export interface TableShape {
  name: string;
  columns: readonly Column[];
}

const kinds: Record<string, ColumnKind> = { varchar: 'text', text: 'text', int: 'integer', boolean: 'boolean' };
const naming = new SnakeNaming();

/** The shape of a table, as the code knows it. Throws Error for one that is not among {@link tables}. */
export function shapeOf(name: string): TableShape {
  const found = tables.find(({ options }) => options.name === name);
  if (!found) throw new Error(`there is no table ${name}`);
  const columns = Object.entries(found.options.columns as Record<string, EntitySchemaColumnOptions>);
  return { name, columns: columns.map(([property, options]) => columnOf(property, options)) };
}

function columnOf(property: string, { type, primary, nullable }: EntitySchemaColumnOptions): Column {
  const kind = kinds[String(type)];
  if (kind === undefined) throw new Error(`an export knows no column of type ${String(type)}`);
  return { name: naming.columnName(property, undefined), kind, isPrimary: primary ?? false, isNullable: nullable ?? false, isLong: type === 'text' };
}
