import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventTable } from '../../src/db/tables/event.ts';
import { PackageTable, type VersionStatus, VersionTable } from '../../src/db/tables/package.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { deleteVersion } from '../../src/packages/remove.ts';
import { restoreVersion } from '../../src/packages/restore.ts';
import { changeVersion, deprecateVersions, setVersionStatus, type StatusChange } from '../../src/packages/status.ts';
import { setTag } from '../../src/packages/tags.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, openRegistry, publishAs, refusal, tagsOf } from './registry.ts';

describe.for(databases)('the status of a version on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const published = async (name: string, ...versions: string[]): Promise<string> => {
    let id = '';
    for (const version of versions) id = (await publishAs(app, { name, version, facts: { description: `of ${version}` } })).package.id;
    return id;
  };
  const change = async (packageId: string, version: string, to: StatusChange, reason = '', as: Person = 'developer') =>
    setVersionStatus(app.core, await app.actor(as), packageId, [{ version, change: to, reason }]);
  const stateOf = async (packageId: string, version: string) => {
    const { status, statusReason } = await reads().findOneByOrFail(VersionTable, { packageId, version, tombstone: '' });
    return [status, statusReason];
  };
  const eventsOf = (packageId: string) => reads().find(EventTable, { where: { packageId }, order: { id: 'ASC' } });
  const everything = async () => [await countEverything(app.core), await reads().find(PackageTable), await reads().find(VersionTable)];

  const transitions: [VersionStatus, string | null, StatusChange, VersionStatus, string | null][] = [
    ['PUBLISHED', null, 'DEPRECATE', 'DEPRECATED', 'new'],
    ['PUBLISHED', null, 'YANK', 'YANKED', 'new'],
    ['PUBLISHED', null, 'HIDE', 'HIDDEN', null],
    ['PUBLISHED', null, 'UNDEPRECATE', 'PUBLISHED', null],
    ['PUBLISHED', null, 'UNYANK', 'PUBLISHED', null],
    ['PUBLISHED', null, 'UNHIDE', 'PUBLISHED', null],
    ['DEPRECATED', 'old', 'DEPRECATE', 'DEPRECATED', 'new'],
    ['DEPRECATED', 'old', 'YANK', 'YANKED', 'new'],
    ['DEPRECATED', 'old', 'HIDE', 'HIDDEN', 'old'],
    ['DEPRECATED', 'old', 'UNDEPRECATE', 'PUBLISHED', null],
    ['DEPRECATED', 'old', 'UNYANK', 'DEPRECATED', 'old'],
    ['DEPRECATED', 'old', 'UNHIDE', 'DEPRECATED', 'old'],
    ['HIDDEN', 'old', 'DEPRECATE', 'HIDDEN', 'new'],
    ['HIDDEN', null, 'YANK', 'YANKED', 'new'],
    ['HIDDEN', 'old', 'HIDE', 'HIDDEN', 'old'],
    ['HIDDEN', 'old', 'UNDEPRECATE', 'HIDDEN', null],
    ['HIDDEN', 'old', 'UNYANK', 'HIDDEN', 'old'],
    ['HIDDEN', 'old', 'UNHIDE', 'DEPRECATED', 'old'],
    ['HIDDEN', null, 'UNHIDE', 'PUBLISHED', null],
    ['YANKED', 'old', 'DEPRECATE', 'YANKED', 'old'],
    ['YANKED', 'old', 'YANK', 'YANKED', 'new'],
    ['YANKED', 'old', 'HIDE', 'HIDDEN', null],
    ['YANKED', 'old', 'UNDEPRECATE', 'YANKED', 'old'],
    ['YANKED', 'old', 'UNYANK', 'PUBLISHED', null],
    ['YANKED', 'old', 'UNHIDE', 'YANKED', 'old'],
  ];
  test('every change of every status', async () => {
    const packageId = await published('table', '1.0.0');
    for (const [status, statusReason, to, nextStatus, nextReason] of transitions) {
      await app.core.database.tx((tx) => tx.update(VersionTable, { packageId }, { status, statusReason }));
      const before = (await eventsOf(packageId)).length;
      await change(packageId, '1.0.0', to, 'new');
      expect([status, to, ...(await stateOf(packageId, '1.0.0'))]).toEqual([status, to, nextStatus, nextReason]);
      const stands = status === nextStatus && statusReason === nextReason;
      expect((await eventsOf(packageId)).length - before).toBe(stands ? 0 : 1);
    }
  });

  test('what happened is told, with the revision raised', async () => {
    const packageId = await published('told', '1.0.0', '2.0.0');
    const actor = await app.actor('developer');
    const before = (await reads().findOneByOrFail(PackageTable, { id: packageId })).revision;
    await setVersionStatus(app.core, actor, packageId, [
      { version: 'v1.0.0', change: 'YANK', reason: 'leaks' },
      { version: '2.0.0', change: 'HIDE' },
    ]);
    expect((await eventsOf(packageId)).slice(-2).map(({ type, payload }) => [type, payload['versions']])).toEqual([
      ['VERSIONS_YANKED', [{ version: '1.0.0', message: 'leaks' }]],
      ['VERSIONS_HIDDEN', [{ version: '2.0.0', message: '' }]],
    ]);
    await change(packageId, '1.0.0', 'UNYANK');
    await change(packageId, '2.0.0', 'UNHIDE');
    expect((await eventsOf(packageId)).slice(-2).map(({ type }) => type)).toEqual(['VERSIONS_UNYANKED', 'VERSIONS_UNHIDDEN']);
    expect((await reads().findOneByOrFail(PackageTable, { id: packageId })).revision).toBe(before + 3);
    const { id } = await reads().findOneByOrFail(VersionTable, { packageId, version: '2.0.0' });
    await changeVersion(app.core, actor, id, 'YANK', 'by id');
    expect(await stateOf(packageId, '2.0.0')).toEqual(['YANKED', 'by id']);
  });

  test('a hidden or withdrawn version is never the latest; its files stay', async () => {
    const packageId = await published('latest', '1.0.0', '2.0.0', '3.0.0');
    const latest = async () => [(await tagsOf(app.core, packageId))['latest'], (await reads().findOneByOrFail(PackageTable, { id: packageId })).description];
    expect(await latest()).toEqual(['3.0.0', 'of 3.0.0']);
    await change(packageId, '3.0.0', 'YANK');
    expect(await latest()).toEqual(['2.0.0', 'of 2.0.0']);
    await change(packageId, '2.0.0', 'HIDE');
    expect(await latest()).toEqual(['1.0.0', 'of 1.0.0']);
    for (const version of ['2.0.0', '3.0.0']) expect(await findStoredFile(app.core, packageId, version, `latest-${version}.tgz`)).toBeDefined();
    // Where no other is left the tag stays, until one comes.
    await change(packageId, '1.0.0', 'YANK');
    expect(await latest()).toEqual(['1.0.0', null]);
    await publishAs(app, { name: 'latest', version: '0.1.0', tags: ['old'], facts: { description: 'of 0.1.0' } });
    expect(await latest()).toEqual(['0.1.0', 'of 0.1.0']);
  });

  test('the default tag goes back with a version that it had to leave, and only then', async () => {
    const packageId = await published('back', '1.0.0', '2.0.0', '3.0.0');
    const latest = async () => (await tagsOf(app.core, packageId))['latest'];
    await change(packageId, '3.0.0', 'YANK');
    await change(packageId, '2.0.0', 'HIDE');
    await change(packageId, '1.0.0', 'DEPRECATE', 'old');
    expect(await latest()).toBe('1.0.0');
    await change(packageId, '2.0.0', 'UNHIDE');
    expect(await latest()).toBe('2.0.0');
    await change(packageId, '2.0.0', 'YANK');
    await change(packageId, '3.0.0', 'UNYANK');
    expect(await latest()).toBe('3.0.0');
    await change(packageId, '2.0.0', 'UNYANK');
    expect(await latest()).toBe('3.0.0');
    // A version that it never was at does not get it, be it the highest.
    await publishAs(app, { name: 'back', version: '4.0.0', tags: ['next'] });
    for (const to of ['YANK', 'UNYANK', 'HIDE', 'UNHIDE'] as const) await change(packageId, '4.0.0', to);
    expect(await latest()).toBe('3.0.0');
  });

  test('nor does it go back from where somebody put it meanwhile', async () => {
    const packageId = await published('put', '1.0.0', '2.0.0', '3.0.0');
    const latest = async () => (await tagsOf(app.core, packageId))['latest'];
    await change(packageId, '3.0.0', 'YANK');
    await setTag(app.core, await app.actor('developer'), { packageId, tag: 'latest', version: '2.0.0' });
    await change(packageId, '3.0.0', 'UNYANK');
    expect(await latest()).toBe('2.0.0');
    await change(packageId, '2.0.0', 'HIDE');
    expect(await latest()).toBe('3.0.0');
    await publishAs(app, { name: 'put', version: '1.1.0', tags: ['latest'] });
    await change(packageId, '2.0.0', 'UNHIDE');
    expect(await latest()).toBe('1.1.0');
  });

  test('nor to a version that is gone; one that is restored may have it again', async () => {
    const packageId = await published('gone', '1.0.0', '2.0.0', '3.0.0');
    const latest = async () => (await tagsOf(app.core, packageId))['latest'];
    const { id } = await reads().findOneByOrFail(VersionTable, { packageId, version: '3.0.0' });
    await change(packageId, '3.0.0', 'YANK');
    await deleteVersion(app.core, await app.actor('maintainer'), id);
    await change(packageId, '2.0.0', 'YANK');
    expect(await latest()).toBe('1.0.0');
    await restoreVersion(app.core, await app.actor('maintainer'), id);
    expect(await latest()).toBe('1.0.0');
    await change(packageId, '3.0.0', 'UNYANK');
    expect(await latest()).toBe('3.0.0');
  });

  test('all or none, and nothing by those who may not', async () => {
    const packageId = await published('none', '1.0.0', '2.0.0');
    const before = await everything();
    const refused = async (as: Person, to: StatusChange, reason = '', version = '2.0.0') => {
      const marks = [{ version: '1.0.0', change: 'YANK' as const }, { version, change: to, reason }];
      const thrown = await refusal(app.actor(as).then((actor) => setVersionStatus(app.core, actor, packageId, marks)));
      expect(await everything()).toEqual(before);
      return thrown;
    };
    for (const to of ['DEPRECATE', 'YANK', 'UNYANK', 'HIDE', 'UNHIDE'] as const) {
      expect([await refused('anonymous', to), await refused('outsider', to), await refused('reader', to)]).toEqual(['Unauthenticated', 'NotFound', 'Forbidden']);
    }
    expect(await refused('developer', 'YANK', '', '9.0.0')).toBe('NotFound');
    expect(await refused('developer', 'YANK', '', 'none')).toBe('InvalidVersion');
    expect(await refused('developer', 'YANK', 'x'.repeat(2001))).toBe('InvalidInput');
    await change(packageId, '2.0.0', 'YANK', 'x'.repeat(2000));
    expect((await stateOf(packageId, '2.0.0'))[0]).toBe('YANKED');
    const actor = await app.actor('developer');
    expect(await refusal(changeVersion(app.core, actor, 'ver_none', 'YANK'))).toBe('NotFound');
  });

  test('one version twice in one call', async () => {
    const packageId = await published('twice', '1.0.0');
    await deprecateVersions(app.core, await app.actor('developer'), packageId, [{ version: '1.0.0', message: 'a' }, { version: 'v1.0.0', message: '' }]);
    expect(await stateOf(packageId, '1.0.0')).toEqual(['PUBLISHED', null]);
  });
});
