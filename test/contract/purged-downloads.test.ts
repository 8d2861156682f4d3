import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../src/blobs/sweep.ts';
import { dayMs, dayOf } from '../../src/days.ts';
import { DownloadDayTable } from '../../src/db/tables/usage.ts';
import type { Published } from '../../src/packages/publish.ts';
import { loadDownloadGroups, loadDownloadTotals } from '../../src/packages/queries/load-downloads.ts';
import { deleteFile, deletePackage } from '../../src/packages/remove.ts';
import type { TestApp } from '../support/app.ts';
import { databases, openRegistry, publishAs } from './registry.ts';

describe.for(databases)('downloads of what was purged on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const admin = () => app.actor('admin');
  const put = (name: string, version: string, files: Record<string, string>) => publishAs(app, { as: 'admin', format: 'generic', name, version, files });
  const download = async ({ package: owner, version, fileIds }: Published, times: number, which = 0) => {
    for (let time = 0; time < times; time++) app.core.downloads.count({ id: fileIds[which] ?? '', versionId: version.id, packageId: owner.id });
    await app.core.downloads.flush();
  };
  const daysOf = async (packageId: string) => {
    const rows = await app.core.database.reads.find(DownloadDayTable, { where: { packageId }, order: { day: 'ASC', fileId: 'ASC' } });
    return rows.map(({ fileId, versionId, day, count }) => [fileId, versionId, day, count]);
  };

  test('stay with the version where a file went, with the package where the version did', async () => {
    const one = await put('loved', '1', { f: 'loved f', g: 'loved g' });
    const two = await put('loved', '2', { f: 'loved 2' });
    const packageId = one.package.id;
    const day = dayOf(app.clock.now());
    await download(one, 3);
    await download(one, 1, 1);
    await download(two, 5);
    app.clock.advance(dayMs);
    await download(one, 2);
    await download(two, 4);
    const before = await daysOf(packageId);
    await deleteFile(app.core, await admin(), one.fileIds[0] ?? '');
    app.clock.advance(30 * dayMs - 1);
    await sweep(app.core);
    expect(await daysOf(packageId)).toEqual(before);
    app.clock.advance(1);
    await sweep(app.core);
    const [g = '', second = ''] = [one.fileIds[1], two.fileIds[0]];
    const kept = [[g, one.version.id, day, 1], [second, two.version.id, day, 5], [one.version.id, one.version.id, day, 3]];
    expect(await daysOf(packageId)).toEqual([...kept, [second, two.version.id, day + 1, 4], [one.version.id, one.version.id, day + 1, 2]]);
    // Another file of it goes later; the days that both have are summed.
    const three = await put('loved', '1', { h: 'loved h' });
    await deleteFile(app.core, await admin(), g);
    app.clock.advance(30 * dayMs);
    await sweep(app.core);
    expect((await daysOf(packageId)).filter(([, , on]) => on === day)).toEqual([[second, two.version.id, day, 5], [one.version.id, one.version.id, day, 4]]);
    await deletePackage(app.core, await admin(), packageId);
    app.clock.advance(30 * dayMs);
    await sweep(app.core);
    expect(await daysOf(packageId)).toEqual([[packageId, '', day, 9], [packageId, '', day + 1, 6]]);
    // A process that counted until then adds nothing to what is gone.
    await download(three, 7);
    expect(await daysOf(packageId)).toEqual([[packageId, '', day, 9], [packageId, '', day + 1, 6]]);
    const again = await put('loved', '1', { f: 'loved again' });
    await download(again, 1);
    const { groups, total } = await statistics(packageId);
    expect([total, groups]).toEqual([16, [{ day: null, versionId: null, count: 15 }, { day: null, versionId: again.version.id, count: 1 }]]);
  });

  test('that are written beside the purge are all there after it, or were too late', async () => {
    for (let round = 0; round < 10; round++) {
      const done = await put(`beside-${round}`, '1', { f: `beside ${round}` });
      const packageId = done.package.id;
      await download(done, 1);
      await deletePackage(app.core, await admin(), packageId);
      app.clock.advance(1);
      await Promise.all([download(done, 2), sweep(app.core, { retentionMs: 0 })]);
      const day = dayOf(app.clock.now());
      expect([[[packageId, '', day, 1]], [[packageId, '', day, 3]]]).toContainEqual(await daysOf(packageId));
    }
  });

  async function statistics(packageId: string) {
    const range = { fromDay: undefined, toDay: undefined, groupBy: 'VERSION' } as const;
    const groups = (await loadDownloadGroups(app.core, 'package', [packageId], range, 'VERSION')).get(packageId) ?? [];
    return { total: (await loadDownloadTotals(app.core, 'package', [packageId], range)).get(packageId), groups: groups.map(({ day, versionId, count }) => ({ day, versionId, count })) };
  }
});
