import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, removeIndex } from './table.ts';

/** The orders of lists of packages, with the name in each: what is looked for by a part of it is found without the rows of all others. */
export class PackageLists implements MigrationInterface {
  readonly name = 'PackageLists1764200000017';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'package', 'package_by_name', ['normalized_name', 'id', 'name']);
    await addIndex(runner, 'package', 'package_by_update', ['updated_at', 'id', 'name']);
    await addIndex(runner, 'package', 'package_by_creation', ['created_at', 'id', 'name']);
    for (const index of ['package_name', 'package_updated', 'package_created']) await removeIndex(runner, 'package', index);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
