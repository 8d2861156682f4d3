import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventTable } from '../../src/db/tables/event.ts';
import { FileTable } from '../../src/db/tables/file.ts';
import { PackageTable, VersionTable } from '../../src/db/tables/package.ts';
import { purgeDeleted } from '../../src/blobs/purge.ts';
import { deleteFile, deleteVersion } from '../../src/packages/remove.ts';
import { restoreVersion } from '../../src/packages/restore.ts';
import { createProtectionRule } from '../../src/protection/manage.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { setTag } from '../../src/packages/tags.ts';
import type { FormatSetting, SettingValue } from '../../src/settings/definitions.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal, sha256, tagsOf, type TestPublish } from './registry.ts';
import { countUsage, storedUsage } from './usage.ts';

describe.for(databases)('duplicates on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  afterEach(async () => {
    if (missing === undefined) await unset();
  });

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const set = async (format: string, settings: Partial<Record<FormatSetting, SettingValue>>, path = 'acme') =>
    updateSettings(app.core, await app.actor('admin'), (await node(app.core, path)).id, {
      formats: [{ format: app.core.formats.get(format), settings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { value }])) }],
    });
  const unset = () => Promise.all(['npm', 'generic'].map((format) => set(format, { duplicates: null, duplicateExceptions: null, maxFileBytes: null })));
  /** Publishes one file with that content. */
  const npm = (name: string, content: string, more: TestPublish = {}) => publishAs(app, { name, files: { 'x.tgz': content }, ...more });
  const generic = (name: string, content: string, more: TestPublish = {}) => publishAs(app, { format: 'generic', name, files: { f: content }, ...more });
  const live = async (packageId: string, fileName = 'x.tgz') => (await findStoredFile(app.core, packageId, '1.0.0', fileName))?.sha256;
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = await countEverything(app.core);
    const thrown = await refusal(work());
    expect(await countEverything(app.core)).toEqual(before);
    return thrown;
  };
  const expectUsage = async () => expect(await storedUsage(app.core)).toEqual(await countUsage(app.core));

  test('as the formats have it: npm refuses, generic replaces', async () => {
    await npm('default', 'a');
    expect(await refused(() => npm('default', 'b'))).toBe('VersionExists');
    const { package: owner } = await generic('default', 'a');
    await generic('default', 'b');
    expect(await live(owner.id, 'f')).toBe(sha256('b'));
    await expectUsage();
  });

  test('refused or not, a version that its format calls mutable takes new files in place of old ones', async () => {
    const format = { ...app.core.formats.get('generic'), isMutable: (version: string) => version.endsWith('-dev') };
    const put = (version: string, content: string, more: TestPublish['input'] = {}) => generic('mutable', content, { version, input: { format, ...more } });
    await set('generic', { duplicates: 'REFUSED' });
    const { package: owner } = await put('1-dev', 'a');
    await put('1', 'a');
    app.clock.advance(60_000);
    const again = await put('1-dev', 'b', { build: { commit: 'b' } });
    // It counts as published when it was worked on last, in that build; any other is as old as it is.
    expect(await reads().findOneByOrFail(VersionTable, { id: again.version.id })).toMatchObject({ publishedAt: app.clock.now(), build: { commit: 'b' } });
    // By whom, too; and in no build where it was in none.
    const others = await generic('mutable', 'b', { as: 'owner', version: '1-dev', input: { format } });
    expect(await reads().findOneByOrFail(VersionTable, { id: others.version.id })).toMatchObject({ publishedById: (await app.actor('owner')).user?.id, build: null });
    expect((await generic('mutable', 'g', { version: '1', files: { g: 'g' }, input: { format } })).version.publishedAt).toBe(app.clock.now() - 60_000);
    expect(await refused(() => put('1', 'b'))).toBe('FileExists');
    expect((await findStoredFile(app.core, owner.id, '1-dev', 'f'))?.sha256).toBe(sha256('b'));
    // What was there before may come back, with whatever content.
    await deleteVersion(app.core, await app.actor('owner'), (await put('1-dev', 'c')).version.id);
    await put('1-dev', 'd');
    expect(await refused(() => put('1-dev', 'e', { createOnly: true }))).toBe('FileExists');
    const rule = { format: 'generic', publishRole: null, deleteRole: null, isImmutable: true };
    await createProtectionRule(app.core, await app.actor('admin'), owner.namespaceId, { ...rule, target: 'VERSION', namePattern: 'mutable', pattern: '*-dev' });
    expect(await refused(() => put('1-dev', 'f'))).toBe('Protected');
    await expectUsage();
  });

  test('npm, allowed: the old version gives way, stays restorable, and its tags go over', async () => {
    await set('npm', { duplicates: 'ALLOWED' });
    const first = await npm('give-way', 'old', { tags: ['latest', 'stable'] });
    await npm('give-way', 'other', { version: '2.0.0', tags: ['next'] });
    const revision = (await reads().findOneByOrFail(PackageTable, { id: first.package.id })).revision;
    app.clock.advance(1000);
    const second = await npm('give-way', 'new', { tags: ['fresh'] });
    expect(second).toMatchObject({ isNewVersion: true, package: { id: first.package.id } });
    expect([await live(first.package.id), await tagsOf(app.core, first.package.id)]).toEqual([sha256('new'), { fresh: '1.0.0', latest: '1.0.0', next: '2.0.0', stable: '1.0.0' }]);
    expect(await reads().findOneByOrFail(VersionTable, { id: first.version.id })).toMatchObject({ tombstone: first.version.id, deletedAt: app.clock.now() });
    expect((await reads().findOneByOrFail(PackageTable, { id: first.package.id })).revision).toBe(revision + 1);
    const events = await reads().find(EventTable, { where: { packageId: first.package.id, occurredAt: app.clock.now() }, order: { type: 'ASC' } });
    expect(events.map(({ type, versionId }) => [type, versionId])).toEqual([['PACKAGE_PUBLISHED', second.version.id], ['VERSION_DELETED', first.version.id]]);
    await expectUsage();

    const owner = await app.actor('owner');
    expect(await refused(() => restoreVersion(app.core, owner, first.version.id))).toBe('NotRestorable');
    app.clock.advance(1000);
    await deleteVersion(app.core, owner, second.version.id);
    await restoreVersion(app.core, owner, first.version.id);
    expect(await live(first.package.id)).toBe(sha256('old'));
    await expectUsage();
  });

  test('npm, allowed: the very same bytes leave the version as it is', async () => {
    await set('npm', { duplicates: 'ALLOWED' });
    const first = await npm('same', 'bytes');
    const again = await npm('same', 'bytes', { tags: ['next'] });
    expect(again).toMatchObject({ isNewVersion: false, version: { id: first.version.id }, fileIds: first.fileIds });
    expect(await tagsOf(app.core, first.package.id)).toEqual({ latest: '1.0.0', next: '1.0.0' });
    expect(await reads().countBy(VersionTable, { packageId: first.package.id })).toBe(1);
    await expectUsage();
  });

  test('npm, allowed: another file name or one more file is another version', async () => {
    await set('npm', { duplicates: 'ALLOWED' });
    const first = await npm('files', 'bytes');
    const second = await npm('files', '', { files: { 'x.tgz': 'bytes', 'y.tgz': 'more' } });
    const third = await npm('files', '', { files: { 'z.tgz': 'bytes' } });
    expect(new Set([first, second, third].map(({ version }) => version.id)).size).toBe(3);
    await expectUsage();
  });

  test('a failure on the way leaves the old version in place', async () => {
    await set('npm', { duplicates: 'ALLOWED' });
    const { package: owner } = await npm('failing', 'old', { tags: ['latest', 'stable'] });
    expect(await refused(() => npm('failing', 'new', { input: { also: async () => Promise.reject(new Error('no')) } }))).toBe('Error');
    expect([await live(owner.id), await tagsOf(app.core, owner.id)]).toEqual([sha256('old'), { latest: '1.0.0', stable: '1.0.0' }]);
  });

  test('rules still protect an immutable version, and one that an immutable tag points at', async () => {
    await set('npm', { duplicates: 'ALLOWED' });
    const actor = await app.actor('owner');
    const acme = await node(app.core, 'acme');
    const rule = { format: 'npm', publishRole: null, deleteRole: null, isImmutable: true } as const;
    await createProtectionRule(app.core, actor, acme.id, { ...rule, target: 'VERSION', namePattern: 'guarded', pattern: '1.*' });
    await createProtectionRule(app.core, actor, acme.id, { ...rule, target: 'TAG', namePattern: 'tagged', pattern: 'stable' });
    await npm('guarded', 'old');
    const { package: tagged } = await npm('tagged', 'old');
    await setTag(app.core, await app.actor('developer'), { packageId: tagged.id, tag: 'stable', version: '1.0.0' });
    expect([await refused(() => npm('guarded', 'new')), await refused(() => npm('tagged', 'new'))]).toEqual(['Protected', 'Protected']);
  });

  test('exceptions turn the rule around for whole names', async () => {
    await set('npm', { duplicateExceptions: '@acme/dev-.*|snapshot' });
    for (const name of ['@acme/dev-x', 'snapshot']) {
      await npm(name, 'a');
      expect(await refusal(npm(name, 'b'))).toBe('nothing');
    }
    for (const name of ['@acme/dev', 'snapshots', 'x-snapshot']) {
      await npm(name, 'a');
      expect(await refused(() => npm(name, 'b'))).toBe('VersionExists');
    }
    await set('npm', { duplicates: 'ALLOWED' });
    expect([await refused(() => npm('snapshot', 'c')), await refusal(npm('snapshots', 'c'))]).toEqual(['VersionExists', 'nothing']);
    await set('npm', { duplicateExceptions: '' }, 'acme/widgets');
    expect(await refusal(npm('snapshot', 'c'))).toBe('nothing');
    await set('npm', { duplicateExceptions: null }, 'acme/widgets');
  });

  test('generic, refused: a file stays, others may join', async () => {
    await set('generic', { duplicates: 'REFUSED' });
    const { package: owner } = await generic('kept', 'a');
    expect([await refused(() => generic('kept', 'b')), await refused(() => generic('kept', 'a'))]).toEqual(['FileExists', 'FileExists']);
    expect(await refusal(generic('kept', '', { files: { g: 'b' } }))).toBe('nothing');
    expect(await live(owner.id, 'f')).toBe(sha256('a'));
    await expectUsage();
  });

  test('npm, refused: what was deleted comes back with the same bytes only, until it is purged', async () => {
    const owner = await app.actor('owner');
    const first = await npm('reuse', 'a');
    await deleteVersion(app.core, owner, first.version.id);
    expect(await refused(() => npm('reuse', 'b'))).toBe('VersionExists');
    const second = await npm('reuse', 'a');
    await deleteVersion(app.core, owner, second.version.id);
    await set('npm', { duplicates: 'ALLOWED' });
    const third = await npm('reuse', 'b');
    await unset();
    await deleteVersion(app.core, owner, third.version.id);
    // Both were there, and nothing else.
    expect(await refused(() => npm('reuse', 'c'))).toBe('VersionExists');
    const fourth = await npm('reuse', 'b');
    await deleteVersion(app.core, owner, fourth.version.id);
    app.clock.advance(31 * 24 * 60 * 60 * 1000);
    await purgeDeleted(app.core, app.clock.now());
    expect(await refusal(npm('reuse', 'c'))).toBe('nothing');
    const pair = (name: string, y: string) => npm(name, '', { files: { 'x.tgz': 'x', 'y.tgz': y } });
    const both = await pair('reuse-pair', 'y');
    await deleteVersion(app.core, owner, both.version.id);
    expect([await refused(() => pair('reuse-pair', 'z')), await refused(() => npm('reuse-pair', 'x')), await refusal(pair('reuse-pair', 'y'))]).toEqual(['VersionExists', 'VersionExists', 'nothing']);
    await expectUsage();
  });

  test('generic, refused: the same for files, and for those of a deleted version', async () => {
    const owner = await app.actor('owner');
    await set('generic', { duplicates: 'REFUSED' });
    const first = await generic('again', '', { files: { f: 'a', g: 'b' } });
    await deleteFile(app.core, owner, first.fileIds[0] ?? '');
    expect(await refused(() => generic('again', 'other'))).toBe('FileExists');
    expect(await refusal(generic('again', 'a'))).toBe('nothing');
    await deleteVersion(app.core, owner, first.version.id);
    expect(await refused(() => generic('again', '', { files: { g: 'other' } }))).toBe('FileExists');
    expect(await refusal(generic('again', '', { files: { g: 'b', h: 'new' } }))).toBe('nothing');
    await unset();
    expect(await refusal(generic('again', '', { files: { f: 'other' } }))).toBe('nothing');
    await expectUsage();
  });

  test('a file may be as large as the setting says, and one byte more is too large', async () => {
    await set('generic', { maxFileBytes: 10 });
    expect(await refused(() => generic('size', 'x'.repeat(11)))).toBe('FileTooLarge');
    await expect(generic('size', 'x'.repeat(11))).rejects.toMatchObject({ limitBytes: 10 });
    const { fileIds } = await generic('size', 'x'.repeat(10));
    expect(await reads().findOneByOrFail(FileTable, { id: fileIds[0] ?? '' })).toMatchObject({ sizeBytes: 10 });
    await unset();
    expect(await refusal(generic('size', 'x'.repeat(11)))).toBe('nothing');
  });

  test('twenty publishes of one version, allowed: one is live, the others stay restorable, its tags point at it', async () => {
    await set('npm', { duplicates: 'ALLOWED' });
    const published = await Promise.all(Array.from({ length: 20 }, (_, index) => npm('raced', `content ${index}`, { tags: ['latest', 'stable'] })));
    const packageId = published[0]?.package.id ?? '';
    expect(await reads().countBy(VersionTable, { packageId })).toBe(20);
    expect(await reads().countBy(VersionTable, { packageId, tombstone: '' })).toBe(1);
    expect(await tagsOf(app.core, packageId)).toEqual({ latest: '1.0.0', stable: '1.0.0' });
    await expectUsage();
  });
});
