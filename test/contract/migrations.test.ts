import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { migrations } from '../../src/db/migrations/index.ts';
import { openDatabase } from '../../src/db/open.ts';
import { tables } from '../../src/db/tables/index.ts';
import { databases } from '../support/environment/databases.ts';
import { runCommand } from '../support/environment/commands.ts';

/** Tables that are born with a row. */
const withRows = new Set(['namespace', 'event_log', 'mark']);

const names = migrations.map((Migration) => new Migration().name);

describe.for(databases)('migrations on $name', ({ open }) => {
  it('run on an empty database, once', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    expect(await migrate(database)).toEqual(names);
    expect(await migrate(database)).toEqual([]);
    for (const { options } of tables) expect(await database.reads.query(`SELECT * FROM ${options.name} LIMIT 1`)).toHaveLength(withRows.has(options.name) ? 1 : 0);
    await database.close();
    await drop();
  });

  it('run once where several processes begin at once', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    const release = await holdLock(database);
    const start = () => runCommand(process.execPath, ['src/main.ts', 'migrate'], { timeoutSeconds: 30, env: { DATABASE_URL: url, LOG_LEVEL: 'silent' } });
    const starting = [start(), start(), start()];
    // By now all of them stand at the lock.
    await sleep(2500);
    await release();
    expect((await Promise.all(starting)).map(({ output }) => output)).toEqual(Array(3).fill('The schema is up to date.\n'));
    expect(await recorded(database)).toEqual(names);
    await database.close();
    await drop();
  });

  it('keep what an older version has stored', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    const newer = database.writer.migrations.splice(3);
    await migrate(database);
    const insert = insertInto(database);
    const root = 'ns_00000000000000000000000000';
    await insert('user', { id: 'usr_1', username: 'ann', display_name: 'Ann', is_admin: 1, is_blocked: 0, created_at: 1 });
    await insert('membership', { user_id: 'usr_1', namespace_id: root, role: 'OWNER', created_at: 1 });
    await insert('token', { id: 'tok_1', name: 't', secret_sha256: 'a'.repeat(64), hint: 'ept_', user_id: 'usr_1', scopes: '["READ"]', created_at: 5, expires_at: 9 });
    await insert('upload', { id: 'upl_1', namespace_id: root, user_id: 'usr_1', file_name: 'f', created_at: 1, expires_at: 2 });
    await insert('upload', { id: 'upl_2', namespace_id: root, user_id: 'usr_1', file_name: 'g', object_key: 'k', size_bytes: 8, created_at: 1, expires_at: 2 });
    await insert('package', { id: 'pkg_1', namespace_id: root, top_id: root, format: 'npm', name: 'a', normalized_name: 'a', revision: 1, created_at: 1, updated_at: 1 });
    await insert('package', { id: 'pkg_2', namespace_id: root, top_id: root, format: 'npm', name: 'gone', normalized_name: 'gone', revision: 1, created_at: 1, updated_at: 1, deleted_at: 2 });
    const version = { package_id: 'pkg_1', sort_key: 'x', is_prerelease: 0, licenses: '[]', keywords: '[]', authors: '[]', metadata: '{}', published_at: 1 };
    await insert('version', { ...version, id: 'ver_1', version: '1', normalized_version: '1', status: 'PUBLISHED', size_bytes: 30, keywords: '["wörd"]' });
    await insert('version', { ...version, id: 'ver_2', version: '2', normalized_version: '2', status: 'DELETED', size_bytes: 7, deleted_at: 2, tombstone: 'ver_2', sort_key: 'y', keywords: '["gone"]' });
    await insert('stored_blob', { sha256: 'b', size_bytes: 15, md5: 'm', sha1: 's', sha512: 'l', object_key: 'k', created_at: 1, referenced_at: 1 });
    for (const name of ['x', 'y']) {
      await insert('file', { id: `fil_${name}`, version_id: 'ver_1', name, sha256: 'b', size_bytes: 15, content_type: 'x', attributes: '{}', uploaded_at: 1 });
    }
    database.writer.migrations.push(...newer);
    expect(await migrate(database)).toEqual(names.slice(3));
    const { reads } = database;
    expect(await reads.query('SELECT id, kind, user_id, secret_sha256, scopes, created_at, expires_at, revoked_at, mints_jobs FROM access_token')).toEqual([
      { id: 'tok_1', kind: 'PERSONAL', user_id: 'usr_1', secret_sha256: 'a'.repeat(64), scopes: '["READ"]', created_at: 5, expires_at: 9, revoked_at: null, mints_jobs: 0 },
    ]);
    expect(await reads.query('SELECT id, principal_id, file_name, received_bytes, part_count, length_bytes, turn FROM upload_session ORDER BY id')).toEqual([
      { id: 'upl_1', principal_id: 'usr_1', file_name: 'f', received_bytes: 0, part_count: 0, length_bytes: null, turn: 0 },
      { id: 'upl_2', principal_id: 'usr_1', file_name: 'g', received_bytes: 8, part_count: 0, length_bytes: null, turn: 0 },
    ]);
    expect(await reads.query('SELECT sha256, md5, sha1, sha512, size_bytes, object_key FROM stored_blob')).toEqual([{ sha256: 'b', md5: 'm', sha1: 's', sha512: 'l', size_bytes: 15, object_key: 'k' }]);
    expect(await reads.query('SELECT user_id, role FROM membership')).toEqual([{ user_id: 'usr_1', role: 'OWNER' }]);
    expect(await reads.query('SELECT is_restricted, visibility FROM package WHERE id = ?', ['pkg_1'])).toEqual([{ is_restricted: 0, visibility: null }]);
    expect(await reads.query('SELECT id, keywords FROM package ORDER BY id')).toEqual([
      { id: 'pkg_1', keywords: '["wörd"]' },
      { id: 'pkg_2', keywords: null },
    ]);
    const usage = await reads.query('SELECT * FROM namespace_usage');
    expect(usage.map((row: object) => Object.values(row).map(String))).toEqual([[root, '30', '1', '1', '2']]);
    await database.close();
    await drop();
  });

  it('find out from older rows where events are audited, and which tags deleted versions had', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    const audit = database.writer.migrations.splice(names.indexOf('Audit1764200000010'));
    await migrate(database);
    const insert = insertInto(database);
    const root = 'ns_00000000000000000000000000';
    const set = (id: string, value: string | null, isLocked = 0) => insert('setting', { namespace_id: id, name: 'auditEvents', value, is_locked: isLocked, updated_at: 1 });
    const node = (id: string, parent: string, above: string) =>
      insert('namespace', { id, kind: 'GROUP', parent_id: parent, top_id: id, path: id, name: id, lineage: `${above}${id}/`, visibility: 'PRIVATE', created_at: 1, updated_at: 1 });
    await node('ns_on', root, `${root}/`);
    await node('ns_off', 'ns_on', `${root}/ns_on/`);
    await node('ns_again', 'ns_off', `${root}/ns_on/ns_off/`);
    await node('ns_locked', root, `${root}/`);
    await node('ns_bound', 'ns_locked', `${root}/ns_locked/`);
    await set('ns_on', 'true');
    await set('ns_off', 'false');
    await set('ns_again', 'true');
    await set('ns_locked', null, 1);
    await set('ns_bound', 'true');
    await insert('package', { id: 'pkg_1', namespace_id: root, top_id: root, format: 'npm', name: 'a', normalized_name: 'a', revision: 1, created_at: 1, updated_at: 1 });
    const version = { package_id: 'pkg_1', sort_key: 'x', is_prerelease: 0, licenses: '[]', keywords: '[]', authors: '[]', metadata: '{}', published_at: 1, status: 'PUBLISHED', size_bytes: 1 };
    const deletion = (id: string, occurredAt: number, tags: object) =>
      insert('event', { id, type: 'VERSION_DELETED', namespace_id: root, package_id: 'pkg_1', payload: JSON.stringify({ format: 'npm', name: 'a', version: '1', tags }), occurred_at: occurredAt });
    await insert('version', { ...version, id: 'ver_1', version: '1', normalized_version: '1', deleted_at: 7, tombstone: 'ver_1' });
    await insert('version', { ...version, id: 'ver_2', version: '2', normalized_version: '2' });
    await deletion('evt_1', 5, { earlier: 'ver_1' });
    await deletion('evt_2', 7, { next: 'ver_1', 'été': 'ver_1' });
    await deletion('evt_3', 7, { live: 'ver_2', gone: 'ver_3' });
    await deletion('evt_4', 7, {});
    database.writer.migrations.push(...audit);
    await migrate(database);
    const audited: { id: string }[] = await database.reads.query('SELECT id FROM namespace WHERE is_audited = 1 ORDER BY id');
    expect(audited.map(({ id }) => id)).toEqual(['ns_again', 'ns_on']);
    expect(await database.reads.query('SELECT version_id AS id, name, deleted_at AS at FROM buried_tag ORDER BY name')).toEqual([
      { id: 'ver_1', name: 'next', at: 7 },
      { id: 'ver_1', name: 'été', at: 7 },
    ]);
    await database.close();
    await drop();
  });

  it('leave a database that a failed migration can be repeated on', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    const last = database.writer.migrations.at(-1);
    if (!last) throw new Error('no migrations');
    const up = last.up.bind(last);
    last.up = async (runner) => {
      await up(runner);
      throw new Error('the power went');
    };
    await expect(migrate(database)).rejects.toThrow('the power went');
    last.up = up;
    await migrate(database);
    expect(await recorded(database)).toEqual(names);
    await database.close();
    await drop();
  });

  it('keep foreign keys in force', async (context) => {
    const { url, drop } = await open(context);
    const database = await openDatabase(url);
    await migrate(database);
    await expect(
      database.tx((tx) => tx.query("INSERT INTO membership (user_id, namespace_id, role, created_at) VALUES ('nobody', 'nowhere', 'GUEST', 1)")),
    ).rejects.toThrow(/foreign key/i);
    await database.close();
    await drop();
  });
});

function insertInto(database: Database) {
  return (table: string, row: Record<string, string | number | null>) =>
    database.tx((tx) => tx.query(`INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row).map(() => '?').join(', ')})`, Object.values(row)));
}

/** Keeps every migration out until the result is called. */
async function holdLock(database: Database): Promise<() => Promise<void>> {
  const runner = database.writer.createQueryRunner();
  if (database.dialect === 'sqlite') await runner.query('BEGIN IMMEDIATE');
  else await runner.query("SELECT GET_LOCK(CONCAT('entrepot.migrate.', DATABASE()), 10)");
  return async () => {
    await runner.query(database.dialect === 'sqlite' ? 'COMMIT' : "SELECT RELEASE_LOCK(CONCAT('entrepot.migrate.', DATABASE()))");
    await runner.release();
  };
}

async function recorded(database: Database): Promise<string[]> {
  const rows: { name: string }[] = await database.reads.query('SELECT name FROM migration ORDER BY id');
  return rows.map(({ name }) => name);
}
