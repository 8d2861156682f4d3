import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex, createTable, nullable, primary, replaceTable } from './table.ts';

/** Teams, rights on single packages, tokens without a user, sessions; uploads that belong to any credential. */
export class Credentials implements MigrationInterface {
  readonly name = 'Credentials1763900000004';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'team',
      columns: (column) => [column.ascii('id', 30, primary), column.name('name', 64), column.text('description', nullable), column.integer('created_at')],
      uniques: { team_name: ['name'] },
    });
    await createTable(runner, {
      name: 'team_member',
      columns: (column) => [column.ascii('team_id', 30, primary), column.ascii('user_id', 30, primary), column.integer('created_at')],
      indices: { team_member_user: ['user_id'] },
      references: { team_id: { table: 'team', cascade: true }, user_id: { table: 'user', cascade: true } },
    });
    await createTable(runner, {
      name: 'team_membership',
      columns: (column) => [
        column.ascii('team_id', 30, primary),
        column.ascii('namespace_id', 30, primary),
        column.ascii('role', 16),
        column.integer('created_at'),
      ],
      indices: { team_membership_namespace: ['namespace_id'] },
      references: { team_id: { table: 'team', cascade: true }, namespace_id: { table: 'namespace', cascade: true } },
    });
    await createTable(runner, {
      name: 'package_grant',
      columns: (column) => [
        column.ascii('package_id', 30, primary),
        column.ascii('principal_id', 30, primary),
        column.ascii('level', 16),
        column.integer('created_at'),
      ],
      indices: { package_grant_principal: ['principal_id'] },
      references: { package_id: { table: 'package', cascade: true } },
    });
    await addColumn(runner, 'package', 'is_restricted', 'smallint NOT NULL DEFAULT 0');
    await addColumn(runner, 'package', 'visibility', 'varchar(16) NULL');
    await addIndex(runner, 'package', 'package_restricted', ['is_restricted', 'namespace_id']);
    await addIndex(runner, 'package', 'package_visibility', ['visibility', 'namespace_id']);
    await replaceTokens(runner);
    await createTable(runner, {
      name: 'session',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('secret_sha256', 64),
        column.ascii('user_id', 30),
        column.integer('created_at'),
        column.integer('expires_at'),
      ],
      uniques: { session_secret: ['secret_sha256'] },
      indices: { session_user: ['user_id'], session_expires: ['expires_at'] },
      references: { user_id: { table: 'user', cascade: true } },
    });
    await createTable(runner, {
      name: 'sign_in_failure',
      columns: (column) => [column.name('subject', 160, primary), column.integer('failures'), column.integer('since')],
      indices: { sign_in_failure_since: ['since'] },
    });
    await replaceUploads(runner);
    await addColumn(runner, 'event', 'token_id', 'varchar(30) NULL');
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone');
  }
}

function replaceTokens(runner: QueryRunner): Promise<void> {
  return replaceTable(
    runner,
    'token',
    {
      name: 'access_token',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('kind', 16),
        column.name('name', 255),
        column.ascii('secret_sha256', 64),
        column.ascii('previous_sha256', 64, nullable),
        column.integer('previous_expires_at', nullable),
        column.ascii('hint', 16),
        column.ascii('user_id', 30, nullable),
        column.ascii('namespace_id', 30, nullable),
        column.ascii('role', 16, nullable),
        column.ascii('parent_id', 30, nullable),
        column.text('scopes'),
        column.text('formats', nullable),
        column.name('name_pattern', 255, nullable),
        column.boolean('mints_jobs'),
        column.text('build', nullable),
        column.ascii('created_by_id', 30, nullable),
        column.integer('created_at'),
        column.integer('expires_at', nullable),
        column.integer('revoked_at', nullable),
        column.integer('last_used_at', nullable),
      ],
      uniques: { access_token_secret: ['secret_sha256'], access_token_previous: ['previous_sha256'] },
      indices: { access_token_user: ['user_id'], access_token_namespace: ['namespace_id'], access_token_parent: ['parent_id'] },
      references: { user_id: { table: 'user', cascade: true }, namespace_id: { table: 'namespace', cascade: true } },
    },
    {
      id: 'id',
      kind: "'PERSONAL'",
      name: 'name',
      secret_sha256: 'secret_sha256',
      hint: 'hint',
      user_id: 'user_id',
      scopes: 'scopes',
      mints_jobs: '0',
      created_by_id: 'user_id',
      created_at: 'created_at',
      expires_at: 'expires_at',
      revoked_at: 'revoked_at',
    },
  );
}

function replaceUploads(runner: QueryRunner): Promise<void> {
  const same = ['id', 'namespace_id', 'file_name', 'object_key', 'size_bytes', 'md5', 'sha1', 'sha256', 'sha512', 'created_at', 'expires_at'];
  return replaceTable(
    runner,
    'upload',
    {
      name: 'upload_session',
      columns: (column) => [
        column.ascii('id', 30, primary),
        column.ascii('namespace_id', 30),
        column.ascii('principal_id', 30),
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
      indices: { upload_session_expires: ['expires_at'] },
      references: { namespace_id: { table: 'namespace', cascade: true } },
    },
    { ...Object.fromEntries(same.map((name) => [name, name])), principal_id: 'user_id' },
  );
}
