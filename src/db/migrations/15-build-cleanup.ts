import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from './table.ts';

/** Cleanup policies that are about builds of versions. */
export class BuildCleanup implements MigrationInterface {
  readonly name = 'BuildCleanup1764200000015';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'cleanup_policy', 'target', "varchar(16) NOT NULL DEFAULT 'VERSION'");
    await addColumn(runner, 'cleanup_run', 'removed_files', 'bigint NOT NULL DEFAULT 0');
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
