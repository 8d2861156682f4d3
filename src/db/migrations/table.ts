import { type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { columnsOf, nameCollation } from '../dialect.ts';

type Columns = ReturnType<typeof columnsOf>;

export interface TableDefinition {
  name: string;
  columns: (column: Columns) => TableColumnOptions[];
  /** Unique keys: name to columns. */
  uniques?: Record<string, string[]>;
  /** Further indices: name to columns. */
  indices?: Record<string, string[]>;
  /** Foreign keys: column to table, always onto that table's primary key. */
  references?: Record<string, { table: string; key?: string; cascade?: boolean }>;
}

/** Creates a table unless it is there: MySQL commits at each DDL statement, so a failed migration must be repeatable. */
export async function createTable(runner: QueryRunner, definition: TableDefinition): Promise<void> {
  const { name, columns, uniques = {}, indices = {}, references = {} } = definition;
  await runner.createTable(
    new Table({
      name,
      columns: columns(await columnsFor(runner)),
      indices: [
        ...Object.entries(uniques).map(([index, columnNames]) => ({ name: index, columnNames, isUnique: true })),
        ...Object.entries(indices).map(([index, columnNames]) => ({ name: index, columnNames })),
      ],
      foreignKeys: Object.entries(references).map(([column, { table, key = 'id', cascade = false }]) => ({
        name: `fk_${name}_${column}`,
        columnNames: [column],
        referencedTableName: table,
        referencedColumnNames: [key],
        ...(cascade ? { onDelete: 'CASCADE' } : {}),
      })),
      engine: 'InnoDB',
    }),
    true,
  );
}

/**
 * Adds a column unless it is there. In SQL of its own: TypeORM would copy the whole table on SQLite, and what references it would
 * go with the old one. `definition` holds on both databases, such as `bigint NOT NULL DEFAULT 0`.
 */
export async function addColumn(runner: QueryRunner, table: string, name: string, definition: string): Promise<void> {
  if (await runner.hasColumn(table, name)) return;
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`);
}

/** Adds a column of text of any length, which may be null, unless it is there. */
export async function addText(runner: QueryRunner, table: string, name: string): Promise<void> {
  const { type, charset, collation }: TableColumnOptions = (await columnsFor(runner)).text(name);
  await addColumn(runner, table, name, `${type}${charset === undefined ? '' : ` CHARACTER SET ${charset} COLLATE ${collation}`} NULL`);
}

/** Lets columns of ASCII text, each with its length, be null. On SQLite others take their place, for which no index may be on them. */
export async function makeNullable(runner: QueryRunner, table: string, columns: Record<string, number>): Promise<void> {
  if (!isSqliteRunner(runner)) {
    const changes = Object.entries(columns).map(([name, length]) => `MODIFY ${name} varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin NULL`);
    await runner.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
    return;
  }
  for (const [name, length] of Object.entries(columns)) {
    await runner.query(`ALTER TABLE ${table} ADD COLUMN next_${name} varchar(${length}) NULL`);
    await runner.query(`UPDATE ${table} SET next_${name} = ${name}`);
    await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
    await runner.query(`ALTER TABLE ${table} RENAME COLUMN next_${name} TO ${name}`);
  }
}

/** Adds an index unless it is there. */
export async function addIndex(runner: QueryRunner, table: string, name: string, columnNames: string[]): Promise<void> {
  const found = await runner.getTable(table);
  if (found?.indices.some((index) => index.name === name)) return;
  await runner.query(`CREATE INDEX ${name} ON ${table} (${columnNames.join(', ')})`);
}

/** Removes an index if it is there. */
export async function removeIndex(runner: QueryRunner, table: string, name: string): Promise<void> {
  const found = await runner.getTable(table);
  if (!found?.indices.some((index) => index.name === name)) return;
  await runner.query(isSqliteRunner(runner) ? `DROP INDEX ${name}` : `DROP INDEX ${name} ON ${table}`);
}

/** Moves the rows of a table into the one that takes its place, and drops it. `columns`: of the new table, each with its expression over the old. */
export async function replaceTable(runner: QueryRunner, old: string, next: TableDefinition, columns: Record<string, string>): Promise<void> {
  await createTable(runner, next);
  if (!(await runner.hasTable(old))) return;
  await runner.query(
    `INSERT INTO ${next.name} (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM ${old} ` +
      `WHERE ${old}.id NOT IN (SELECT id FROM ${next.name})`,
  );
  await runner.query(`DROP TABLE ${old}`);
}

/** Whether a migration runs on SQLite. */
export function isSqliteRunner(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'better-sqlite3';
}

async function columnsFor(runner: QueryRunner): Promise<Columns> {
  if (isSqliteRunner(runner)) return columnsOf('sqlite');
  const [row] = await runner.query('SELECT VERSION() AS version');
  return columnsOf('mysql', nameCollation(row.version));
}

export const primary = { isPrimary: true } as const;
export const nullable = { isNullable: true } as const;
