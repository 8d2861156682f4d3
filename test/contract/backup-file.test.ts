import { copyFile, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/access/bootstrap.ts';
import { shapeOf } from '../../src/backup/columns.ts';
import { exportTo, exportToFile } from '../../src/backup/export.ts';
import { importFrom } from '../../src/backup/import.ts';
import { readTable } from '../../src/backup/read-table.ts';
import { exportedTables } from '../../src/backup/tables.ts';
import { openCore, closeCore } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/core.ts';
import { setMark } from '../../src/db/marks.ts';
import { type OpenBackend, openWithFiles } from '../support/environment/backends.ts';
import { countEverything } from '../support/leftovers.ts';
import type { TestApp } from '../support/app.ts';
import { fillOddly, freshFile, put, withImporter } from './backup-world.ts';
import { databases, openRegistry, refusal } from './registry.ts';

/** What may become of the lines of an export on its way, and what an import says to it. */
const damages: [string, (lines: string[]) => string | Buffer, RegExp][] = [
  ['cut in the middle of its compressed bytes', (lines) => gzipSync(lines.join('\n')).subarray(0, -20_000), /unexpected end of file/],
  ['empty', () => Buffer.alloc(0), /its end is missing|unexpected end of file/],
  ['no gzip', () => Buffer.from('{"entrepot":"export"}\n'), /incorrect header check/],
  ['without its last line', (lines) => `${lines.slice(0, -2).join('\n')}\n`, /its end is missing/],
  ['without the end of its last line', (lines) => lines.slice(0, -1).join('\n'), /it ends in the middle of a line/],
  ['changed in one letter', (lines) => lines.join('\n').replace('"maintainer"', '"maintayner"'), /its digest is another/],
  ['without one row', (lines) => lines.filter((line) => !line.includes('"maintainer"')).join('\n'), /its digest is another/],
  ['with two rows the other way round', swapped, /its digest is another/],
  ['with more behind its end', (lines) => `${lines.join('\n')}[]\n`, /there is something behind its end/],
  ['of another format', (lines) => lines.join('\n').replace('"format":1', '"format":2'), /its format is 2, this version knows 1; use the version that wrote it, \d+\.\d+\.\d+/],
  ['of another schema', (lines) => lines.join('\n').replace(/"migration":"\w+"/, '"migration":"Later1764200000099"'), /it is of a database at Later1764200000099, this version has \w+; import it with/],
  ['of something else', () => '{"name":"entrepot"}\n', /it is no export of Entrepot/],
  ['without a table', (lines) => lines.join('\n').replace('{"table":"webhook"', '{"table":"hook"'), /where the table webhook should begin there is something else/],
  ['with a value of another kind', (lines) => lines.join('\n').replace('"maintainer"', '5'), /user\.username is no text in a row/],
];

function swapped(lines: string[]): string {
  const at = lines.findIndex((line) => line.includes('"maintainer"'));
  return lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? '').join('\n');
}

