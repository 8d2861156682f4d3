import type { EntityManager } from 'typeorm';

type Value = string | number | null;

/** Whether the statement runs on SQLite. */
export function isSqlite(tx: EntityManager): boolean {
  return tx.connection.options.type === 'better-sqlite3';
}

/**
 * Inserts a row, or where the unique key is taken updates the row that has it, in one statement; either way the row is
 * locked until the transaction ends. In `update`, `new.column` stands for the value that was to be inserted:
 * `{ revision: 'revision + 1', updated_at: 'new.updated_at' }`.
 */
export async function upsert(
  tx: EntityManager,
  table: string,
  row: Record<string, Value>,
  key: string[],
  update: Record<string, string>,
): Promise<void> {
  const columns = Object.keys(row);
  const sqlite = isSqlite(tx);
  const assignments = Object.entries(update).map(([column, expression]) => {
    const value = expression.replace(/\bnew\.(\w+)/g, sqlite ? 'excluded.$1' : 'VALUES($1)');
    return `${column} = ${value}`;
  });
  const onTaken = sqlite ? `ON CONFLICT (${key.join(', ')}) DO UPDATE SET` : 'ON DUPLICATE KEY UPDATE';
  await tx.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ` +
      `${onTaken} ${assignments.join(', ')}`,
    Object.values(row),
  );
}

/** `?, ?, ?` for a list of values. */
export function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

/** Appended to a SELECT within a transaction: locks the rows it reads (on SQLite the transaction has the file anyway). */
export function forUpdate(tx: EntityManager): string {
  return isSqlite(tx) ? '' : ' FOR UPDATE';
}

/** Runs an UPDATE or DELETE and returns how many rows it touched. */
export async function affected(tx: EntityManager, sql: string, parameters: Value[]): Promise<number> {
  const runner = tx.queryRunner;
  if (!runner) throw new Error('affected() needs a transaction');
  const result = await runner.query(sql, parameters, true);
  return Number(result.affected ?? 0);
}
