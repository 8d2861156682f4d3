import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { FileTable } from '../../src/db/tables/file.ts';
import { DownloadDayTable } from '../../src/db/tables/usage.ts';
import { dayMs, dayOf } from '../../src/days.ts';
import { type DownloadedFile, DownloadCounter } from '../../src/packages/downloads.ts';
import { startApp, stopBackground, type TestApp } from '../support/app.ts';
import { openWithFiles } from '../support/environment/backends.ts';
import { databases, openRegistry, publishAs } from './registry.ts';

/** Publishes a version with files and returns them as the counter wants them. */
async function published(app: TestApp, name: string, files: Record<string, string | Buffer>, version = '1.0.0'): Promise<DownloadedFile[]> {
  const done = await publishAs(app, { format: 'generic', name, version, files });
  return done.fileIds.map((id) => ({ id, versionId: done.version.id, packageId: done.package.id }));
}

describe.for(databases)('downloads on $name', ({ open, missing }) => {
  let app: TestApp;
  const statements: string[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open, { onStatement: (sql) => statements.push(sql) });
    await stopBackground(app);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const one = async (name: string) => {
    const [file] = await published(app, name, { f: name });
    if (!file) throw new Error('nothing was published');
    return file;
  };
  const countOf = async ({ id }: { id: string }) => {
    const { downloadCount, lastDownloadedAt } = await app.core.database.reads.findOneByOrFail(FileTable, { id });
    return [downloadCount, lastDownloadedAt];
  };
  const daysOf = async ({ id }: { id: string }) => {
    const rows = await app.core.database.reads.find(DownloadDayTable, { where: { fileId: id }, order: { day: 'ASC' } });
    return rows.map(({ day, count }) => [day, count]);
  };

  test('are counted together', async () => {
    const [a, b] = await published(app, 'counted', { a: 'a', b: 'b' });
    if (!a || !b) throw new Error('nothing was published');
    statements.length = 0;
    for (let count = 0; count < 1000; count++) app.core.downloads.count(a);
    app.core.downloads.count(b);
    expect(statements).toEqual([]);
    await app.core.downloads.flush();
    expect(statements.filter((sql) => /^(UPDATE|INSERT)/.test(sql))).toHaveLength(2);
    const now = app.clock.now();
    expect([await countOf(a), await countOf(b)]).toEqual([[1000, now], [1, now]]);
    expect([await daysOf(a), await daysOf(b)]).toEqual([[[dayOf(now), 1000]], [[dayOf(now), 1]]]);
    statements.length = 0;
    await app.core.downloads.flush();
    expect(statements).toEqual([]);
  });

  test('fall on days of UTC and add up', async () => {
    const file = await one('days');
    // The last and the first moment of a day.
    app.clock.advance(dayMs - (app.clock.now() % dayMs) - 1);
    const day = dayOf(app.clock.now());
    app.core.downloads.count(file);
    app.core.downloads.count(file);
    app.clock.advance(1);
    app.core.downloads.count(file);
    await app.core.downloads.flush();
    app.core.downloads.count(file);
    await app.core.downloads.flush();
    expect(await daysOf(file)).toEqual([[day, 2], [day + 1, 2]]);
    expect(await countOf(file)).toEqual([4, app.clock.now()]);
    const [row] = await app.core.database.reads.find(DownloadDayTable, { where: { fileId: file.id, day } });
    expect(row).toEqual({ fileId: file.id, day, versionId: file.versionId, packageId: file.packageId, count: 2 });
  });

  test('of many files are few statements', async () => {
    const files = await published(app, 'many', Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`f${index}`, 'same'])));
    for (const file of files) app.core.downloads.count(file);
    statements.length = 0;
    await app.core.downloads.flush();
    // A transaction of 200 files, and one of one.
    expect(statements.filter((sql) => /^(UPDATE|INSERT)/.test(sql))).toHaveLength(4);
    const [{ total }] = await app.core.database.reads.query('SELECT SUM(download_count) AS total FROM file WHERE version_id = ?', [files[0]?.versionId]);
    expect(Number(total)).toBe(201);
  });

  test('that could not be written are written later, none twice', async () => {
    const file = await one('retried');
    const { database } = app.core;
    const tx = database.tx.bind(database);
    app.core.downloads.count(file);
    database.tx = async (work) => {
      await tx(async (manager) => {
        await work(manager);
        // A download while the counts are on their way.
        app.core.downloads.count(file);
        throw new Error('deadlock after all');
      });
      throw new Error('not reached');
    };
    await expect(app.core.downloads.flush()).rejects.toThrow('deadlock after all');
    database.tx = tx;
    expect([await countOf(file), await daysOf(file)]).toEqual([[0, null], []]);
    app.core.downloads.count(file);
    await app.core.downloads.flush();
    expect([(await countOf(file))[0], await daysOf(file)]).toEqual([3, [[dayOf(app.clock.now()), 3]]]);
  });

  test('of the chunks before the one that failed are not written again', async () => {
    const files = await published(app, 'halves', Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`f${index}`, 'same'])));
    const { database } = app.core;
    const tx = database.tx.bind(database);
    let calls = 0;
    database.tx = (work) => (++calls === 2 ? Promise.reject(new Error('away')) : tx(work));
    for (const file of files) app.core.downloads.count(file);
    await expect(app.core.downloads.flush()).rejects.toThrow('away');
    database.tx = tx;
    await app.core.downloads.flush();
    const rows = await app.core.database.reads.query('SELECT MIN(download_count) AS least, MAX(download_count) AS most FROM file WHERE version_id = ?', [files[0]?.versionId]);
    expect(rows).toEqual([{ least: 1, most: 1 }]);
  });

  test('of a file that is gone do no harm', async () => {
    const file = await one('beside');
    app.core.downloads.count({ id: 'fil_nothing', versionId: 'ver_nothing', packageId: 'pkg_nothing' });
    app.core.downloads.count(file);
    await app.core.downloads.flush();
    expect([(await countOf(file))[0], await daysOf({ id: 'fil_nothing' })]).toEqual([1, []]);
    app.core.downloads.count({ id: 'fil_nothing', versionId: 'ver_nothing', packageId: 'pkg_nothing' });
    await app.core.downloads.flush();
    expect(await daysOf({ id: 'fil_nothing' })).toEqual([]);
  });

  test('of several processes at once add up, and the last instant stays', async () => {
    const files = await published(app, 'shared', Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, 'same'])));
    app.clock.advance(1000);
    const now = app.clock.now();
    const counters = [0, 1, 2, 3].map((late) => new DownloadCounter(app.core.database, { now: () => now - late }));
    for (let round = 0; round < 5; round++) {
      for (const [index, counter] of counters.entries()) {
        // Each has met them in another order.
        for (const file of index % 2 === 0 ? files : files.toReversed()) counter.count(file);
      }
      await Promise.all(counters.map((counter) => counter.flush()));
    }
    for (const file of files) expect([await countOf(file), await daysOf(file)]).toEqual([[20, now], [[dayOf(now), 20]]]);
  });

  test('a stop waits for the flush under way and writes what that could not', async () => {
    const file = await one('last');
    const { database } = app.core;
    const tx = database.tx.bind(database);
    let refuse = (_reason: Error) => undefined as void;
    database.tx = () => {
      database.tx = tx;
      return new Promise((_resolve, reject) => (refuse = reject));
    };
    app.core.downloads.count(file);
    const first = app.core.downloads.flush();
    const second = app.core.downloads.flush();
    await Promise.resolve();
    await Promise.resolve();
    refuse(new Error('too late'));
    await expect(first).rejects.toThrow('too late');
    await second;
    expect((await countOf(file))[0]).toBe(1);
  });

  describe.skipIf(missing !== undefined)('over HTTP', () => {
    const content = Buffer.alloc(3_000_000, 'x');

    async function downloaded(request: (path: string, etag: string) => Promise<unknown>): Promise<unknown> {
      const name = `http-${Math.random()}`;
      const [file] = await published(app, name, { 'f.bin': content });
      if (!file) throw new Error('nothing was published');
      const path = `/api/packages/acme/widgets/generic/${name}/1.0.0/f.bin`;
      const { headers } = await app.fetch(path, 'reader', { method: 'HEAD' });
      const { store } = app.core;
      const copyTo = store.copyTo.bind(store);
      const copies: Promise<void>[] = [];
      store.copyTo = (...args) => {
        const copy = copyTo(...args);
        copies.push(copy);
        return copy;
      };
      await request(path, headers.get('etag') ?? '');
      store.copyTo = copyTo;
      // The client may know that it has everything, or has left, before the server does; that one counts in the same turn.
      await Promise.allSettled(copies);
      await setImmediate();
      await app.core.downloads.flush();
      return (await countOf(file))[0];
    }

    it.for<[string, number, (path: string, etag: string) => Promise<number>]>([
      ['a GET', 1, async (path) => (await (await app.fetch(path, 'reader')).arrayBuffer()).byteLength],
      ['a part', 1, async (path) => (await (await app.fetch(path, 'reader', { headers: { range: 'bytes=0-9' } })).arrayBuffer()).byteLength],
      ['HEAD', 0, async (path) => (await app.fetch(path, 'reader', { method: 'HEAD' })).status],
      ['304', 0, async (path, etag) => (await app.fetch(path, 'reader', { headers: { 'if-none-match': etag } })).status],
      ['416', 0, async (path) => (await app.fetch(path, 'reader', { headers: { range: 'bytes=9999999-' } })).status],
      ['a refusal', 0, async (path) => (await app.fetch(path, 'outsider')).status],
    ])('%s counts %i', async ([, count, request]) => {
      expect(await downloaded(request)).toBe(count);
    });

    it('what broke off does not count', async () => {
      expect(
        await downloaded(async (path) => {
          const away = new AbortController();
          const closed = new Promise<void>((resolve) => app.app.server.server.once('request', (_request, response) => response.once('close', resolve)));
          const response = await app.fetch(path, 'reader', { signal: away.signal });
          await response.body?.getReader().read();
          away.abort();
          await closed;
        }),
      ).toBe(0);
    });
  });

  test('survive a graceful stop', async () => {
    const backend = await openWithFiles(open);
    const stopping = await startApp({ backend: { ...backend, close: async () => undefined } });
    await published(stopping, 'kept', { 'f.bin': 'bytes' });
    for (let count = 0; count < 3; count++) await (await stopping.fetch('/api/packages/acme/widgets/generic/kept/1.0.0/f.bin', 'reader')).text();
    const counted = await stopping.core.database.reads.query('SELECT COUNT(*) AS total FROM download_day');
    expect(Number(counted[0].total)).toBe(0);
    await stopping.app.close();
    const database = await openDatabase(backend.databaseUrl);
    expect(await database.reads.query('SELECT download_count AS count FROM file')).toEqual([{ count: 3 }]);
    expect(await database.reads.query('SELECT count FROM download_day')).toEqual([{ count: 3 }]);
    await database.close();
    await backend.close();
  });
});
