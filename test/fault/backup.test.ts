import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportToFile } from '../../src/backup/export.ts';
import { importFrom } from '../../src/backup/import.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { check } from '../../src/check/check.ts';
import { setTag } from '../../src/packages/tags.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { withImporter, allRows, freshFile, put } from '../contract/backup-world.ts';
import { node, openRegistry, publishAs } from '../contract/registry.ts';
import { openWithFiles, withFiles } from '../support/environment/backends.ts';
import { runCommand } from '../support/environment/commands.ts';
import { databases } from '../support/environment/databases.ts';
import type { TestApp } from '../support/app.ts';

describe.for(databases)('an export beside a busy server, on $name', { timeout: 120_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.app.close());

  it.skipIf(missing !== undefined)('is the registry as it was at one instant', async () => {
    const owner = await app.actor('owner');
    let changes = 0;
    let isOver = false;
    const work = async (worker: number) => {
      for (; !isOver; changes++) {
        const { package: made, version } = await publishAs(app, { name: `busy-${worker}-${changes % 5}`, version: `1.0.${changes}`, files: { a: `a${changes % 3}`, b: `b${changes}` } });
        await setTag(app.core, owner, { packageId: made.id, tag: 'moved', version: version.version });
        if (changes % 4 === 0) await deletePackage(app.core, owner, made.id);
        if (changes % 7 === 0) await sweep(app.core, { graceMs: 0, retentionMs: 0 });
      }
    };
    const working = [work(0), work(1), work(2)];
    const files: string[] = [];
    try {
      while (changes < 10) await sleep(5);
      while (files.length < 6 || changes < 60) {
        const file = await freshFile();
        await exportToFile(app.core.database, file, app.core.clock.now());
        if (files.length < 6) files.push(file);
      }
    } finally {
      isOver = true;
      await Promise.all(working);
    }
    for (const file of files.slice(-2)) {
      const backend = await openWithFiles(open);
      await withImporter(backend, async (core) => {
        await importFrom(core, file);
        // The store is another one, so it has nothing.
        const problems = await check(core, { againAfterMs: 0 });
        expect(problems.filter((problem) => !problem.endsWith('is not there'))).toEqual([]);
        expect(await core.database.reads.query('SELECT 1 FROM version LIMIT 1')).toHaveLength(1);
      });
      await backend.close();
    }
  });
});

describe.for(withFiles)('an import that is killed, on $name', { timeout: 180_000 }, ({ open, missing, name }) => {
  it.skipIf(missing !== undefined)('leaves nothing that a server would take for a registry, and can be begun again', async () => {
    const app = await openRegistry(async () => ({ url: (await open()).databaseUrl, drop: async () => undefined }));
    await app.app.relay.stop();
    const { database } = app.core;
    await publishAs(app);
    const widgets = await node(app.core, 'acme/widgets');
    for (let row = 0; row < 40; row++) {
      await put(database, 'package', { id: `pkg_${row}`, namespace_id: widgets.id, top_id: widgets.topId, format: 'generic', name: `n${row}`, normalized_name: `n${row}`, revision: 1, description: 'x'.repeat(1_000_000), created_at: 1, updated_at: 1, deleted_at: 1, is_restricted: 0 });
    }
    const file = await freshFile();
    await exportToFile(database, file, 0);
    const { package: before } = await allRows(database);
    const target = await open();
    const env = { ...target.env, STORAGE_URL: app.core.config.storageUrl, LOG_LEVEL: 'silent' };
    const run = (...args: string[]) => runCommand(process.execPath, ['src/main.ts', ...args], { timeoutSeconds: 60, env });
    expect((await run('migrate')).output).toBe('The schema is up to date.\n');

    const child = spawn(process.execPath, ['src/main.ts', 'import', file, '--continue'], { env: { ...process.env, ...env }, stdio: 'ignore' });
    const ended = once(child, 'exit');
    await withImporter(target, async (core) => {
      // On MariaDB rows are seen as they come, on SQLite only that somebody writes.
      const isHalfway = async () => {
        if (child.exitCode !== null) throw new Error('the import was too fast to be killed');
        if (name !== 'SQLite') return ((await core.database.reads.query('SELECT 1 FROM package LIMIT 1')) as unknown[]).length > 0;
        return ((await stat(`${target.databaseUrl.replace('file:', '')}-wal`).catch(() => undefined))?.size ?? 0) > 4_000_000;
      };
      while (!(await isHalfway())) await sleep(5);
      child.kill('SIGKILL');
      await ended;
      // What comes last is not there, and on SQLite nothing is.
      expect(await core.database.reads.query(`SELECT 1 FROM ${name === 'SQLite' ? 'user' : 'event'} LIMIT 1`)).toEqual([]);
    });
    if (name !== 'SQLite') {
      for (const command of ['serve', 'check', 'export']) expect((await run(command)).output).toMatch(/^entrepot: An import into this database that began at .* has not come to its end\./);
    }
    const again = await run('import', file, '--continue');
    expect(again.output).toContain('0 problems found');
    await withImporter(target, async (core) => expect((await allRows(core.database))['package']).toEqual(before));
    await app.app.close();
    await target.close();
  });
});

it('the digest in the last line is that of the text before it, for whoever checks it by hand', async () => {
  const app = await openRegistry(databases[0]!.open);
  const file = await freshFile();
  await exportToFile(app.core.database, file, 0);
  await app.close();
  const text = gunzipSync(await readFile(file)).toString();
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  expect(JSON.parse(text.slice(end)).sha256).toBe(createHash('sha256').update(text.slice(0, end)).digest('hex'));
});
