import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex, createTable, isSqliteRunner, nullable, primary } from './table.ts';

/** What the event log needs to be numbered, read by namespace, and cut off at its old end. */
export class EventLog implements MigrationInterface {
  readonly name = 'EventLog1764200000007';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'event', 'address', 'varchar(64) NULL');
    // SQLite counts rows by itself (`rowid`).
    if (!isSqliteRunner(runner) && !(await runner.hasColumn('event', 'place'))) {
      await runner.query('ALTER TABLE event ADD COLUMN place bigint NOT NULL AUTO_INCREMENT, ADD UNIQUE KEY event_place (place)');
    }
    await addIndex(runner, 'event', 'event_namespace', ['namespace_id', 'seq']);
    await addIndex(runner, 'event', 'event_package', ['package_id', 'seq']);
    await createTable(runner, {
      name: 'event_log',
      columns: (column) => [column.integer('id', primary), column.integer('last_seq'), column.integer('purged_seq'), column.integer('purged_before', nullable)],
    });
    await runner.query('INSERT INTO event_log (id, last_seq, purged_seq) SELECT 1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM event_log)');
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
