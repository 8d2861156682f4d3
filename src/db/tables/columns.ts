import type { EntitySchemaColumnOptions } from 'typeorm';

/**
 * How properties are read and written. The true column types stand in the migrations; here only what TypeORM needs to
 * turn a value into the same JavaScript value on both databases.
 */
export const string = { type: 'varchar' } satisfies EntitySchemaColumnOptions;
export const text = { type: 'text' } satisfies EntitySchemaColumnOptions;
/** Bytes, counters, instants in milliseconds: safe integers. */
export const integer = { type: 'int' } satisfies EntitySchemaColumnOptions;
export const boolean = { type: 'boolean' } satisfies EntitySchemaColumnOptions;
/** A JSON value kept as text. */
export const json = {
  type: 'text',
  transformer: {
    to: (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value)),
    from: (value: unknown) => (typeof value === 'string' ? JSON.parse(value) : null),
  },
} satisfies EntitySchemaColumnOptions;

export function primary<T extends EntitySchemaColumnOptions>(column: T) {
  return { ...column, primary: true } as const;
}

export function nullable<T extends EntitySchemaColumnOptions>(column: T) {
  return { ...column, nullable: true } as const;
}
