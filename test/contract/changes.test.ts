import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventTable } from '../../src/db/tables/event.ts';
import { PackageTable, TagTable, VersionTable } from '../../src/db/tables/package.ts';
import { deprecateVersions } from '../../src/packages/status.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { deleteFile, deletePackage, deleteVersion, deleteVersions } from '../../src/packages/remove.ts';
import { removeTag, setTag } from '../../src/packages/tags.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, openRegistry, publishAs, refusal, sha256, tagsOf } from './registry.ts';

describe.for(databases)('changes of packages on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const revision = async (id: string) => (await reads().findOneByOrFail(PackageTable, { id })).revision;
  /** Publishes versions and returns the package's id. */
  const published = async (name: string, ...versions: string[]): Promise<string> => {
    let id = '';
    for (const version of versions) id = (await publishAs(app, { name, version, tags: [], facts: { description: `of ${version}`, keywords: [version] } })).package.id;
    return id;
  };
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = [await countEverything(app.core), await reads().find(PackageTable), await reads().find(TagTable)];
    const thrown = await refusal(work());
    expect([await countEverything(app.core), await reads().find(PackageTable), await reads().find(TagTable)]).toEqual(before);
    return thrown;
  };
  const lastEvent = async () => (await reads().find(EventTable, { order: { id: 'DESC' }, take: 1 }))[0];

  test('set a tag, move it, remove it', async () => {
    const actor = await app.actor('developer');
    const packageId = await published('tags', '1.0.0', '2.0.0');
    await setTag(app.core, actor, { packageId, tag: 'next', version: '1.0.0' });
    await setTag(app.core, actor, { packageId, tag: 'Next', version: '2.0.0' });
    await setTag(app.core, actor, { packageId, tag: 'next', version: 'v2.0.0' });
    expect(await tagsOf(app.core, packageId)).toEqual({ Next: '2.0.0', latest: '1.0.0', next: '2.0.0' });
    expect(await lastEvent()).toMatchObject({ type: 'TAG_SET', payload: { tag: 'next', version: '2.0.0' } });
    expect(await revision(packageId)).toBe(5);
    await removeTag(app.core, actor, packageId, 'next');
    expect(await tagsOf(app.core, packageId)).toEqual({ Next: '2.0.0', latest: '1.0.0' });
    expect([await revision(packageId), (await lastEvent())?.type]).toEqual([6, 'TAG_REMOVED']);
  });

  test.for<[string, Person, string, string]>([
    ['Unauthenticated', 'anonymous', 'next', '1.0.0'],
    ['NotFound', 'outsider', 'next', '1.0.0'],
    ['Forbidden', 'reader', 'next', '1.0.0'],
    ['InvalidName', 'developer', '2.0.0', '1.0.0'],
    ['InvalidName', 'developer', 'a/b', '1.0.0'],
    ['InvalidName', 'developer', 'x'.repeat(129), '1.0.0'],
    ['NotFound', 'developer', 'next', '9.9.9'],
    ['InvalidVersion', 'developer', 'next', 'no'],
  ])('%s refuses a tag (%s, %s, %s)', async ([error, as, tag, version]) => {
    const packageId = (await app.core.heads.list('npm', 'refuse-tag'))[0]?.id ?? (await published('refuse-tag', '1.0.0'));
    expect(await refused(async () => setTag(app.core, await app.actor(as), { packageId, tag, version }))).toBe(error);
  });

  test('refuses to remove the default tag, and one that is not there', async () => {
    const packageId = await published('untag', '1.0.0');
    const remove = (tag: string) => refused(async () => removeTag(app.core, await app.actor('developer'), packageId, tag));
    expect([await remove('latest'), await remove('no'), await remove('latest ')]).toEqual(['InvalidInput', 'NotFound', 'NotFound']);
  });

  test('deprecate and take it back', async () => {
    const actor = await app.actor('developer');
    const packageId = await published('dep', '1.0.0', '2.0.0', '3.0.0');
    const mark = (marks: { version: string; message: string }[]) => deprecateVersions(app.core, actor, packageId, marks);
    const states = async () => (await reads().find(VersionTable, { where: { packageId }, order: { sortKey: 'ASC' } })).map(({ status, statusReason }) => [status, statusReason]);
    await mark([{ version: '1.0.0', message: 'old ‘é’' }, { version: 'v2.0.0', message: 'old' }, { version: '3.0.0', message: '' }]);
    expect(await states()).toEqual([['DEPRECATED', 'old ‘é’'], ['DEPRECATED', 'old'], ['PUBLISHED', null]]);
    expect((await lastEvent())?.payload).toMatchObject({ versions: [{ version: '1.0.0', message: 'old ‘é’' }, { version: '2.0.0', message: 'old' }] });
    await mark([{ version: '1.0.0', message: '' }]);
    expect(await states()).toEqual([['PUBLISHED', null], ['DEPRECATED', 'old'], ['PUBLISHED', null]]);
    await mark([{ version: '2.0.0', message: 'x'.repeat(2000) }]);
    const over = refused(() => mark([{ version: '1.0.0', message: 'ok' }, { version: '2.0.0', message: 'x'.repeat(2001) }]));
    expect(await over).toBe('InvalidInput');
    expect(await refused(() => mark([{ version: '1.0.0', message: 'all or none' }, { version: '7.0.0', message: 'x' }]))).toBe('NotFound');
    expect((await states())[0]).toEqual(['PUBLISHED', null]);
    for (const [as, error] of [['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'Forbidden']] as const) {
      expect(await refused(async () => deprecateVersions(app.core, await app.actor(as), packageId, [{ version: '1.0.0', message: 'x' }]))).toBe(error);
    }
  });

  test('deleting a version takes it out of everything; it can come back, with the same content', async () => {
    const actor = await app.actor('maintainer');
    const packageId = await published('del', '1.0.0');
    const content = { 'del-2.0.0.tgz': 'two' };
    await publishAs(app, { name: 'del', version: '2.0.0', files: content });
    const version = await reads().findOneByOrFail(VersionTable, { packageId, version: '2.0.0' });
    await deleteVersion(app.core, actor, version.id);
    expect(await reads().findOneByOrFail(VersionTable, { id: version.id })).toMatchObject({ status: 'PUBLISHED', deletedAt: app.clock.now(), tombstone: version.id });
    expect(await findStoredFile(app.core, packageId, '2.0.0', 'del-2.0.0.tgz')).toBeUndefined();
    expect(await reads().findOneByOrFail(PackageTable, { id: packageId })).toMatchObject({ description: 'of 1.0.0', keywords: ['1.0.0'] });
    expect(await refused(() => deleteVersion(app.core, actor, version.id))).toBe('NotFound');
    expect(await refused(() => publishAs(app, { name: 'del', version: '2.0.0', files: { 'del-2.0.0.tgz': 'other' } }))).toBe('VersionExists');
    const again = await publishAs(app, { name: 'del', version: '2.0.0', files: content });
    expect([again.isNewVersion, again.version.id === version.id]).toEqual([true, false]);
  });

  test.for<[Person, string]>([['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'Forbidden'], ['developer', 'Forbidden']])('%s may delete nothing: %s', async ([as, error]) => {
    const name = `keep-${as}`;
    const { package: owner, version, fileIds } = await publishAs(app, { name });
    const actor = await app.actor(as);
    expect(await refused(() => deletePackage(app.core, actor, owner.id))).toBe(error);
    expect(await refused(() => deleteVersion(app.core, actor, version.id))).toBe(error);
    expect(await refused(() => deleteFile(app.core, actor, fileIds[0] ?? ''))).toBe(error);
    expect(await refused(() => deleteVersions(app.core, actor, owner.id, ['1.0.0']))).toBe(error);
  });

  test('versions are deleted all or none, and only at the revision that was seen', async () => {
    const actor = await app.actor('maintainer');
    const packageId = await published('many', '1.0.0', '2.0.0', '3.0.0');
    expect(await refused(() => deleteVersions(app.core, actor, packageId, ['1.0.0', '9.0.0']))).toBe('NotFound');
    expect(await refused(() => deleteVersions(app.core, actor, packageId, ['1.0.0'], { ifRevision: 2 }))).toBe('RevisionConflict');
    await deleteVersions(app.core, actor, packageId, ['1.0.0', '3.0.0'], { ifRevision: 3 });
    expect((await reads().findBy(VersionTable, { packageId, tombstone: '' })).map(({ version }) => version)).toEqual(['2.0.0']);
  });

  test('the default tag stays where it was put, and moves on when its version goes', async () => {
    const actor = await app.actor('maintainer');
    const packageId = await published('latest', '1.0.0', '3.0.0', '2.0.0', '4.0.0-rc.1');
    const latest = async () => (await tagsOf(app.core, packageId))['latest'];
    expect(await latest()).toBe('1.0.0');
    await deleteVersions(app.core, actor, packageId, ['1.0.0']);
    expect(await latest()).toBe('3.0.0');
    await deprecateVersions(app.core, actor, packageId, [{ version: '3.0.0', message: 'no' }]);
    expect(await latest()).toBe('3.0.0');
    await deleteVersions(app.core, actor, packageId, ['3.0.0', '2.0.0']);
    expect(await latest()).toBe('4.0.0-rc.1');
    await deleteVersions(app.core, actor, packageId, ['4.0.0-rc.1']);
    expect(await tagsOf(app.core, packageId)).toEqual({});
    expect((await reads().findOneByOrFail(PackageTable, { id: packageId })).deletedAt).toBe(app.clock.now());
  });

  test('a first pre-release gets the default tag', async () => {
    expect(await tagsOf(app.core, await published('pre', '1.0.0-a.1'))).toEqual({ latest: '1.0.0-a.1' });
  });

  test('versions sort as their format says', async () => {
    const ordered = ['0.0.0-0', '0.0.0', '0.0.9', '0.0.10', '1.0.0-1', '1.0.0-a', '1.0.0-a.1', '1.0.0-a.2', '1.0.0-a.10', '1.0.0-a.b', '1.0.0-b', '1.0.0', '1.9.0', '1.10.0', '2.0.0', '10.0.0', '9007199254740991.0.0'];
    const packageId = await published('order', ...[...ordered].reverse());
    const rows: { version: string }[] = await reads().query('SELECT version FROM version WHERE package_id = ? ORDER BY sort_key', [packageId]);
    expect(rows.map(({ version }) => version)).toEqual(ordered);
    const generic = ['1~a', '1', '1.0', '1.2', '1.2.0-rc.1', '1.2.0', '1.9b', '1.10', '2024-01-15', 'a', 'a10', 'b'];
    let genericId = '';
    for (const version of [...generic].reverse()) genericId = (await publishAs(app, { format: 'generic', name: 'order', version })).package.id;
    const found: { version: string }[] = await reads().query('SELECT version FROM version WHERE package_id = ? ORDER BY sort_key', [genericId]);
    const { sortKey } = app.core.formats.get('generic');
    expect(found.map(({ version }) => version)).toEqual([...generic].sort((a, b) => (sortKey(a, 0) < sortKey(b, 0) ? -1 : 1)));
  });

  test('without tags the default tag follows the latest version, with tags it stays', async () => {
    const publishVersion = (version: string, tags?: string[]) => publishAs(app, { name: 'follow', version, ...(tags ? { tags } : {}) });
    const { package: owner } = await publishVersion('1.0.0');
    await publishVersion('2.0.0');
    await publishVersion('1.1.0');
    await publishVersion('3.0.0-rc.1');
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '2.0.0' });
    await publishVersion('4.0.0', ['next']);
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '2.0.0', next: '4.0.0' });
  });

  test('deleting a file; with the last one the version and the package go', async () => {
    const actor = await app.actor('maintainer');
    const { package: owner, version, fileIds } = await publishAs(app, { format: 'generic', name: 'files', files: { a: 'aa', b: 'b' } });
    await deleteFile(app.core, actor, fileIds[0] ?? '');
    expect(await reads().findOneByOrFail(VersionTable, { id: version.id })).toMatchObject({ sizeBytes: 1, tombstone: '' });
    expect(await refused(() => deleteFile(app.core, actor, fileIds[0] ?? ''))).toBe('NotFound');
    await deleteFile(app.core, actor, fileIds[1] ?? '');
    expect(await reads().findOneByOrFail(VersionTable, { id: version.id })).toMatchObject({ status: 'PUBLISHED', sizeBytes: 1, tombstone: version.id });
    expect((await reads().findOneByOrFail(PackageTable, { id: owner.id })).deletedAt).not.toBeNull();
  });

  test('a deleted package keeps its name and comes back without its old versions', async () => {
    const actor = await app.actor('maintainer');
    await app.namespace('acme/other');
    const packageId = await published('revive', '1.0.0', '1.1.0');
    await deletePackage(app.core, actor, packageId);
    expect(await refused(() => deletePackage(app.core, actor, packageId))).toBe('NotFound');
    expect(await refused(() => setTag(app.core, actor, { packageId, tag: 'x', version: '1.0.0' }))).toBe('NotFound');
    expect(await refused(() => publishAs(app, { name: 'revive', namespace: 'acme/other' }))).toBe('NameOwnedElsewhere');
    const before = await revision(packageId);
    const back = await publishAs(app, { name: 'revive', version: '1.2.0', files: { 'revive-1.2.0.tgz': 'again' } });
    expect([back.package.id, back.package.deletedAt, back.isNewVersion]).toEqual([packageId, null, true]);
    expect(await reads().findOneByOrFail(PackageTable, { id: packageId })).toMatchObject({ deletedAt: null, revision: before + 1 });
    expect((await reads().findBy(VersionTable, { packageId, tombstone: '' })).map(({ version }) => version)).toEqual(['1.2.0']);
    expect((await findStoredFile(app.core, packageId, '1.2.0', 'revive-1.2.0.tgz'))?.sha256).toBe(sha256('again'));
    expect(await tagsOf(app.core, packageId)).toEqual({ latest: '1.2.0' });
  });

  test('changes of one package at once all happen', async () => {
    const actor = await app.actor('maintainer');
    const packageId = await published('busy', '1.0.0');
    await Promise.all([
      ...Array.from({ length: 8 }, (_, index) => setTag(app.core, actor, { packageId, tag: `t${index}`, version: '1.0.0' })),
      ...Array.from({ length: 8 }, (_, index) => publishAs(app, { name: 'busy', version: `1.0.${index + 1}` })),
      deprecateVersions(app.core, actor, packageId, [{ version: '1.0.0', message: 'x' }]),
    ]);
    expect(await revision(packageId)).toBe(18);
    expect(Object.keys(await tagsOf(app.core, packageId))).toHaveLength(9);
  });
});
