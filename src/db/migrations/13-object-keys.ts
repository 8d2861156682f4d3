import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex } from './table.ts';

/** Who knows an object of the store, found by its key. */
export class ObjectKeys implements MigrationInterface {
  readonly name = 'ObjectKeys1764200000013';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'stored_blob', 'blob_object', ['object_key']);
    await addIndex(runner, 'upload_session', 'upload_session_object', ['object_key']);
    await addIndex(runner, 'upload_part', 'upload_part_object', ['object_key']);
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}
