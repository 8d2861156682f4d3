import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, createTable, primary } from './table.ts';

/** Uploads that come in parts. */
export class UploadParts implements MigrationInterface {
  readonly name = 'UploadParts1764200000009';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'upload_session', 'received_bytes', 'bigint NOT NULL DEFAULT 0');
    await addColumn(runner, 'upload_session', 'part_count', 'bigint NOT NULL DEFAULT 0');
    await addColumn(runner, 'upload_session', 'length_bytes', 'bigint NULL');
    await addColumn(runner, 'upload_session', 'turn', 'bigint NOT NULL DEFAULT 0');
    await runner.query('UPDATE upload_session SET received_bytes = size_bytes WHERE size_bytes IS NOT NULL');
    await createTable(runner, {
      name: 'upload_part',
      columns: (column) => [
        column.ascii('upload_id', 30, primary),
        column.integer('offset_bytes', primary),
        column.integer('size_bytes'),
        column.ascii('object_key', 128),
        column.ascii('md5', 32),
        column.ascii('sha1', 40),
        column.ascii('sha256', 64),
        column.ascii('sha512', 128),
      ],
      references: { upload_id: { table: 'upload_session', cascade: true } },
    });
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
