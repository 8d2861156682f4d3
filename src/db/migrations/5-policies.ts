import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createTable, nullable, primary } from './table.ts';

/** Settings, protection rules, cleanup policies, usage and downloads. */
export class Policies implements MigrationInterface {
  readonly name = 'Policies1763900000005';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'namespace', 'is_pull_open', 'smallint NOT NULL DEFAULT 0');
    await addColumn(runner, 'namespace', 'disabled_formats', "varchar(512) NOT NULL DEFAULT ''");
    await addColumn(runner, 'namespace', 'retention_days', 'bigint NOT NULL DEFAULT 30');
    await createTable(runner, {
      name: 'setting',
      columns: (column) => [
        column.ascii('namespace_id', 30, primary),
        column.ascii('name', 64, primary),
        column.text('value', nullable),
        column.boolean('is_locked'),
        column.integer('updated_at'),
      ],
      references: { namespace_id: { table: 'namespace', cascade: true } },
    });
    await createTable(runner, {
      name: 'protection_rule',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('namespace_id', 30),
        column.ascii('target', 16),
        column.ascii('format', 32, nullable),
        column.name('name_pattern', 255),
        column.name('pattern', 255, nullable),
        column.ascii('publish_role', 16, nullable),
        column.ascii('delete_role', 16, nullable),
        column.boolean('is_immutable'),
        column.ascii('created_by_id', 30, nullable),
        column.integer('created_at'),
      ],
      indices: { protection_rule_namespace: ['namespace_id', 'id'] },
      references: { namespace_id: { table: 'namespace', cascade: true } },
    });
    await createCleanup(runner);
    await createUsage(runner);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}

async function createCleanup(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'cleanup_policy',
    columns: (column) => [
      column.ascii('id', 30, primary),
      column.ascii('namespace_id', 30),
      column.name('name', 255),
      column.boolean('is_enabled'),
      column.text('formats', nullable),
      column.name('name_pattern', 255, nullable),
      column.integer('keep_newest'),
      column.integer('older_than_days', nullable),
      column.integer('not_downloaded_for_days', nullable),
      column.text('remove_pattern', nullable),
      column.text('keep_pattern', nullable),
      column.ascii('created_by_id', 30, nullable),
      column.integer('created_at'),
      column.integer('updated_at'),
      column.integer('next_run_at'),
    ],
    indices: { cleanup_policy_namespace: ['namespace_id', 'id'], cleanup_policy_due: ['is_enabled', 'next_run_at'] },
    references: { namespace_id: { table: 'namespace', cascade: true } },
  });
  await createTable(runner, {
    name: 'cleanup_run',
    columns: (column) => [
      column.ascii('id', 30, primary),
      column.ascii('policy_id', 30),
      column.ascii('state', 16),
      column.ascii('started_by_id', 30, nullable),
      column.ascii('position', 30),
      column.integer('examined_packages'),
      column.integer('removed_versions'),
      column.integer('removed_bytes'),
      column.text('message', nullable),
      column.integer('started_at'),
      column.integer('updated_at'),
      column.integer('finished_at', nullable),
      column.integer('leased_until'),
    ],
    indices: { cleanup_run_policy: ['policy_id', 'id'], cleanup_run_state: ['state', 'leased_until'] },
    references: { policy_id: { table: 'cleanup_policy', cascade: true } },
  });
}

async function createUsage(runner: QueryRunner): Promise<void> {
  await createTable(runner, {
    name: 'namespace_usage',
    columns: (column) => [
      column.ascii('namespace_id', 30, primary),
      column.integer('size_bytes'),
      column.integer('packages'),
      column.integer('versions'),
      column.integer('files'),
    ],
    references: { namespace_id: { table: 'namespace', cascade: true } },
  });
  await runner.query(
    'INSERT INTO namespace_usage (namespace_id, size_bytes, packages, versions, files) ' +
      "SELECT n.id, COALESCE(SUM(v.size_bytes), 0), COUNT(DISTINCT p.id), COUNT(v.id), COALESCE(SUM((SELECT COUNT(*) FROM file f WHERE f.version_id = v.id AND f.tombstone = '')), 0) " +
      "FROM namespace n JOIN package p ON p.namespace_id = n.id AND p.deleted_at IS NULL LEFT JOIN version v ON v.package_id = p.id AND v.tombstone = '' " +
      'WHERE n.id NOT IN (SELECT namespace_id FROM namespace_usage) GROUP BY n.id',
  );
  await createTable(runner, {
    name: 'download_day',
    columns: (column) => [
      column.ascii('file_id', 30, primary),
      column.integer('day', primary),
      column.ascii('version_id', 30),
      column.ascii('package_id', 30),
      column.integer('count'),
    ],
    indices: { download_day_package: ['package_id', 'day'], download_day_version: ['version_id', 'day'] },
  });
}
