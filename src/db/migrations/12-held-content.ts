import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex, createTable, isSqliteRunner, primary } from './table.ts';

/** Content that is held for a package before a version names it, content of a package found by its digest, and keys to sign with. */
export class HeldContent implements MigrationInterface {
  readonly name = 'HeldContent1764200000012';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'held_content',
      columns: (column) => [
        column.ascii('namespace_id', 30, primary),
        column.ascii('format', 32, primary),
        column.name('normalized_name', 255, primary),
        column.ascii('sha256', 64, primary),
        column.integer('held_at'),
        column.integer('expires_at'),
      ],
      indices: { held_content_blob: ['sha256'], held_content_expires: ['expires_at'] },
      // None to the namespace: each new row would lock that one. Rows of one that is deleted expire.
      references: { sha256: { table: 'stored_blob', key: 'sha256' } },
    });
    await createTable(runner, {
      name: 'signing_key',
      columns: (column) => [column.ascii('purpose', 32, primary), column.ascii('secret', 128), column.integer('created_at')],
    });
    const id = isSqliteRunner(runner) ? 'varchar(30)' : 'varchar(30) CHARACTER SET ascii COLLATE ascii_bin';
    await addColumn(runner, 'file', 'package_id', `${id} NOT NULL DEFAULT ''`);
    await runner.query("UPDATE file SET package_id = (SELECT v.package_id FROM version v WHERE v.id = file.version_id) WHERE package_id = ''");
    await addIndex(runner, 'file', 'file_content', ['package_id', 'sha256']);
    await addIndex(runner, 'stored_blob', 'blob_sha512', ['sha512']);
    await addColumn(runner, 'upload_session', 'format', 'varchar(32) NULL');
    await addColumn(runner, 'upload_session', 'package_name', 'varchar(255) NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
