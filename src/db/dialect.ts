import type { TableColumnOptions } from 'typeorm';

export type Dialect = 'mysql' | 'sqlite';

/** Joins a table that is read after those before it, whatever the database makes of its statistics: for lists that are read in the order of an index. */
export function joinAfter(dialect: Dialect): string {
  return dialect === 'sqlite' ? 'CROSS JOIN' : 'STRAIGHT_JOIN';
}

/** A `?` for a text that LIKE compares with others byte by byte: MySQL decodes every character otherwise, which takes several times as long. */
export function bytesOfText(dialect: Dialect): string {
  return dialect === 'sqlite' ? '?' : 'CAST(? AS BINARY)';
}

type Extra = Partial<TableColumnOptions>;

/**
 * The collation of names on a MySQL or MariaDB server. It must compare byte by byte to the end: with the better known utf8mb4_bin
 * `a` equals `a ` (PAD SPACE), so two files of a version could not be told apart that SQLite can.
 * https://mariadb.com/docs/server/reference/data-types/string-data-types/character-sets/supported-character-sets-and-collations,
 * https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-sets.html
 */
export function nameCollation(serverVersion: string): string {
  return /mariadb/i.test(serverVersion) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

/**
 * Column types that mean the same on both databases. Instants are whole milliseconds since the Unix epoch: no
 * time zone, no lost fractions, the same order everywhere. JSON is text: what was stored comes back to the letter, and
 * documents can be spliced from it without parsing. Names compare byte by byte; `collation` is theirs on MySQL.
 */
export function columnsOf(dialect: Dialect, collation?: string) {
  const mysql = dialect === 'mysql';
  const ascii: Extra = mysql ? { charset: 'ascii', collation: 'ascii_bin' } : {};
  const binary: Extra = mysql && collation !== undefined ? { charset: 'utf8mb4', collation } : {};
  return {
    /** Ids, digests, enum values, sort keys: ASCII above the space, with which MySQL pads, so compared bytewise as well. */
    ascii: (name: string, length: number, extra: Extra = {}) =>
      ({ name, type: 'varchar', length: String(length), ...ascii, ...extra }) satisfies TableColumnOptions,
    /** Text that people chose, compared bytewise. */
    name: (name: string, length: number, extra: Extra = {}) =>
      ({ name, type: 'varchar', length: String(length), ...binary, ...extra }) satisfies TableColumnOptions,
    /** Text of any length (up to 4 GiB on MySQL). */
    text: (name: string, extra: Extra = {}) =>
      ({ name, type: mysql ? 'longtext' : 'text', ...binary, ...extra }) satisfies TableColumnOptions,
    /** Bytes, counters and instants. */
    integer: (name: string, extra: Extra = {}) => ({ name, type: 'bigint', ...extra }) satisfies TableColumnOptions,
    boolean: (name: string, extra: Extra = {}) =>
      ({ name, type: mysql ? 'tinyint' : 'boolean', ...extra }) satisfies TableColumnOptions,
  };
}
