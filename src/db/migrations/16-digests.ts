import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex, isSqliteRunner, makeNullable } from './table.ts';

/** Of content that nobody needs all digests of, not all are computed. Parts of uploads may grow. */
export class Digests implements MigrationInterface {
  readonly name = 'Digests1764200000016';

  async up(runner: QueryRunner): Promise<void> {
    if (isSqliteRunner(runner)) await runner.query('DROP INDEX IF EXISTS blob_sha512');
    await makeNullable(runner, 'stored_blob', { md5: 32, sha1: 40, sha512: 128 });
    await makeNullable(runner, 'upload_part', { md5: 32, sha1: 40, sha256: 64, sha512: 128 });
    await addColumn(runner, 'upload_part', 'is_growing', 'smallint NOT NULL DEFAULT 0');
    await addIndex(runner, 'stored_blob', 'blob_sha512', ['sha512']);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
