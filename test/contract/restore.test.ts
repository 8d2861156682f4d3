import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMs } from '../../src/days.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { FileTable } from '../../src/db/tables/file.ts';
import { NamespaceTable } from '../../src/db/tables/namespace.ts';
import { PackageTable, TagTable, VersionTable } from '../../src/db/tables/package.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { deleteFile, deletePackage, deleteVersion, deleteVersions } from '../../src/packages/remove.ts';
import { restoreFile, restorePackage, restoreVersion } from '../../src/packages/restore.ts';
import { changeVersion } from '../../src/packages/status.ts';
import { setTag } from '../../src/packages/tags.ts';
import { createProtectionRule } from '../../src/protection/manage.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal, tagsOf, type TestPublish } from './registry.ts';

describe.for(databases)('restoring on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const maintainer = () => app.actor('maintainer');
  const publish = (name: string, version: string, more: TestPublish = {}) => publishAs(app, { name, version, files: { [`${name}-${version}.tgz`]: `${name} ${version}` }, facts: { description: `of ${version}` }, ...more });
  const contentOf = async (packageId: string, version: string, fileName: string) => {
    const file = await findStoredFile(app.core, packageId, version, fileName);
    return file && text(await app.core.store.read(file.objectKey));
  };
  const liveVersions = async (packageId: string) => (await reads().find(VersionTable, { where: { packageId, tombstone: '' }, order: { sortKey: 'ASC' } })).map(({ version }) => version);
  const usage = async () => (await reads().query("SELECT u.size_bytes, u.packages, u.versions, u.files FROM namespace_usage u JOIN namespace n ON n.id = u.namespace_id WHERE n.path = 'acme/widgets'"))[0];
  const lastEvent = async () => (await reads().find(EventTable, { order: { id: 'DESC' }, take: 1 }))[0];
  const everything = async () => [await countEverything(app.core), await reads().find(PackageTable), await reads().find(VersionTable), await reads().find(FileTable), await reads().find(TagTable), await usage()];
  /** What a refused restore says; nothing may have changed. */
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = await everything();
    const thrown = await work().then(
      () => 'nothing',
      (error: unknown) => `${(error as Error).constructor.name}: ${(error as Error).message}`,
    );
    expect(await everything()).toEqual(before);
    return thrown;
  };

  test('a version comes back as it was: id, bytes, status, tags, usage', async () => {
    const actor = await maintainer();
    const { package: owner } = await publish('back', '1.0.0');
    const { version, fileIds } = await publish('back', '2.0.0');
    await setTag(app.core, actor, { packageId: owner.id, tag: 'beta', version: '2.0.0' });
    await setTag(app.core, actor, { packageId: owner.id, tag: 'moved', version: '2.0.0' });
    const before = [await usage(), (await reads().findOneByOrFail(VersionTable, { id: version.id })).sizeBytes];
    app.clock.advance(1000);
    await deleteVersion(app.core, actor, version.id);
    expect(await contentOf(owner.id, '2.0.0', 'back-2.0.0.tgz')).toBeUndefined();
    app.clock.advance(1000);
    await setTag(app.core, actor, { packageId: owner.id, tag: 'moved', version: '1.0.0' });
    const revision = (await reads().findOneByOrFail(PackageTable, { id: owner.id })).revision;
    const restored = await restoreVersion(app.core, actor, version.id);
    expect(restored).toMatchObject({ id: version.id, status: 'PUBLISHED', tombstone: '', deletedAt: null, publishedAt: version.publishedAt });
    expect(await contentOf(owner.id, '2.0.0', 'back-2.0.0.tgz')).toBe('back 2.0.0');
    expect((await findStoredFile(app.core, owner.id, '2.0.0', 'back-2.0.0.tgz'))?.id).toBe(fileIds[0]);
    // What somebody set since stays where it was set; what moved on by itself comes back.
    expect(await tagsOf(app.core, owner.id)).toEqual({ beta: '2.0.0', latest: '2.0.0', moved: '1.0.0' });
    expect([await usage(), restored.sizeBytes]).toEqual(before);
    expect(await reads().findOneByOrFail(PackageTable, { id: owner.id })).toMatchObject({ description: 'of 2.0.0', revision: revision + 1 });
    expect(await lastEvent()).toMatchObject({ type: 'VERSION_RESTORED', versionId: version.id, payload: { name: 'back', version: '2.0.0' } });
  });

  test('the status stays what it was; DELETED of earlier releases counts as PUBLISHED', async () => {
    const actor = await maintainer();
    await publish('status', '1.0.0');
    const { version } = await publish('status', '2.0.0');
    await changeVersion(app.core, actor, version.id, 'YANK', 'leaks');
    await deleteVersion(app.core, actor, version.id);
    expect(await restoreVersion(app.core, actor, version.id)).toMatchObject({ status: 'YANKED', statusReason: 'leaks' });
    expect((await tagsOf(app.core, version.packageId))['latest']).toBe('1.0.0');
    await deleteVersion(app.core, actor, version.id);
    await app.core.database.tx((tx) => tx.update(VersionTable, { id: version.id }, { status: 'DELETED', statusReason: null }));
    expect(await restoreVersion(app.core, actor, version.id)).toMatchObject({ status: 'PUBLISHED', statusReason: null });
  });

  test('the default tag comes back only where nobody set it since', async () => {
    const actor = await maintainer();
    const { package: owner } = await publish('tagged', '1.0.0');
    const { version } = await publish('tagged', '2.0.0', { tags: ['next'] });
    await deleteVersion(app.core, actor, version.id);
    await restoreVersion(app.core, actor, version.id);
    expect(await tagsOf(app.core, owner.id)).toEqual({ latest: '1.0.0', next: '2.0.0' });
    const third = await publish('tagged', '3.0.0');
    app.clock.advance(1000);
    await deleteVersion(app.core, actor, third.version.id);
    app.clock.advance(1000);
    await setTag(app.core, actor, { packageId: owner.id, tag: 'latest', version: '1.0.0' });
    await restoreVersion(app.core, actor, third.version.id);
    expect((await tagsOf(app.core, owner.id))['latest']).toBe('1.0.0');
  });

  test('refuses in words what has been published again, is not deleted, or is over', async () => {
    const actor = await maintainer();
    const { version, package: owner } = await publish('again', '1.0.0');
    const restore = () => refused(() => restoreVersion(app.core, actor, version.id));
    expect(await restore()).toBe('NotRestorable: again@1.0.0 is not deleted.');
    await deleteVersion(app.core, actor, version.id);
    const second = await publish('again', '1.0.0');
    expect(await restore()).toBe('NotRestorable: again@1.0.0 was published again meanwhile; delete that one first to have this one back.');
    expect(await refused(() => restorePackage(app.core, actor, owner.id))).toBe('NotRestorable: again is not deleted.');
    await deleteVersion(app.core, actor, second.version.id);
    app.clock.advance(30 * dayMs - 1);
    await restoreVersion(app.core, actor, version.id);
    await deleteVersion(app.core, actor, version.id);
    app.clock.advance(30 * dayMs);
    const over = 'was deleted 30 days ago and is gone for good; what is deleted here is kept for 30 days.';
    expect(await restore()).toBe(`NotRestorable: again@1.0.0 ${over}`);
    expect(await refused(() => restorePackage(app.core, actor, owner.id))).toBe(`NotRestorable: again ${over}`);
    expect(await refusal(restoreVersion(app.core, actor, 'ver_none'))).toBe('NotFound');
  });

  test('how long is a matter of the namespace', async () => {
    const actor = await app.actor('admin');
    const shorter = await app.namespace('acme/shorter');
    await app.core.database.tx((tx) => tx.update(NamespaceTable, { id: shorter.id }, { retentionDays: 2 }));
    const { version } = await publish('short', '1.0.0', { namespace: 'acme/shorter' });
    await deleteVersion(app.core, actor, version.id);
    app.clock.advance(2 * dayMs - 1);
    await restoreVersion(app.core, actor, version.id);
    await deleteVersion(app.core, actor, version.id);
    app.clock.advance(2 * dayMs);
    expect(await refused(() => restoreVersion(app.core, actor, version.id))).toContain('kept for 2 days');
  });

  test('a version without any file left does not come back', async () => {
    const actor = await maintainer();
    const { version, package: owner } = await publish('bare', '1.0.0');
    await deleteVersion(app.core, actor, version.id);
    await app.core.database.tx((tx) => tx.query('DELETE FROM file WHERE version_id = ?', [version.id]));
    expect(await refused(() => restoreVersion(app.core, actor, version.id))).toBe('NotRestorable: Its files are gone for good.');
    expect(await refused(() => restorePackage(app.core, actor, owner.id))).toBe('NotRestorable: Of bare nothing is left that could be restored.');
  });

  test('a package comes back with what was deleted with it, and no more', async () => {
    const actor = await maintainer();
    const { package: owner, version: first } = await publish('whole', '1.0.0');
    await publish('whole', '2.0.0', { tags: ['next'] });
    await publish('whole', '3.0.0', { tags: ['old'] });
    await publish('whole', '1.5.0', { tags: [] });
    await changeVersion(app.core, actor, (await reads().findOneByOrFail(VersionTable, { packageId: owner.id, version: '3.0.0' })).id, 'HIDE');
    await deleteVersion(app.core, actor, (await reads().findOneByOrFail(VersionTable, { packageId: owner.id, version: '1.5.0' })).id);
    app.clock.advance(1000);
    const before = [await usage(), await tagsOf(app.core, owner.id), await reads().find(VersionTable, { where: { packageId: owner.id }, order: { id: 'ASC' } })];
    await deletePackage(app.core, actor, owner.id);
    expect(await reads().findOneByOrFail(VersionTable, { id: first.id })).toMatchObject({ tombstone: first.id, deletedAt: app.clock.now() });
    app.clock.advance(1000);
    const restored = await restorePackage(app.core, actor, owner.id);
    expect(restored).toMatchObject({ id: owner.id, deletedAt: null, description: 'of 2.0.0' });
    expect([await usage(), await tagsOf(app.core, owner.id), await reads().find(VersionTable, { where: { packageId: owner.id }, order: { id: 'ASC' } })]).toEqual(before);
    expect(await contentOf(owner.id, '3.0.0', 'whole-3.0.0.tgz')).toBe('whole 3.0.0');
    expect(await lastEvent()).toMatchObject({ type: 'PACKAGE_RESTORED', packageId: owner.id, payload: { name: 'whole', versions: ['1.0.0', '2.0.0', '3.0.0'] } });
  });

  test('of two deleted versions of one number the later comes back with the package', async () => {
    const actor = await maintainer();
    const { package: owner, version: first } = await publish('double', '1.0.0');
    await deleteVersion(app.core, actor, first.id);
    const { version: second } = await publish('double', '1.0.0');
    await deletePackage(app.core, actor, owner.id);
    await restorePackage(app.core, actor, owner.id);
    expect((await reads().findBy(VersionTable, { packageId: owner.id, tombstone: '' })).map(({ id }) => id)).toEqual([second.id]);
  });

  test('a version brings its package back, alone', async () => {
    const actor = await maintainer();
    const { package: owner, version } = await publish('lone', '1.0.0');
    await publish('lone', '2.0.0');
    await deletePackage(app.core, actor, owner.id);
    await restoreVersion(app.core, actor, version.id);
    expect((await reads().findOneByOrFail(PackageTable, { id: owner.id })).deletedAt).toBeNull();
    expect([await liveVersions(owner.id), await tagsOf(app.core, owner.id)]).toEqual([['1.0.0'], { latest: '1.0.0' }]);
    const last = await publish('last', '1.0.0');
    await deleteVersion(app.core, actor, last.version.id);
    expect((await reads().findOneByOrFail(PackageTable, { id: last.package.id })).deletedAt).not.toBeNull();
    await restorePackage(app.core, actor, last.package.id);
    expect(await liveVersions(last.package.id)).toEqual(['1.0.0']);
  });

  test('files: deleted, replaced, the last of a version', async () => {
    const actor = await maintainer();
    const put = (files: Record<string, string>) => publishAs(app, { format: 'generic', name: 'files', version: '1', files });
    const { package: owner, version, fileIds } = await put({ a: 'first a', b: 'b' });
    const [a = '', b = ''] = fileIds;
    const content = (name: string) => contentOf(owner.id, '1', name);
    const before = await usage();
    await deleteFile(app.core, actor, a);
    expect(await refused(() => restoreFile(app.core, actor, b))).toBe('NotRestorable: b is not deleted.');
    expect(await restoreFile(app.core, actor, a)).toMatchObject({ id: a, tombstone: '', deletedAt: null });
    expect([await content('a'), await usage(), (await reads().findOneByOrFail(VersionTable, { id: version.id })).sizeBytes]).toEqual(['first a', before, 8]);
    expect(await lastEvent()).toMatchObject({ type: 'FILE_RESTORED', versionId: version.id, payload: { version: '1', file: 'a' } });

    const { fileIds: replacing } = await put({ a: 'second a' });
    expect(await refused(() => restoreFile(app.core, actor, a))).toBe('NotRestorable: Another a has taken its place; delete that one first to have this one back.');
    await deleteFile(app.core, actor, replacing[0] ?? '');
    await restoreFile(app.core, actor, a);
    expect(await content('a')).toBe('first a');

    app.clock.advance(1);
    await deleteFile(app.core, actor, a);
    app.clock.advance(1);
    await deleteFile(app.core, actor, b);
    expect((await reads().findOneByOrFail(PackageTable, { id: owner.id })).deletedAt).not.toBeNull();
    await restoreFile(app.core, actor, a);
    expect([await content('a'), await content('b'), (await reads().findOneByOrFail(PackageTable, { id: owner.id })).deletedAt]).toEqual(['first a', undefined, null]);
    await deleteVersion(app.core, actor, version.id);
    expect(await refused(() => restoreFile(app.core, actor, b))).toBe('NotRestorable: Its version 1 was deleted as well; restore that first.');
    await restoreVersion(app.core, actor, version.id);
    expect([await content('a'), await content('b')]).toEqual(['first a', undefined]);
    expect(await refusal(restoreFile(app.core, actor, 'fil_none'))).toBe('NotFound');
  });

  test.for(['version', 'package'] as const)('a version that went with its last file comes back with it, and not with those before, by its %s', async (by) => {
    const actor = await maintainer();
    const { package: owner, version, fileIds } = await publishAs(app, { format: 'generic', name: `whole-${by}`, version: '1', files: { f: 'only', g: 'before' } });
    await deleteFile(app.core, actor, fileIds[1] ?? '');
    const before = await usage();
    app.clock.advance(1);
    await deleteFile(app.core, actor, fileIds[0] ?? '');
    const sizeBytes = async () => (await reads().findOneByOrFail(VersionTable, { id: version.id })).sizeBytes;
    // What its restoring would bring back.
    expect(await sizeBytes()).toBe('only'.length);
    await (by === 'version' ? restoreVersion(app.core, actor, version.id) : restorePackage(app.core, actor, owner.id));
    expect([await contentOf(owner.id, '1', 'f'), await contentOf(owner.id, '1', 'g'), await usage(), await sizeBytes()]).toEqual(['only', undefined, before, 'only'.length]);
  });

  test('only for those who may delete, and to the letter the same where nothing may be known', async () => {
    const actor = await maintainer();
    const { package: owner, version } = await publish('rights', '1.0.0');
    const { fileIds, package: files } = await publishAs(app, { format: 'generic', name: 'rights', version: '1', files: { f: 'f', g: 'g' } });
    await deleteFile(app.core, actor, fileIds[0] ?? '');
    await deletePackage(app.core, actor, owner.id);
    for (const [as, words] of [['anonymous', 'Unauthenticated'], ['outsider', 'NotFound'], ['reader', 'Forbidden'], ['developer', 'Forbidden']] as [Person, string][]) {
      const person = await app.actor(as);
      for (const [work, ofNothing] of [
        [() => restorePackage(app.core, person, owner.id), () => restorePackage(app.core, person, 'pkg_none')],
        [() => restoreVersion(app.core, person, version.id), () => restoreVersion(app.core, person, 'ver_none')],
        [() => restoreFile(app.core, person, fileIds[0] ?? ''), () => restoreFile(app.core, person, 'fil_none')],
      ] as const) {
        const said = await refused(work);
        expect(said).toMatch(new RegExp(`^${words}: `));
        if (words !== 'Forbidden') expect(said).toBe(await refused(ofNothing));
      }
    }
    // A restricted package follows its own rights: a maintainer of the namespace has none on it.
    await app.core.database.tx((tx) => tx.query('UPDATE package SET is_restricted = 1 WHERE id IN (?, ?)', [owner.id, files.id]));
    expect(await refused(() => restorePackage(app.core, actor, owner.id))).toMatch(/^NotFound: /);
    const owning = await app.actor('owner');
    await restorePackage(app.core, owning, owner.id);
    await restoreFile(app.core, owning, fileIds[0] ?? '');
  });

  test('a quota refuses what no longer fits', async () => {
    const admin = await app.actor('admin');
    const { id: namespaceId } = await app.namespace('acme/tight');
    const put = (version: string) => publish('tight', version, { namespace: 'acme/tight', as: 'admin', files: { f: randomBytes(100) } });
    const { version } = await put('1.0.0');
    await deleteVersions(app.core, admin, version.packageId, ['1.0.0']);
    await put('2.0.0');
    await updateSettings(app.core, admin, namespaceId, { node: { quotaVersions: { value: 1 } } });
    expect(await refused(() => restoreVersion(app.core, admin, version.id))).toMatch(/^QuotaExceeded: /);
    await updateSettings(app.core, admin, namespaceId, { node: { quotaVersions: { value: 2 }, quotaBytes: { value: 199 } } });
    expect(await refused(() => restoreVersion(app.core, admin, version.id))).toMatch(/^QuotaExceeded: /);
    await updateSettings(app.core, admin, namespaceId, { node: { quotaBytes: { value: 200 } } });
    await restoreVersion(app.core, admin, version.id);
    expect(await liveVersions(version.packageId)).toEqual(['1.0.0', '2.0.0']);
  });

  test('a protection rule refuses it like a publish', async () => {
    const actor = await maintainer();
    const { version } = await publish('guarded', '1.0.0');
    await deleteVersion(app.core, actor, version.id);
    const terms = { target: 'PACKAGE', format: null, namePattern: 'guarded', pattern: null, publishRole: 'OWNER', deleteRole: null, isImmutable: false } as const;
    await createProtectionRule(app.core, await app.actor('owner'), (await node(app.core, 'acme/widgets')).id, terms);
    expect(await refused(() => restoreVersion(app.core, actor, version.id))).toMatch(/^Protected: /);
    await restoreVersion(app.core, await app.actor('owner'), version.id);
  });

  test('a restore beside a publish of the same number: one of them wins', async () => {
    const actor = await maintainer();
    for (let round = 0; round < 10; round++) {
      const name = `race-${round}`;
      const { version, package: owner } = await publish(name, '1.0.0');
      await deleteVersion(app.core, actor, version.id);
      const said = await Promise.all([refusal(restoreVersion(app.core, actor, version.id)), refusal(publish(name, '1.0.0')), refusal(restoreVersion(app.core, actor, version.id))]);
      expect(said.filter((one) => one === 'nothing')).toHaveLength(1);
      expect(said.filter((one) => one === 'NotRestorable' || one === 'VersionExists')).toHaveLength(2);
      expect(await reads().countBy(VersionTable, { packageId: owner.id, tombstone: '' })).toBe(1);
    }
  }, 60_000);
});
