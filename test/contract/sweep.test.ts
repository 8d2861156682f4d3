import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adoptBlobs } from '../../src/blobs/adopt.ts';
import { orDiscard, stage } from '../../src/blobs/stage.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { FileTable } from '../../src/db/tables/file.ts';
import { deleteFile, deleteVersions } from '../../src/packages/remove.ts';
import type { TestApp } from '../support/app.ts';
import { countEverything, leftovers, listObjects } from '../support/leftovers.ts';
import { chunks, databases, openRegistry, publishAs, refusal, stageBytes } from './registry.ts';

const minute = 60 * 1000;
const day = 24 * 60 * minute;

describe.for(databases)('the sweep on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const run = () => sweep(app.core);
  const nothing = { purgedFiles: 0, purgedVersions: 0, removedBlobs: 0, removedObjects: 0 };
  const generic = (name: string, files: Record<string, string>, version = '1') => publishAs(app, { format: 'generic', name, version, files });

  test('leaves alone what is published', async () => {
    await generic('stay', { a: 'stay a', b: 'stay b' });
    app.clock.advance(400 * day);
    expect(await run()).toMatchObject(nothing);
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('keeps deleted versions for 30 days, then an hour of grace for their content', async () => {
    const { package: owner } = await generic('old', { a: 'old a', b: 'old b', c: 'stay a' });
    await generic('old', { a: 'old a 2' }, '2');
    await run();
    const before = await countEverything(app.core);
    await deleteVersions(app.core, await app.actor('maintainer'), owner.id, ['1']);
    app.clock.advance(30 * day - 1);
    expect(await run()).toMatchObject(nothing);
    app.clock.advance(1);
    expect(await run()).toMatchObject({ ...nothing, purgedVersions: 1 });
    app.clock.advance(60 * minute - 1);
    expect(await run()).toMatchObject(nothing);
    app.clock.advance(1);
    expect(await run()).toMatchObject({ ...nothing, removedBlobs: 2, removedObjects: 2 });
    const after = await countEverything(app.core);
    expect(after).toMatchObject({ version: (before['version'] ?? 0) - 1, file: (before['file'] ?? 0) - 3, stored_blob: (before['stored_blob'] ?? 0) - 2, objects: (before['objects'] ?? 0) - 2 });
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('grace counts from when the last one let go of the content', async () => {
    const { package: owner } = await generic('grace', { a: 'graceful' });
    const { package: other } = await generic('grace-too', { a: 'graceful' });
    for (const { id } of [owner, other]) {
      app.clock.advance(60 * minute - 1);
      await deleteVersions(app.core, await app.actor('maintainer'), id, ['1']);
      app.clock.advance(1);
      expect(await sweep(app.core, { retentionMs: 0 })).toMatchObject({ purgedVersions: 1, removedBlobs: 0 });
    }
    app.clock.advance(60 * minute - 1);
    expect(await run()).toMatchObject(nothing);
    app.clock.advance(1);
    expect(await run()).toMatchObject({ removedBlobs: 1 });
  });

  test('and from when it was last named, where nothing was', async () => {
    const [object, again] = [await stageBytes(app.core, 'never named'), await stageBytes(app.core, 'never named')];
    const adopt = (staged: typeof object) => app.core.database.tx((tx) => adoptBlobs(tx, [staged], app.clock.now()));
    await adopt(object);
    app.clock.advance(60 * minute - 1);
    await adopt(again);
    app.clock.advance(60 * minute - 1);
    expect(await run()).toMatchObject({ removedBlobs: 0 });
    app.clock.advance(1);
    expect(await run()).toMatchObject({ removedBlobs: 1 });
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('replaced and deleted files are purged alone', async () => {
    app.clock.advance(2 * 60 * minute);
    await run();
    const { version } = await generic('swap', { f: 'swap 1', g: 'swap g' });
    const { fileIds } = await generic('swap', { f: 'swap 2' });
    await deleteFile(app.core, await app.actor('maintainer'), fileIds[0] ?? '');
    app.clock.advance(30 * day);
    expect(await run()).toMatchObject({ purgedFiles: 2, purgedVersions: 0 });
    app.clock.advance(60 * minute);
    expect(await run()).toMatchObject({ ...nothing, removedBlobs: 2, removedObjects: 2 });
    expect((await app.core.database.reads.findBy(FileTable, { versionId: version.id })).map(({ name }) => name)).toEqual(['g']);
  });

  test('more than a batch', async () => {
    const files = (round: number) => Object.fromEntries(Array.from({ length: 205 }, (_, index) => [`f${index}`, `many ${round} ${index}`]));
    await generic('many', files(1));
    await generic('many', files(2));
    app.clock.advance(30 * day);
    expect(await run()).toMatchObject({ purgedFiles: 205, purgedVersions: 0 });
    app.clock.advance(60 * minute);
    expect(await run()).toMatchObject({ ...nothing, removedBlobs: 205, removedObjects: 205 });
    expect(await leftovers(app.core)).toEqual([]);
  }, 30_000);

  test('staged bytes that nobody published go after a day', async () => {
    const { key } = await stageBytes(app.core, 'abandoned');
    app.clock.advance(day - 1);
    expect(await run()).toMatchObject(nothing);
    expect(await listObjects(app.core)).toContain(key);
    app.clock.advance(1);
    expect(await run()).toMatchObject({ ...nothing, removedObjects: 1 });
    expect(await listObjects(app.core)).not.toContain(key);
  });

  test('bytes that take more than a day to come are refused, and leave nothing behind the sweep', async () => {
    async function* slow() {
      yield Buffer.alloc(300_000);
      app.clock.advance(2 * day);
      await run();
      yield Buffer.alloc(300_000);
    }
    expect(await refusal(stage(app.core, slow(), { limitBytes: 1e9 }))).toBe('UploadNotReady');
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('staged bytes go at once where their publish fails or their source breaks', async () => {
    const before = await countEverything(app.core);
    const object = await stageBytes(app.core, 'unlucky');
    expect(await refusal(orDiscard(app.core, [object], () => Promise.reject(new TypeError('no'))))).toBe('TypeError');
    const broken = async function* () {
      yield Buffer.alloc(500_000);
      throw new RangeError('cut');
    };
    expect(await refusal(stage(app.core, broken(), { limitBytes: 1e9 }))).toBe('RangeError');
    expect(await refusal(stage(app.core, chunks('four'), { limitBytes: 3 }))).toBe('FileTooLarge');
    expect(await countEverything(app.core)).toEqual(before);
  });

  test('an object that cannot be deleted now is deleted by the next sweep', async () => {
    const { key } = await stageBytes(app.core, 'stuck');
    app.clock.advance(day);
    const { store } = app.core;
    const remove = store.delete.bind(store);
    store.delete = () => Promise.reject(new Error('the bucket is away'));
    expect(await refusal(run())).toBe('Error');
    store.delete = remove;
    expect(await listObjects(app.core)).toContain(key);
    expect(await run()).toMatchObject({ removedObjects: 1 });
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('a publish whose staged bytes the sweep is taking says so', async () => {
    const object = await stageBytes(app.core, 'too late');
    app.clock.advance(day);
    await run();
    const staged = { facts: { name: 'f' }, object };
    expect(await refusal(publishAs(app, { format: 'generic', name: 'late', input: { files: [staged] } }))).toBe('UploadNotReady');
    expect(await app.core.heads.list('generic', 'late')).toEqual([]);
  });

  test('two sweeps at once do the work of one', async () => {
    const { package: owner } = await generic('both', { a: 'both a', b: 'both b' });
    await deleteVersions(app.core, await app.actor('maintainer'), owner.id, ['1']);
    app.clock.advance(31 * day);
    const total = async (counted: 'purgedVersions' | 'removedBlobs') => (await Promise.all([run(), run(), run()])).reduce((sum, report) => sum + report[counted], 0);
    expect(await total('purgedVersions')).toBe(1);
    app.clock.advance(60 * minute);
    expect(await total('removedBlobs')).toBe(2);
    expect(await leftovers(app.core)).toEqual([]);
  });
});
