import type { MigrationInterface, QueryRunner } from 'typeorm';
import { instanceId } from '../tables/namespace.ts';
import { createTable, nullable, primary } from './table.ts';

/** The tree of namespaces with its root, and who may do what in it. */
export class People implements MigrationInterface {
  readonly name = 'People1763600000001';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'namespace',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('kind', 16),
        column.ascii('parent_id', 30, nullable),
        column.ascii('top_id', 30),
        column.name('path', 255),
        column.name('name', 255),
        column.text('description', nullable),
        column.ascii('lineage', 640),
        column.ascii('visibility', 16),
        column.integer('created_at'),
        column.integer('updated_at'),
      ],
      uniques: { namespace_path: ['path'] },
      indices: { namespace_parent: ['parent_id', 'path'], namespace_lineage: ['lineage'] },
      references: { parent_id: { table: 'namespace' } },
    });
    const root = await runner.query('SELECT id FROM namespace WHERE id = ?', [instanceId]);
    if (root.length === 0) {
      const now = Date.now();
      await runner.query(
        'INSERT INTO namespace (id, kind, parent_id, top_id, path, name, lineage, visibility, created_at, updated_at) ' +
          "VALUES (?, 'INSTANCE', NULL, ?, '', 'Entrepot', ?, 'PUBLIC', ?, ?)",
        [instanceId, instanceId, `${instanceId}/`, now, now],
      );
    }
    await createTable(runner, {
      name: 'user',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.name('username', 64),
        column.name('display_name', 255),
        column.ascii('password_hash', 255, nullable),
        column.boolean('is_admin'),
        column.boolean('is_blocked'),
        column.integer('created_at'),
      ],
      uniques: { user_username: ['username'] },
    });
    await createTable(runner, {
      name: 'membership',
      columns: (column) => [
        column.ascii('user_id', 30, primary),
        column.ascii('namespace_id', 30, primary),
        column.ascii('role', 16),
        column.integer('created_at'),
      ],
      indices: { membership_namespace: ['namespace_id'] },
      references: { user_id: { table: 'user', cascade: true }, namespace_id: { table: 'namespace', cascade: true } },
    });
    await createTable(runner, {
      name: 'token',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.name('name', 255),
        column.ascii('secret_sha256', 64),
        column.ascii('hint', 16),
        column.ascii('user_id', 30),
        column.text('scopes'),
        column.integer('created_at'),
        column.integer('expires_at', nullable),
        column.integer('revoked_at', nullable),
      ],
      uniques: { token_secret: ['secret_sha256'] },
      indices: { token_user: ['user_id'] },
      references: { user_id: { table: 'user', cascade: true } },
    });
  }

  async down(): Promise<void> {
    throw new Error('the first migration cannot be undone');
  }
}