describe.for(databases)('the file of an export, on $name', { timeout: 120_000 }, ({ open, missing }) => {
  let app: TestApp;
  let backend: OpenBackend;
  let lines: string[];
  let file: string;
  let before: Record<string, number>;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await fillOddly(app);
    file = await freshFile();
    await exportToFile(app.core.database, file, app.core.clock.now());
    lines = gunzipSync(await readFile(file)).toString().split('\n');
    backend = await openWithFiles(open);
    before = await withImporter(backend, countEverything);
  });
  afterAll(async () => {
    await app?.app.close();
    await backend?.close();
  });

  const test = it.skipIf(missing !== undefined);

  test.for(damages)('that is %s is refused in words, and nothing is left of it', async ([, damage, words]) => {
    const damaged = damage(lines);
    const path = await freshFile();
    await writeFile(path, typeof damaged === 'string' ? gzipSync(damaged) : damaged);
    await withImporter(backend, async (core) => {
      const error: unknown = await importFrom(core, path).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'BAD_EXPORT', message: expect.stringMatching(words) });
      expect((error as Error).message).toMatch(new RegExp(`^${path} cannot be imported: `));
      expect(await countEverything(core)).toEqual(before);
    });
  });

  test('is for its owner alone, and is not written over', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await exportToFile(app.core.database, file, 0).catch((error: unknown) => error)).toMatchObject({ code: 'FILE_TAKEN' });
    expect(await readdir(dirname(file))).toEqual(['export.jsonl.gz']);
  });

  test('has its name when all is done, and is not there where something failed', async () => {
    const path = await freshFile();
    const taken = exportToFile(app.core.database, path, 0, () => writeFile(path, 'of somebody else'));
    await expect(taken).rejects.toMatchObject({ code: 'FILE_TAKEN' });
    expect([await readFile(path, 'utf8'), (await readdir(dirname(path))).length]).toEqual(['of somebody else', 1]);
    await unlink(path);
    const failing = exportToFile(app.core.database, path, 0, async (temporary) => {
      expect(await readdir(dirname(path))).toEqual([expect.stringMatching(/^export\.jsonl\.gz\.[\w-]+\.part$/)]);
      await copyFile(temporary, join(dirname(path), 'copy'));
      throw new Error('no room for the content');
    });
    await expect(failing).rejects.toThrow('no room for the content');
    expect(await readdir(dirname(path))).toEqual(['copy']);
    // What is imported need not have any name.
    await withImporter(backend, async (core) => expect(await refusal(importFrom(core, join(dirname(path), 'nothing')))).toBe('Error'));
  });

  test('is told of where whoever reads it goes away', async () => {
    const sink = new PassThrough();
    sink.once('data', () => sink.destroy());
    await expect(exportTo(app.core.database, sink, 0)).rejects.toThrow(/Premature close|aborted/);
  });

  test('is not read into a database that is in use', async () => {
    const used = await openWithFiles(open);
    await closeCore(await openCore(readConfig({ ...used.env, LOG_LEVEL: 'silent' })));
    await withImporter(used, async (core) => {
      await put(core.database, 'sign_in_failure', { subject: 'x', failures: 1, since: 1 });
      expect(await importFrom(core, file).catch((error: unknown) => error)).toMatchObject({ code: 'NOT_EMPTY', message: expect.stringContaining('its table "sign_in_failure" has rows') });
    });
    await used.close();
  });

  test('is not made of half a registry, nor does a server start on one', async () => {
    const half = await openWithFiles(open);
    const config = readConfig({ ...half.env, LOG_LEVEL: 'silent' });
    await withImporter(half, async (core: Core) => {
      await core.database.tx((tx) => setMark(tx, 'import-began', 1));
      expect(await refusal(exportToFile(core.database, await freshFile(), 0))).toBe('HalfImported');
      // A server that had looked before the import began.
      expect(await refusal(bootstrap(core))).toBe('HalfImported');
      expect(await core.database.reads.query('SELECT 1 FROM user')).toEqual([]);
    });
    expect(await openCore(config).catch((error: unknown) => error)).toMatchObject({ code: 'HALF_IMPORTED', message: expect.stringContaining('began at 1970-01-01T00:00:00.001Z has not come to its end') });
    await half.close();
  });

  test('makes no registry where somebody else writes to the database meanwhile', async () => {
    const shared = await openWithFiles(open);
    await withImporter(shared, async (core) => {
      const { database } = core;
      // On SQLite nobody can: it is one transaction.
      if (database.dialect === 'sqlite') return;
      const tx = database.tx.bind(database);
      database.tx = async (work) => {
        const result = await tx(work);
        const rows: unknown[] = await database.reads.query("SELECT 1 FROM user WHERE username = 'maintainer'");
        if (rows.length > 0) {
          database.tx = tx as typeof database.tx;
          await put(database, 'user', { id: 'usr_intruder', username: 'intruder', display_name: '', is_admin: 1, is_blocked: 0, created_at: 1 });
        }
        return result;
      };
      await expect(importFrom(core, file)).rejects.toThrow(/rows of user instead of \d+: somebody else has written to it meanwhile/);
      expect(await refusal(openCore(readConfig({ ...shared.env, LOG_LEVEL: 'silent' })))).toBe('HalfImported');
      await importFrom(core, file);
      expect(await database.reads.query("SELECT 1 FROM user WHERE id = 'usr_intruder'")).toEqual([]);
    });
    await shared.close();
  });

  test('is not made of a database that another version has migrated', async () => {
    const { database } = app.core;
    const [{ name, timestamp }] = await database.reads.query('SELECT name, timestamp FROM migration ORDER BY timestamp DESC LIMIT 1');
    await database.tx((tx) => tx.query('UPDATE migration SET name = ? WHERE name = ?', ['Later1999999999999', name]));
    try {
      await expect(exportTo(database, new PassThrough(), 0)).rejects.toMatchObject({ code: 'OTHER_SCHEMA', message: expect.stringContaining(name) });
    } finally {
      await database.tx((tx) => tx.query('UPDATE migration SET name = ? WHERE timestamp = ?', [name, timestamp]));
    }
  });

  test('has every column that the tables have', async () => {
    for (const name of exportedTables) {
      const [row] = await app.core.database.reads.query(`SELECT * FROM \`${name}\` LIMIT 1`);
      // MariaDB's count of the rows as they were written, which tells their order.
      expect(Object.keys(row).filter((column) => column !== 'place').toSorted(), name).toEqual(shapeOf(name).columns.map((column) => column.name).toSorted());
    }
  });

  test('is read from the database a few megabytes at a time, whatever rows there are', async () => {
    const sizes: number[] = [];
    for await (const rows of readTable(app.core.database.reads, shapeOf('version'))) sizes.push(rows.reduce((sum, row) => sum + String(row['readme']).length, 0));
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 1024 * 1024);
  });
});

describe('a folder that cannot be written', () => {
  it('is told of', async () => {
    const path = join(dirname(await freshFile()), 'missing', 'export.gz');
    const app = await openRegistry(databases[0]!.open);
    await expect(exportToFile(app.core.database, path, 0)).rejects.toMatchObject({ code: 'ENOENT' });
    await app.close();
  });
});
