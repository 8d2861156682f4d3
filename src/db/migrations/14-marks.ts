import type { MigrationInterface, QueryRunner } from 'typeorm';
import { markNames } from '../tables/mark.ts';
import { createTable, nullable, primary } from './table.ts';

/** What holds of the whole database. */
export class Marks implements MigrationInterface {
  readonly name = 'Marks1764200000014';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, { name: 'mark', columns: (column) => [column.ascii('name', 32, primary), column.integer('instant', nullable)] });
    for (const name of markNames) await runner.query('INSERT INTO mark (name) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM mark WHERE name = ?)', [name, name]);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
