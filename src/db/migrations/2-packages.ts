import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, nullable, primary } from './table.ts';

/** Packages, their versions, and what hangs on those. */
export class Packages implements MigrationInterface {
  readonly name = 'Packages1763600000002';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'package',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('namespace_id', 30),
        column.ascii('top_id', 30),
        column.ascii('format', 32),
        column.name('name', 255),
        column.name('normalized_name', 255),
        column.integer('revision'),
        column.text('description', nullable),
        column.integer('created_at'),
        column.integer('updated_at'),
        column.integer('deleted_at', nullable),
      ],
      uniques: { package_claim: ['format', 'normalized_name', 'top_id'] },
      indices: {
        package_namespace: ['namespace_id', 'format', 'normalized_name'],
        package_name: ['normalized_name', 'id'],
        package_updated: ['updated_at', 'id'],
        package_created: ['created_at', 'id'],
      },
      references: { namespace_id: { table: 'namespace' } },
    });
    await createTable(runner, {
      name: 'version',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('package_id', 30),
        column.name('version', 255),
        column.name('normalized_version', 255),
        column.ascii('sort_key', 512),
        column.boolean('is_prerelease'),
        column.ascii('status', 16),
        column.text('status_reason', nullable),
        column.text('description', nullable),
        column.text('readme', nullable),
        column.text('licenses'),
        column.text('homepage', nullable),
        column.text('repository_url', nullable),
        column.text('keywords'),
        column.text('authors'),
        column.text('metadata'),
        column.text('build', nullable),
        column.integer('size_bytes'),
        column.integer('published_at'),
        column.ascii('published_by_id', 30, nullable),
        column.integer('deleted_at', nullable),
        column.ascii('tombstone', 30, { default: "''" }),
      ],
      uniques: { version_identity: ['package_id', 'normalized_version', 'tombstone'] },
      indices: {
        version_order: ['package_id', 'tombstone', 'sort_key', 'id'],
        version_latest: ['package_id', 'tombstone', 'is_prerelease', 'sort_key'],
        version_time: ['package_id', 'tombstone', 'published_at', 'id'],
        version_deleted: ['deleted_at'],
      },
      references: { package_id: { table: 'package' } },
    });
    await createTable(runner, {
      name: 'tag',
      columns: (column) => [
        column.ascii('package_id', 30, primary),
        column.name('name', 255, primary),
        column.ascii('version_id', 30),
        column.integer('updated_at'),
      ],
      indices: { tag_version: ['version_id'] },
      references: { package_id: { table: 'package', cascade: true }, version_id: { table: 'version', cascade: true } },
    });
    await createTable(runner, {
      name: 'dependency',
      columns: (column) => [
        column.ascii('version_id', 30, primary),
        column.integer('position', primary),
        column.ascii('format', 32),
        column.ascii('kind', 32),
        column.name('name', 255),
        column.name('normalized_name', 255),
        column.text('requirement'),
      ],
      indices: { dependency_target: ['format', 'normalized_name', 'version_id'] },
      references: { version_id: { table: 'version', cascade: true } },
    });
  }

  async down(): Promise<void> {
    throw new Error('the first migrations cannot be undone');
  }
}
