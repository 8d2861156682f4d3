import type { EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMs } from '../../src/days.ts';
import { FileTable } from '../../src/db/tables/file.ts';
import { PackageTable, TagTable, VersionTable } from '../../src/db/tables/package.ts';
import { purgeDeleted } from '../../src/blobs/purge.ts';
import { setPackageAccess } from '../../src/packages/access.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { deleteFile, deletePackage, deleteVersion, deleteVersions } from '../../src/packages/remove.ts';
import { restoreFile, restorePackage, restoreVersion } from '../../src/packages/restore.ts';
import { changeVersion, deprecateVersions } from '../../src/packages/status.ts';
import { removeTag, setTag } from '../../src/packages/tags.ts';
import type { TestApp } from '../support/app.ts';
import { databases, openRegistry, publishAs, refusal } from './registry.ts';
import { countUsage, storedUsage } from './usage.ts';

/** Only where others can write while a transaction is open: on SQLite they queue, and what is here cannot happen. */
const concurrent = databases.filter(({ name }) => name === 'MariaDB');

describe.for(concurrent)('what happens to a package between a look and its lock on $name', { timeout: 30_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const maintainer = () => app.actor('maintainer');
  const put = (name: string, version: string, content: string) => publishAs(app, { format: 'generic', name, version, files: { f: content } });

  /** Does the work; when its transaction is about to lock the package, something else happens first. */
  async function interleaved<T>(work: () => Promise<T>, meanwhile: () => Promise<unknown>): Promise<T> {
    const { database } = app.core;
    const tx = database.tx.bind(database);
    let happened: Promise<unknown> | undefined;
    database.tx = (inside) => tx((manager) => inside(watched(manager)));
    const watched = (manager: EntityManager): EntityManager =>
      new Proxy(manager, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property);
          if (property !== 'query') return typeof value === 'function' ? value.bind(target) : value;
          return async (sql: string, parameters: unknown[]) => {
            if (/^UPDATE package SET revision|^SELECT id FROM package WHERE id = \? FOR UPDATE/.test(sql) && happened === undefined) {
              database.tx = tx;
              await (happened = meanwhile());
            }
            return target.query(sql, parameters);
          };
        },
      });
    try {
      return await work();
    } finally {
      database.tx = tx;
      expect(happened).toBeDefined();
    }
  }

  /** What a refused piece of work says; asserts that it changed nothing of what the other did. */
  async function refused(work: () => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<string> {
    const state = async () => [await reads().find(PackageTable), await reads().find(VersionTable), await reads().find(FileTable), await reads().find(TagTable), await storedUsage(app.core)];
    let before: unknown;
    const said = await refusal(
      interleaved(work, async () => {
        await meanwhile();
        before = await state();
      }),
    );
    expect(await state()).toEqual(before);
    expect(await storedUsage(app.core)).toEqual(await countUsage(app.core));
    return said;
  }

  test('a file is not deleted from a version that just was', async () => {
    const actor = await maintainer();
    const { version, fileIds } = await put('file', '1', 'file 1');
    await put('file', '2', 'file 2');
    app.clock.advance(1);
    expect(await refused(() => deleteFile(app.core, actor, fileIds[0] ?? ''), () => deleteVersion(app.core, actor, version.id))).toBe('NotFound');
    await restoreVersion(app.core, actor, version.id);
    expect(await findStoredFile(app.core, version.packageId, '1', 'f')).toMatchObject({ id: fileIds[0] });
  });

  test('a version that has taken the number of another is not meant', async () => {
    const actor = await maintainer();
    for (const [index, work] of [
      (id: string) => deleteVersion(app.core, actor, id),
      (id: string) => changeVersion(app.core, actor, id, 'YANK'),
    ].entries()) {
      const { version } = await put(`number-${index}`, '1', 'one');
      const replace = async () => {
        await deleteVersion(app.core, actor, version.id);
        await put(`number-${index}`, '1', 'other');
      };
      expect(await refused(() => work(version.id), replace)).toBe('NotFound');
    }
  });

  test('nothing is deleted twice', async () => {
    const actor = await maintainer();
    const { version, package: owner, fileIds } = await put('twice', '1', 'twice');
    await put('twice', '2', 'twice 2');
    const remove = () => deleteVersion(app.core, actor, version.id);
    expect(await refused(remove, remove)).toBe('NotFound');
    await restoreVersion(app.core, actor, version.id);
    expect(await refused(() => deleteVersions(app.core, actor, owner.id, ['1']), remove)).toBe('NotFound');
    await restoreVersion(app.core, actor, version.id);
    const removeFile = () => deleteFile(app.core, actor, fileIds[0] ?? '');
    expect(await refused(removeFile, removeFile)).toBe('NotFound');
    const removeAll = () => deletePackage(app.core, actor, owner.id);
    expect(await refused(removeAll, removeAll)).toBe('NotFound');
    await restorePackage(app.core, actor, owner.id);
    expect(await refused(() => deletePackage(app.core, actor, owner.id, { ifRevision: 9999 }), () => put('twice', '3', 'twice 3'))).toBe('RevisionConflict');
  });

  test('a restricted package follows its new rights at once', async () => {
    const actor = await maintainer();
    const admin = await app.actor('admin');
    const { version, package: owner } = await publishAs(app, { name: 'restricted', tags: ['next'] });
    const restrict = () => setPackageAccess(app.core, admin, owner.id, { inheritsFromNamespace: false });
    for (const work of [
      () => deleteVersion(app.core, actor, version.id),
      () => deleteVersions(app.core, actor, owner.id, ['1.0.0']),
      () => deletePackage(app.core, actor, owner.id),
      () => changeVersion(app.core, actor, version.id, 'YANK'),
      () => deprecateVersions(app.core, actor, owner.id, [{ version: '1.0.0', message: 'old' }]),
      () => setTag(app.core, actor, { packageId: owner.id, tag: 'beta', version: '1.0.0' }),
      () => removeTag(app.core, actor, owner.id, 'next'),
    ]) {
      expect(await refused(work, restrict)).toBe('NotFound');
      await setPackageAccess(app.core, admin, owner.id, { inheritsFromNamespace: true });
    }
    await deletePackage(app.core, actor, owner.id);
    await app.core.database.tx((tx) => tx.query('UPDATE package SET is_restricted = 0 WHERE id = ?', [owner.id]));
    const hide = () => app.core.database.tx((tx) => tx.query('UPDATE package SET is_restricted = 1 WHERE id = ?', [owner.id]));
    expect(await refused(() => restorePackage(app.core, actor, owner.id), hide)).toBe('NotFound');
  });

  test('what is restored, purged or taken meanwhile is not restored', async () => {
    const actor = await maintainer();
    const deleted = async (name: string) => {
      const done = await publishAs(app, { format: 'generic', name, version: '1', files: { f: `${name} f`, g: `${name} g` } });
      await put(name, '2', `${name} 2`);
      return { ...done, fileId: done.fileIds[0] ?? '' };
    };
    const one = await deleted('restored');
    await deleteVersion(app.core, actor, one.version.id);
    const restore = () => restoreVersion(app.core, actor, one.version.id);
    expect(await refused(restore, restore)).toBe('NotRestorable');
    await deleteFile(app.core, actor, one.fileId);
    const bring = () => restoreFile(app.core, actor, one.fileId);
    expect(await refused(bring, bring)).toBe('NotRestorable');
    await deletePackage(app.core, actor, one.package.id);
    const all = () => restorePackage(app.core, actor, one.package.id);
    expect(await refused(all, all)).toBe('NotRestorable');

    const two = await deleted('purged');
    await deleteFile(app.core, actor, two.fileId);
    app.clock.advance(30 * dayMs - 1);
    const purge = () => purgeDeleted(app.core, app.clock.now(), 0);
    expect(await refused(() => restoreFile(app.core, actor, two.fileId), purge)).toBe('NotFound');
    await deleteVersion(app.core, actor, two.version.id);
    expect(await refused(() => restoreVersion(app.core, actor, two.version.id), purge)).toBe('NotFound');

    const three = await deleted('taken');
    await deleteVersion(app.core, actor, three.version.id);
    const publish = () => put('taken', '1', 'taken over');
    expect(await refused(() => restoreVersion(app.core, actor, three.version.id), publish)).toBe('NotRestorable');
    const four = await deleted('file-taken');
    await deleteFile(app.core, actor, four.fileId);
    expect(await refused(() => restoreFile(app.core, actor, four.fileId), () => put('file-taken', '1', 'another f'))).toBe('NotRestorable');
  });

  test('the purge leaves what was restored meanwhile', async () => {
    const actor = await maintainer();
    const { version, fileIds } = await publishAs(app, { format: 'generic', name: 'spared', version: '1', files: { f: 'spared f', g: 'spared g' } });
    await deleteFile(app.core, actor, fileIds[0] ?? '');
    app.clock.advance(1);
    const purge = () => purgeDeleted(app.core, app.clock.now(), 0);
    await interleaved(purge, () => restoreFile(app.core, actor, fileIds[0] ?? ''));
    expect(await reads().countBy(FileTable, { versionId: version.id, tombstone: '' })).toBe(2);
    await deleteVersion(app.core, actor, version.id);
    app.clock.advance(1);
    await interleaved(purge, () => restoreVersion(app.core, actor, version.id));
    expect(await reads().countBy(FileTable, { versionId: version.id, tombstone: '' })).toBe(2);
  });
});
