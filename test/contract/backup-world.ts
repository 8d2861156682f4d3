import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCore, openCore } from '../../src/app.ts';
import { exportedTables } from '../../src/backup/tables.ts';
import { shapeOf } from '../../src/backup/columns.ts';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/core.ts';
import type { Database } from '../../src/db/database.ts';
import { instanceId } from '../../src/db/tables/namespace.ts';
import { numberEvents } from '../../src/events/number.ts';
import { deleteVersion } from '../../src/packages/remove.ts';
import { stopBackground, type TestApp, userOf } from '../support/app.ts';
import type { OpenBackend } from '../support/environment/backends.ts';
import { freshFolder } from '../support/environment/temporary.ts';
import { holdBlob } from '../support/oci-image.ts';
import { node, publishAs } from './registry.ts';
import { makeWebhook } from './webhook-world.ts';

/** Texts that databases, JSON or lines could spoil. */
export const oddTexts = ['', ' ', 'a ', 'A', 'é', 'e\u0301', 'ß', '😀 👩‍👩‍👧', 'か\u3099', 'n\0l', 'line\nend\r\n\u2028', '\\ \\n "quoted" \'s\' `b` ?', '[1,2]', 'null', '{"table":"user"}', '\ufeff\u200d'];

/** A folder of the run for files, and the path of a file in it that is not there. */
export async function freshFile(): Promise<string> {
  const { path } = await freshFolder();
  await mkdir(path, { recursive: true });
  return join(path, 'export.jsonl.gz');
}

/** A core over a backend, as the command line opens one for an import. */
export async function withImporter<T>(backend: OpenBackend, work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore(readConfig({ ...backend.env, LOG_LEVEL: 'silent' }), { isImport: true });
  try {
    return await work(core);
  } finally {
    await closeCore(core);
  }
}

/** Every row of every table that an export has, in the order of the columns' values. */
export async function allRows(database: Database): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const table of exportedTables) {
    const { columns } = shapeOf(table);
    const rows: Record<string, unknown>[] = await database.reads.query(`SELECT ${columns.map(({ name }) => `\`${name}\``).join(', ')} FROM \`${table}\``);
    found[table] = rows.map((row) => JSON.stringify(columns.map(({ name }) => row[name]))).sort();
  }
  return found;
}

/** Inserts a row behind the back of the services. */
export async function put(database: Database, table: string, row: Record<string, string | number | null>): Promise<void> {
  const columns = Object.keys(row);
  await database.tx((tx) => tx.query(`INSERT INTO \`${table}\` (${columns.map((name) => `\`${name}\``).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`, Object.values(row)));
}

/** Fills a registry with a life of publishing and deleting, and with at least a row of each table that is exported; then nothing works on it any more. */
export async function fillOddly(app: TestApp): Promise<void> {
  const { core } = app;
  const { database } = core;
  const now = core.clock.now();
  const widgets = await node(core, 'acme/widgets');
  const dependencies = [{ kind: 'runtime', name: '@scope/é', requirement: '^1 || "x"' }] as never;
  const { package: lib } = await publishAs(app, { files: { 'lib-1.0.0.tgz': 'abcde', [oddTexts[7] ?? '']: 'abcde' }, facts: { dependencies, description: oddTexts.join('|') }, tags: ['next'] });
  // A page of rows has at most a few of these.
  for (let minor = 1; minor <= 9; minor++) await publishAs(app, { version: `1.${minor}.0`, facts: { readme: `${minor}\\"\n😀`.repeat(150_000), metadata: { text: oddTexts, large: 'x'.repeat(100_000) } } });
  const { version } = await publishAs(app, { version: '2.0.0', tags: ['gone'] });
  await deleteVersion(core, await app.actor('owner'), version.id);
  await holdBlob(core, await app.actor('developer'), widgets, 'held', 'held for nothing');
  const webhook = await makeWebhook(app, 'http://127.0.0.1:1/hook');
  await stopBackground(app);
  await core.authenticator.use.flush();
  const user = (await userOf(core, 'reader'))?.id ?? '';
  for (const [index, text] of oddTexts.entries()) {
    await put(database, 'user', { id: `usr_odd${index}`, username: `x${text}`, display_name: text, password_hash: index % 2 ? null : '$argon2id$x', is_admin: index % 2, is_blocked: 1, created_at: index % 2 ? Number.MAX_SAFE_INTEGER : -1 });
    const dead = { namespace_id: widgets.id, top_id: widgets.topId, format: 'generic', revision: 2 ** 40, description: text, created_at: now, updated_at: now, deleted_at: now, is_restricted: 0, visibility: null };
    await put(database, 'package', { ...dead, id: `pkg_odd${index}`, name: `p${text}`, normalized_name: `p${text}` });
  }
  await put(database, 'deleted_namespace', { id: 'ns_gone', heir_id: instanceId, path: 'gone/é', deleted_at: now });
  await put(database, 'team', { id: 'tea_1', name: 'crew', description: null, created_at: now });
  await put(database, 'team_member', { team_id: 'tea_1', user_id: user, created_at: now });
  await put(database, 'team_membership', { team_id: 'tea_1', namespace_id: widgets.id, role: 'GUEST', created_at: now });
  await put(database, 'package_grant', { package_id: lib.id, principal_id: 'tea_1', level: 'READ', created_at: now });
  await put(database, 'setting', { namespace_id: widgets.id, name: 'auditEvents', value: null, is_locked: 1, updated_at: now });
  await put(database, 'protection_rule', { id: 'rul_1', namespace_id: widgets.id, target: 'TAG', name_pattern: '*', pattern: 'é*', is_immutable: 1, created_at: now });
  await put(database, 'cleanup_policy', { id: 'cln_1', namespace_id: widgets.id, name: 'é ', is_enabled: 0, keep_newest: 3, remove_pattern: '^\\d+$', created_at: now, updated_at: now, next_run_at: now });
  await put(database, 'cleanup_run', { id: 'run_1', policy_id: 'cln_1', state: 'FAILED', position: '', examined_packages: 1, removed_versions: 0, removed_bytes: 2 ** 45, message: 'why\n', started_at: now, updated_at: now, leased_until: 0 });
  await put(database, 'discard', { object_key: 'objects/xx/discarded', due_at: now + 1 });
  await put(database, 'download_day', { file_id: 'fil_purged', day: 20_000, version_id: '', package_id: lib.id, count: Number.MAX_SAFE_INTEGER });
  await put(database, 'webhook_delivery', { id: 'dlv_1', webhook_id: webhook.id, event_seq: 2, event_type: 'X', state: 'PENDING', body: '{"é":1}', attempts: 1, failures: 1, next_attempt_at: now, created_at: now });
  await database.tx((tx) => tx.query('UPDATE webhook SET due_at = ?', [now]));
  await put(database, 'webhook_attempt', { delivery_id: 'dlv_1', number: 1, started_at: now, error: 'ECONNREFUSED' });
  // What is left out.
  await put(database, 'session', { id: 'ses_1', secret_sha256: 's'.repeat(64), user_id: user, created_at: now, expires_at: now * 2 });
  await put(database, 'signing_key', { purpose: 'test', secret: 'secret', created_at: now });
  await put(database, 'sign_in_failure', { subject: 'test', failures: 1, since: now });
  while ((await numberEvents(core)) > 0);
  await database.tx((tx) => tx.query('UPDATE event_log SET purged_before = 1'));
}
