import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from './table.ts';

/** Where default tags go back to. */
export class Returns implements MigrationInterface {
  readonly name = 'Returns1764200000006';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'tag', 'former_version_ids', 'text NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
