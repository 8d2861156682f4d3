import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purgeDeleted } from '../../src/blobs/purge.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import { dayMs } from '../../src/days.ts';
import { PackageGrantTable } from '../../src/db/tables/access.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { BlobTable, FileTable } from '../../src/db/tables/file.ts';
import { NamespaceTable } from '../../src/db/tables/namespace.ts';
import { PackageTable, VersionTable } from '../../src/db/tables/package.ts';
import { deleteNamespace } from '../../src/namespaces/manage.ts';
import { DownloadDayTable } from '../../src/db/tables/usage.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { deleteFile, deletePackage, deleteVersion, deleteVersions } from '../../src/packages/remove.ts';
import { restorePackage, restoreVersion } from '../../src/packages/restore.ts';
import { stopBackground, type TestApp } from '../support/app.ts';
import { countEverything, leftovers } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal, sha256 } from './registry.ts';

/** Of content that nothing names any more. */
const graceMs = 60 * 60 * 1000;

describe.for(databases)('the purge on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await stopBackground(app);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const admin = () => app.actor('admin');
  const put = (name: string, version: string, content: string, namespace = 'acme/widgets') =>
    publishAs(app, { as: 'admin', format: 'generic', name, version, namespace, files: { f: content } });
  const contentOf = async (packageId: string, version: string) => {
    const file = await findStoredFile(app.core, packageId, version, 'f');
    return file && text(await app.core.store.read(file.objectKey));
  };
  const hasBlob = (content: string) => reads().existsBy(BlobTable, { sha256: sha256(content) });

  test('keeps what is deleted as long as its namespace says', async () => {
    const short = await app.namespace('acme/short');
    await app.core.database.tx((tx) => tx.update(NamespaceTable, { id: short.id }, { retentionDays: 1 }));
    const one = await put('kept', '1', 'for a day', 'acme/short');
    const other = await put('long', '1', 'for thirty days');
    for (const { version } of [one, other]) await deleteVersion(app.core, await admin(), version.id);
    app.clock.advance(dayMs - 1);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 0 });
    app.clock.advance(1);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 1, removedBlobs: 0 });
    app.clock.advance(graceMs);
    expect(await sweep(app.core)).toMatchObject({ removedBlobs: 1, removedObjects: 1 });
    expect([await hasBlob('for a day'), await hasBlob('for thirty days')]).toEqual([false, true]);
    expect(await refusal(restoreVersion(app.core, await admin(), one.version.id))).toBe('NotFound');
    expect(await refusal(restorePackage(app.core, await admin(), one.package.id))).toBe('NotRestorable');
    app.clock.advance(29 * dayMs - graceMs - 1);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 0 });
    app.clock.advance(1);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 1, removedBlobs: 0 });
    app.clock.advance(graceMs);
    expect(await sweep(app.core)).toMatchObject({ removedBlobs: 1 });
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('the package stays as a tombstone, and an event tells what went', async () => {
    await app.namespace('acme/thief');
    const { package: owner, fileIds } = await publishAs(app, { format: 'generic', name: 'tomb', version: '1', files: { f: 'tomb f', g: 'tomb g' } });
    await put('tomb', '2', 'tomb 2');
    await put('tomb', '3', 'tomb 3');
    await deleteFile(app.core, await admin(), fileIds[0] ?? '');
    await deleteVersions(app.core, await admin(), owner.id, ['2', '3']);
    app.clock.advance(30 * dayMs);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 2, purgedFiles: 1 });
    const events = await reads().find(EventTable, { where: { type: 'PURGED', packageId: owner.id }, order: { id: 'ASC' } });
    expect(events.map(({ payload, actorId, occurredAt }) => [payload, actorId, occurredAt])).toEqual([
      [{ format: 'generic', name: 'tomb', versions: ['2', '3'] }, null, app.clock.now()],
      [{ format: 'generic', name: 'tomb', files: [{ version: '1', file: 'f' }] }, null, app.clock.now()],
    ]);
    app.clock.advance(graceMs);
    expect(await sweep(app.core)).toMatchObject({ removedBlobs: 3 });
    await deletePackage(app.core, await admin(), owner.id);
    app.clock.advance(30 * dayMs);
    await sweep(app.core, { graceMs: 0 });
    expect((await reads().findOneByOrFail(PackageTable, { id: owner.id })).deletedAt).not.toBeNull();
    expect(await refusal(put('tomb', '1', 'stolen', 'acme/thief'))).toBe('NameOwnedElsewhere');
  });

  test('never takes content that another package has as well', async () => {
    const gone = await put('shared-a', '1', 'shared');
    const stays = await put('shared-b', '1', 'shared');
    const deleted = await put('shared-c', '1', 'shared');
    await deletePackage(app.core, await admin(), gone.package.id);
    app.clock.advance(15 * dayMs);
    await deletePackage(app.core, await admin(), deleted.package.id);
    app.clock.advance(15 * dayMs);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 1, removedBlobs: 0 });
    expect(await contentOf(stays.package.id, '1')).toBe('shared');
    // Now only one that is deleted, and restorable, has it.
    await deletePackage(app.core, await admin(), stays.package.id);
    expect(await sweep(app.core, { graceMs: 0 })).toMatchObject({ removedBlobs: 0 });
    await restorePackage(app.core, await admin(), deleted.package.id);
    expect(await contentOf(deleted.package.id, '1')).toBe('shared');
    app.clock.advance(30 * dayMs);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 1, removedBlobs: 0 });
    await deletePackage(app.core, await admin(), deleted.package.id);
    app.clock.advance(30 * dayMs);
    expect(await sweep(app.core, { graceMs: 0 })).toMatchObject({ purgedVersions: 1, removedBlobs: 1, removedObjects: 1 });
    expect(await leftovers(app.core)).toEqual([]);
  });

  test('never takes what was restored', async () => {
    const { package: owner, version } = await put('saved', '1', 'saved');
    await deleteVersion(app.core, await admin(), version.id);
    app.clock.advance(30 * dayMs - 1);
    await restoreVersion(app.core, await admin(), version.id);
    app.clock.advance(dayMs);
    expect(await sweep(app.core)).toMatchObject({ purgedVersions: 0, removedBlobs: 0 });
    expect(await contentOf(owner.id, '1')).toBe('saved');
  });

  test('nor what was restored while it was at work', async () => {
    const { package: owner, version } = await put('late', '1', 'late');
    const { version: other } = await put('late', '2', 'later');
    await deleteVersions(app.core, await admin(), owner.id, ['1', '2']);
    app.clock.advance(1);
    const { database } = app.core;
    const actor = await admin();
    const tx = database.tx.bind(database);
    // It has chosen what to purge, and is about to do it.
    database.tx = async (work) => {
      database.tx = tx;
      await restoreVersion(app.core, actor, version.id);
      return tx(work);
    };
    expect(await purgeDeleted(app.core, app.clock.now(), 0)).toEqual({ purgedFiles: 0, purgedVersions: 1 });
    expect([await contentOf(owner.id, '1'), await reads().existsBy(VersionTable, { id: other.id })]).toEqual(['late', false]);
  });

  test('beside restores: each version is wholly there or wholly gone', async () => {
    let restored = 0;
    for (let round = 0; round < 40; round++) {
      const content = `raced ${round}`;
      const { package: owner, version } = await put(`raced-${round}`, '1', content);
      await deleteVersion(app.core, await admin(), version.id);
      app.clock.advance(1);
      const actor = await admin();
      const restoring = () => refusal(round % 2 === 0 ? restoreVersion(app.core, actor, version.id) : restorePackage(app.core, actor, owner.id));
      const purging = () => sweep(app.core, { retentionMs: 0, graceMs: 0 });
      const pause = new Promise((resolve) => setTimeout(resolve, (round % 8) * 1.5));
      const [said] = await Promise.all([round % 4 < 2 ? restoring() : pause.then(restoring), purging()]);
      const isLive = await reads().existsBy(VersionTable, { id: version.id, tombstone: '' });
      expect(said).toBe(isLive ? 'nothing' : round % 2 === 0 ? 'NotFound' : 'NotRestorable');
      expect(await contentOf(owner.id, '1')).toBe(isLive ? content : undefined);
      expect(await reads().countBy(FileTable, { versionId: version.id })).toBe(isLive ? 1 : 0);
      if (isLive) restored += 1;
    }
    // Both outcomes, or nothing was raced.
    expect(restored).toBeGreaterThan(0);
    expect(restored).toBeLessThan(40);
    app.clock.advance(1);
    await sweep(app.core, { graceMs: 0 });
    expect(await leftovers(app.core)).toEqual([]);
  }, 60_000);

  test('beside a publish of the same content: that keeps its bytes', async () => {
    for (let round = 0; round < 30; round++) {
      const content = `collected ${round}`;
      const { package: owner } = await put(`old-${round}`, '1', content);
      await deletePackage(app.core, await admin(), owner.id);
      app.clock.advance(1);
      const [published] = await Promise.all([put(`new-${round}`, '1', content), sweep(app.core, { retentionMs: 0, graceMs: 0 })]);
      expect(await contentOf(published.package.id, '1')).toBe(content);
    }
    app.clock.advance(1);
    await sweep(app.core, { graceMs: 0 });
    expect(await leftovers(app.core)).toEqual([]);
  }, 60_000);

  describe('a namespace that held packages', () => {
    const remove = async (path: string) => deleteNamespace(app.core, await admin(), (await node(app.core, path)).id);
    const refused = async (path: string): Promise<string> => {
      const before = [await countEverything(app.core), await reads().find(PackageTable)];
      const said = await remove(path).then(() => 'nothing', (error: unknown) => String((error as Error).message));
      expect([await countEverything(app.core), await reads().find(PackageTable)]).toEqual(before);
      return said;
    };

    test('can be deleted once nothing of them can be restored; the names stay claimed above', async () => {
      await app.namespace('acme/team', 'GROUP');
      await app.namespace('acme/team/tool');
      await app.namespace('acme/other');
      const { package: owner } = await put('name', '1', 'named', 'acme/team/tool');
      expect(await refused('acme/team/tool')).toBe('"acme/team/tool" still holds packages or namespaces; delete those first.');
      await deletePackage(app.core, await admin(), owner.id);
      const until = new Date(app.clock.now() + 30 * dayMs).toISOString();
      expect(await refused('acme/team/tool')).toBe(`"acme/team/tool" holds deleted packages that can still be restored, until ${until}; delete it once they are gone for good.`);
      await app.core.database.tx(async (tx) => {
        await tx.insert(DownloadDayTable, { fileId: owner.id, day: 1, versionId: '', packageId: owner.id, count: 1 });
        await tx.update(PackageTable, { id: owner.id }, { isRestricted: true, visibility: 'PRIVATE' });
        await tx.insert(PackageGrantTable, { packageId: owner.id, principalId: 'usr_x', level: 'ADMIN', createdAt: 1 });
      });
      app.clock.advance(30 * dayMs);
      await sweep(app.core);
      await remove('acme/team/tool');
      expect(await reads().findOneByOrFail(PackageTable, { id: owner.id })).toMatchObject({ namespaceId: (await node(app.core, 'acme/team')).id, topId: owner.topId, isRestricted: false, visibility: null, createdAt: owner.createdAt });
      expect([await reads().countBy(PackageGrantTable, { packageId: owner.id }), await reads().countBy(DownloadDayTable, { packageId: owner.id })]).toEqual([0, 0]);
      await remove('acme/team');
      expect(await refusal(put('name', '1', 'stolen', 'acme/other'))).toBe('NameOwnedElsewhere');
      const again = await put('name', '1', 'again', 'acme');
      expect(again.package.id).toBe(owner.id);
      expect(await contentOf(owner.id, '1')).toBe('again');
    });

    test('at the top takes the names with it', async () => {
      await app.namespace('top', 'GROUP');
      const { package: owner } = await put('name', '1', 'of top', 'top');
      await app.core.database.tx((tx) => tx.insert(DownloadDayTable, { fileId: owner.id, day: 1, versionId: '', packageId: owner.id, count: 1 }));
      await deletePackage(app.core, await admin(), owner.id);
      app.clock.advance(30 * dayMs);
      await sweep(app.core);
      await remove('top');
      expect([await reads().existsBy(PackageTable, { id: owner.id }), await reads().countBy(DownloadDayTable, { packageId: owner.id })]).toEqual([false, 0]);
    });

    test('not while one package lives or one namespace is below', async () => {
      await app.namespace('mixed', 'GROUP');
      const { package: owner } = await put('gone', '1', 'gone', 'mixed');
      await put('here', '1', 'here', 'mixed');
      await deletePackage(app.core, await admin(), owner.id);
      app.clock.advance(30 * dayMs);
      await sweep(app.core);
      expect(await refused('mixed')).toContain('still holds packages or namespaces');
      expect((await reads().findOneByOrFail(PackageTable, { id: owner.id })).namespaceId).toBe(owner.namespaceId);
      await app.namespace('outer', 'GROUP');
      await app.namespace('outer/inner');
      expect(await refused('outer')).toContain('still holds packages or namespaces');
    });

    test('beside a publish that brings the name back: one of them wins', async () => {
      for (let round = 0; round < 10; round++) {
        const path = `acme/brief-${round}`;
        await app.namespace(path);
        const { package: owner } = await put(`brief-${round}`, '1', `brief ${round}`, path);
        await deletePackage(app.core, await admin(), owner.id);
        app.clock.advance(30 * dayMs);
        await sweep(app.core);
        const namespace = await node(app.core, path);
        const publishing = publishAs(app, { as: 'admin', format: 'generic', name: `brief-${round}`, version: '1', namespace: 'acme', files: { f: 'back' }, input: { namespace } });
        const [removed, published] = await Promise.all([refusal(remove(path)), refusal(publishing)]);
        const { namespaceId, deletedAt } = await reads().findOneByOrFail(PackageTable, { id: owner.id });
        if (removed === 'nothing') {
          expect(['NotFound', 'NameOwnedElsewhere']).toContain(published);
          expect([namespaceId, deletedAt === null]).toEqual([(await node(app.core, 'acme')).id, false]);
        } else {
          expect([removed, published, namespaceId, deletedAt]).toEqual(['NamespaceNotEmpty', 'nothing', owner.namespaceId, null]);
        }
      }
    });
  });
});
