import { DatabaseSync } from 'node:sqlite';

interface Options {
  readonly: boolean;
  timeout: number;
}

/**
 * Node's own SQLite in the shape of better-sqlite3, which is what TypeORM's driver option expects: nothing to compile
 * and nothing to install. Only what TypeORM calls is here.
 */
export class NodeSqlite {
  readonly #database: DatabaseSync;

  constructor(file: string, options: Options) {
    this.#database = new DatabaseSync(file, { readOnly: options.readonly, timeout: options.timeout });
  }

  prepare(sql: string) {
    // A deferred transaction that reads first and writes later fails with SQLITE_BUSY as soon as another process
    // (`entrepot gc`, say) wrote in between, and no waiting helps. Taking the write lock at once makes it wait instead.
    const statement = this.#database.prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
    // A full disk or one that fails makes SQLite itself roll back (https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction).
    // Were ROLLBACK refused then, TypeORM would go on as if that transaction were still open: what is written later would never be committed.
    const isNeedless = () => sql === 'ROLLBACK' && !this.#database.isTransaction;
    return {
      reader: statement.columns().length > 0,
      all: (...parameters: never[]) => statement.all(...parameters),
      run: (...parameters: never[]) => (isNeedless() ? { changes: 0, lastInsertRowid: 0 } : statement.run(...parameters)),
    };
  }

  pragma(statement: string): unknown[] {
    return this.#database.prepare(`PRAGMA ${statement}`).all();
  }

  close(): void {
    this.#database.close();
  }
}
