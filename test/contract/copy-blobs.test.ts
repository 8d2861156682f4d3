import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachBlobOf, eachBlobOfExport } from '../../src/backup/blob-list.ts';
import { copyBlobs } from '../../src/backup/copy-blobs.ts';
import { exportToFile } from '../../src/backup/export.ts';
import { keepingBlobs } from '../../src/blobs/keep.ts';
import { readMark, setMark } from '../../src/db/marks.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { deleteVersion } from '../../src/packages/remove.ts';
import { openObjectStore } from '../../src/storage/open.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import type { TestApp } from '../support/app.ts';
import { freshFolder } from '../support/environment/temporary.ts';
import { freshFile } from './backup-world.ts';
import { databases, openRegistry, publishAs } from './registry.ts';

const hour = 60 * 60 * 1000;

describe.for(databases)('content is copied, on $name,', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await publishAs(app, { files: { a: 'abcde', b: randomBytes(1_000_000), c: 'fghij' } });
    await publishAs(app, { name: 'other', files: { d: '' } });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const copyAll = async (to: ObjectStore, from = app.core.store) => {
    const problems: string[] = [];
    const { failed, ...report } = await copyBlobs(from, to, (take) => eachBlobOf(app.core.database.reads, take), (text) => problems.push(text));
    expect(failed).toBe(problems.length);
    return { ...report, problems };
  };
  const emptyStore = async () => openObjectStore((await freshFolder()).path);
  const keysOf = async (store: ObjectStore) => {
    const keys: string[] = [];
    for await (const some of store.list()) keys.push(...some.map(({ key }) => key));
    return keys.toSorted();
  };
  /** The store, but every read of a key is another one's. */
  const spoiled = (read: (key: string) => ReturnType<ObjectStore['read']>): ObjectStore => ({ ...app.core.store, read });

  test('each once, under its key, and only what is missing', async () => {
    const to = await emptyStore();
    expect(await copyAll(to)).toEqual({ copied: 4, copiedBytes: 1_000_010, present: 0, problems: [] });
    expect(await keysOf(to)).toEqual(await keysOf(app.core.store));
    expect(await copyAll(to)).toEqual({ copied: 0, copiedBytes: 0, present: 4, problems: [] });
    const [key = ''] = await keysOf(to);
    await to.delete(key);
    // A store that takes what was cut for whole would be found out here.
    const writer = await to.create(key);
    await writer.write(Buffer.from('cut'));
    await writer.commit();
    expect(await copyAll(to)).toMatchObject({ copied: 1, present: 3 });
    expect(await to.sizeBytes(key)).toBe(await app.core.store.sizeBytes(key));
  });

  test('into a store that replaces nothing, and is told what it must have received', async () => {
    const plain = await emptyStore();
    const told: Record<string, string | null | undefined> = {};
    const to: ObjectStore = {
      ...plain,
      compares: 'md5',
      async create(key) {
        if ((await plain.sizeBytes(key)) !== undefined) throw new Error(`${key} is there already`);
        const writer = await plain.create(key);
        return { ...writer, commit: (written) => ((told[key] = written?.md5), writer.commit(written)) };
      },
    };
    const [key = ''] = await keysOf(app.core.store);
    const writer = await plain.create(key);
    await writer.write(Buffer.from('of another size than it should be'));
    await writer.commit();
    expect(await copyAll(to)).toMatchObject({ copied: 4, problems: [] });
    for (const object of await keysOf(plain)) {
      const content = await buffer(await plain.read(object));
      expect(told[object]).toBe(createHash('md5').update(content).digest('hex'));
    }
  });

  test('but not where the source has other bytes than it should, or none', async () => {
    const [one, ...others] = await keysOf(app.core.store);
    const to = await emptyStore();
    const wrong = await copyAll(to, spoiled((key) => app.core.store.read(key === one ? (others[0] ?? '') : key)));
    expect(wrong).toMatchObject({ copied: 3, problems: [expect.stringMatching(new RegExp(`^blob [0-9a-f]{64} has other bytes where it is to be copied from \\(${one}\\)$`))] });
    const none = await copyAll(to, spoiled((key) => app.core.store.read(key === one ? 'objects/no/thing' : key)));
    expect(none).toMatchObject({ copied: 0, present: 3, problems: [expect.stringMatching(/ is missing where it is to be copied from /)] });
    expect(await keysOf(to)).toEqual(others.toSorted());
  });

  test('and nothing goes on where a store fails', async () => {
    const to = await emptyStore();
    const failing = copyAll(to, spoiled(() => Promise.reject(new Error('the disk is gone'))));
    await expect(failing).rejects.toThrow('the disk is gone');
    expect(await keysOf(to)).toEqual([]);
  });

  test('while no sweep removes any, so that what an export names is there after it', async () => {
    const { version } = await publishAs(app, { name: 'doomed', files: { 'doomed.tgz': randomBytes(100) } });
    const to = await emptyStore();
    const file = await freshFile();
    const before = await keysOf(app.core.store);
    await keepingBlobs(app.core.database, app.clock, async () => {
      await exportToFile(app.core.database, file, app.clock.now());
      await deleteVersion(app.core, await app.actor('owner'), version.id);
      // By now its grace is long over, but for that which the copy asks for.
      expect(await sweep(app.core, { graceMs: -1, retentionMs: -1 })).toMatchObject({ purgedVersions: 1, removedBlobs: 0 });
      expect(await copyBlobs(app.core.store, to, (take) => eachBlobOfExport(file, take), () => undefined)).toMatchObject({ copied: 5, failed: 0 });
    });
    expect(await keysOf(to)).toEqual(before);
    // A copy that ended, or died, keeps nothing for long.
    app.clock.advance(hour);
    expect(await sweep(app.core, { graceMs: 0 })).toMatchObject({ removedBlobs: 1 });
  });

  test('but not for a mark that a wrong clock has set', async () => {
    const { version } = await publishAs(app, { name: 'doomed', version: '2.0.0', files: { 'doomed-2.tgz': randomBytes(100) } });
    await deleteVersion(app.core, await app.actor('owner'), version.id);
    await app.core.database.tx((tx) => setMark(tx, 'blobs-kept-until', app.clock.now() + 10 * 365 * 24 * hour));
    expect(await sweep(app.core, { graceMs: -1, retentionMs: -1 })).toMatchObject({ purgedVersions: 1, removedBlobs: 1 });
    // Nor does it keep another copy from keeping what it needs, for as long as that takes.
    await keepingBlobs(app.core.database, app.clock, async (expectKept) => expectKept());
    expect(await readMark(app.core.database.reads, 'blobs-kept-until')).toBeLessThanOrEqual(app.clock.now() + hour);
  });

  test('again where the database could not be told for a while that it is', async () => {
    const late = keepingBlobs(app.core.database, app.clock, async () => app.clock.advance(hour));
    await expect(late).rejects.toThrow('Begin again.');
  });
});
