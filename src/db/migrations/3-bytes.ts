import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, nullable, primary } from './table.ts';

/** Content, the files that name it, what is to be removed, uploads; and the event log. */
export class Bytes implements MigrationInterface {
  readonly name = 'Bytes1763600000003';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'stored_blob',
      columns: (column) => [
        column.ascii('sha256', 64, primary),
        column.integer('size_bytes'),
        column.ascii('md5', 32),
        column.ascii('sha1', 40),
        column.ascii('sha512', 128),
        column.ascii('object_key', 128),
        column.integer('created_at'),
        column.integer('referenced_at'),
      ],
      indices: { blob_referenced: ['referenced_at'] },
    });
    await createTable(runner, {
      name: 'file',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('version_id', 30),
        column.name('name', 512),
        column.ascii('sha256', 64),
        column.integer('size_bytes'),
        column.name('content_type', 255),
        column.text('attributes'),
        column.integer('uploaded_at'),
        column.integer('download_count', { default: '0' }),
        column.integer('last_downloaded_at', nullable),
        column.integer('deleted_at', nullable),
        column.ascii('tombstone', 30, { default: "''" }),
      ],
      uniques: { file_identity: ['version_id', 'name', 'tombstone'] },
      indices: { file_blob: ['sha256'], file_deleted: ['deleted_at'] },
      references: { version_id: { table: 'version' }, sha256: { table: 'stored_blob', key: 'sha256' } },
    });
    await createTable(runner, {
      name: 'discard',
      columns: (column) => [column.ascii('object_key', 128, primary), column.integer('due_at')],
      indices: { discard_due: ['due_at'] },
    });
    await createTable(runner, {
      name: 'upload',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('namespace_id', 30),
        column.ascii('user_id', 30),
        column.name('file_name', 512),
        column.ascii('object_key', 128, nullable),
        column.integer('size_bytes', nullable),
        column.ascii('md5', 32, nullable),
        column.ascii('sha1', 40, nullable),
        column.ascii('sha256', 64, nullable),
        column.ascii('sha512', 128, nullable),
        column.integer('created_at'),
        column.integer('expires_at'),
      ],
      indices: { upload_expires: ['expires_at'] },
      references: { namespace_id: { table: 'namespace', cascade: true }, user_id: { table: 'user', cascade: true } },
    });
    await createTable(runner, {
      name: 'event',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.integer('seq', nullable),
        column.ascii('type', 64),
        column.ascii('namespace_id', 30),
        column.ascii('package_id', 30, nullable),
        column.ascii('version_id', 30, nullable),
        column.ascii('actor_id', 30, nullable),
        column.text('payload'),
        column.integer('occurred_at'),
      ],
      uniques: { event_seq: ['seq'] },
      indices: { event_time: ['occurred_at'] },
    });
  }

  async down(): Promise<void> {
    throw new Error('the first migrations cannot be undone');
  }
}
