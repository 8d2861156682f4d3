import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { purgeDeleted } from '../../src/blobs/purge.ts';
import { listQuotaUse, countRestorableBytes, countStoredBytes } from '../../src/packages/queries/usage.ts';
import { sumUsage } from '../../src/packages/quota.ts';
import { deleteFile, deletePackage, deleteVersion } from '../../src/packages/remove.ts';
import { restoreFile, restorePackage, restoreVersion } from '../../src/packages/restore.ts';
import { checkRoom, checkUploadRoom } from '../../src/packages/room.ts';
import type { NodeSetting, SettingValue } from '../../src/settings/definitions.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal, type TestPublish } from './registry.ts';
import { countUsage, storedUsage } from './usage.ts';

describe.for(databases)('quotas on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());
  /** Every test has its own group, so that none counts what another has published. */
  let group = '';
  let groups = 0;
  const inGroup = (name: string, work: () => Promise<void>) =>
    it.skipIf(missing !== undefined)(name, async () => {
      group = `group-${++groups}`;
      await app.namespace(group, 'GROUP');
      await app.namespace(`${group}/a`);
      await app.namespace(`${group}/b`);
      await work();
    });
  afterEach(async () => {
    if (missing !== undefined) return;
    expect(await storedUsage(app.core)).toEqual(await countUsage(app.core));
    await app.core.database.tx((tx) => tx.query('DELETE FROM setting'));
  });

  const set = async (path: string, setting: NodeSetting, value: SettingValue, isLocked = false) =>
    updateSettings(app.core, await app.actor('admin'), (await node(app.core, path)).id, { node: { [setting]: { value, isLocked } } });
  const setDuplicates = async (format: string, value: SettingValue) =>
    updateSettings(app.core, await app.actor('admin'), (await node(app.core, group)).id, { formats: [{ format: app.core.formats.get(format), settings: { duplicates: { value } } }] });
  /** Publishes a generic file of so many bytes. */
  const put = (project: string, name: string, bytes: number, more: TestPublish = {}) =>
    publishAs(app, { as: 'admin', format: 'generic', namespace: `${group}/${project}`, name, files: { f: 'x'.repeat(bytes) }, ...more });
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const before = [await countEverything(app.core), await storedUsage(app.core)];
    const thrown = await refusal(work());
    expect([await countEverything(app.core), await storedUsage(app.core)]).toEqual(before);
    return thrown;
  };
  const total = async (path = group) => sumUsage(app.core.database.reads, (await node(app.core, path)).lineage);

  inGroup('bytes: up to the last one, and not one more, across projects', async () => {
    await set(group, 'quotaBytes', 100);
    await put('a', 'p', 60);
    expect(await refused(() => put('b', 'q', 41))).toBe('QuotaExceeded');
    await expect(put('b', 'q', 41)).rejects.toMatchObject({ quota: 'BYTES', limit: 100, message: expect.stringContaining(`"${group}"`) });
    await put('b', 'q', 40);
    expect(await total()).toEqual({ sizeBytes: 100, packages: 2, versions: 2, files: 2 });
    expect(await refused(() => put('a', 'p', 1, { files: { g: 'x' } }))).toBe('QuotaExceeded');
    await put('a', 'p', 0, { files: { empty: '' } });
  });

  inGroup('every quota above binds', async () => {
    await set('', 'quotaBytes', 1_000_000_000);
    await set(group, 'quotaBytes', 50);
    await set(`${group}/a`, 'quotaBytes', 80);
    expect(await refused(() => put('a', 'p', 51))).toBe('QuotaExceeded');
    await set(group, 'quotaBytes', 100);
    expect(await refused(() => put('a', 'p', 81))).toBe('QuotaExceeded');
    await put('a', 'p', 80);
    expect(await refused(() => put('b', 'q', 21))).toBe('QuotaExceeded');
    await set(group, 'quotaBytes', 100, true);
    await put('a', 'q', 20);
  });

  inGroup('packages and versions', async () => {
    await set(group, 'quotaPackages', 2);
    await set(group, 'quotaVersions', 3);
    await put('a', 'p', 1);
    await put('b', 'q', 1);
    await expect(put('b', 'r', 1)).rejects.toMatchObject({ quota: 'PACKAGES', limit: 2 });
    await put('a', 'p', 1, { version: '2.0.0' });
    await expect(put('a', 'p', 1, { version: '3.0.0' })).rejects.toMatchObject({ quota: 'VERSIONS', limit: 3 });
    await put('a', 'p', 1, { version: '2.0.0', files: { g: 'more' } });
    expect(await total()).toMatchObject({ packages: 2, versions: 3, files: 4 });
  });

  inGroup('a replaced file or version counts no longer', async () => {
    await set(group, 'quotaBytes', 100);
    await put('a', 'p', 100);
    await put('a', 'p', 99);
    expect(await refused(() => put('a', 'p', 101))).toBe('QuotaExceeded');
    await put('a', 'p', 1);
    const npm = (bytes: number) => put('b', 'lib', 0, { format: 'npm', files: { 'x.tgz': 'y'.repeat(bytes) } });
    await setDuplicates('npm', 'ALLOWED');
    await npm(99);
    await npm(98);
    expect(await refused(() => npm(100))).toBe('QuotaExceeded');
    expect(await total()).toEqual({ sizeBytes: 99, packages: 2, versions: 2, files: 2 });
  });

  inGroup('content that is stored once counts as often as it is named', async () => {
    await set(group, 'quotaBytes', 100);
    await put('a', 'p', 50);
    await put('b', 'q', 50);
    expect(await refused(() => put('b', 'r', 50))).toBe('QuotaExceeded');
    expect(await countStoredBytes(app.core, await node(app.core, group))).toBe(50);
  });

  inGroup('what is deleted leaves room, and comes back only where there is room', async () => {
    const owner = await app.actor('admin');
    await set(group, 'quotaBytes', 100);
    const first = await put('a', 'p', 60, { files: { f: 'x'.repeat(40), g: 'y'.repeat(20) } });
    app.clock.advance(1000);
    await deleteFile(app.core, owner, first.fileIds[0] ?? '');
    expect(await total()).toEqual({ sizeBytes: 20, packages: 1, versions: 1, files: 1 });
    const second = await put('b', 'q', 50);
    expect(await refused(() => restoreFile(app.core, owner, first.fileIds[0] ?? ''))).toBe('QuotaExceeded');
    await deletePackage(app.core, owner, second.package.id);
    expect(await total()).toEqual({ sizeBytes: 20, packages: 1, versions: 1, files: 1 });
    expect(await countRestorableBytes(app.core, await node(app.core, group))).toBe(90);
    app.clock.advance(1000);
    await restoreFile(app.core, owner, first.fileIds[0] ?? '');
    expect(await refused(() => restorePackage(app.core, owner, second.package.id))).toBe('QuotaExceeded');
    await deleteVersion(app.core, owner, first.version.id);
    expect(await total()).toEqual({ sizeBytes: 0, packages: 0, versions: 0, files: 0 });
    await restorePackage(app.core, owner, second.package.id);
    expect(await refused(() => restoreVersion(app.core, owner, first.version.id))).toBe('QuotaExceeded');
    expect(await total()).toEqual({ sizeBytes: 50, packages: 1, versions: 1, files: 1 });
    app.clock.advance(40 * 24 * 60 * 60 * 1000);
    await purgeDeleted(app.core, app.clock.now());
    expect(await countRestorableBytes(app.core, await node(app.core, group))).toBe(0);
  });

  inGroup('a quota below what there is lets nothing more in, but all else go on', async () => {
    const { package: owner } = await put('a', 'p', 100);
    await set(group, 'quotaBytes', 10);
    expect(await refused(() => put('a', 'p', 1, { version: '2' }))).toBe('QuotaExceeded');
    await put('a', 'p', 90);
    await put('a', 'p', 0, { files: { empty: '' } });
    await deletePackage(app.core, await app.actor('admin'), owner.id);
    await put('a', 'p', 10);
  });

  inGroup('a quota of nothing', async () => {
    await set(group, 'quotaPackages', 0);
    expect(await refused(() => put('a', 'p', 0))).toBe('QuotaExceeded');
    await set(group, 'quotaPackages', null);
    await put('a', 'p', 0);
  });

  inGroup('room is told ahead as the publish would decide', async () => {
    const generic = app.core.formats.get('generic');
    const npm = app.core.formats.get('npm');
    const a = await node(app.core, `${group}/a`);
    const room = (bytes: number, more: { name?: string; version?: string; fileName?: string } = {}) => checkRoom(app.core, a, { format: generic, name: 'p', version: '1.0.0', fileName: 'f', ...more }, bytes);
    expect((await room(0)).limitBytes).toBe(generic.maxFileBytes);
    expect(await refusal(room(generic.maxFileBytes + 1))).toBe('FileTooLarge');
    await put('a', 'p', 60);
    await set(group, 'quotaBytes', 100);
    // The file that is there would give way.
    expect([(await room(100)).limitBytes, await refusal(room(101))]).toEqual([100, 'QuotaExceeded']);
    expect([(await room(40, { fileName: 'g' })).limitBytes, await refusal(room(41, { fileName: 'g' }))]).toEqual([40, 'QuotaExceeded']);
    // Of several quotas the one with the least room, wherever it is.
    await set(`${group}/a`, 'quotaBytes', 99);
    await expect(room(40, { fileName: 'g' })).rejects.toMatchObject({ limit: 99 });
    await set(`${group}/a`, 'quotaBytes', 500);
    expect((await room(40, { fileName: 'g' })).limitBytes).toBe(40);
    await expect(room(41, { fileName: 'g' })).rejects.toMatchObject({ limit: 100 });
    await set(`${group}/a`, 'quotaBytes', null);
    await setDuplicates('generic', 'REFUSED');
    expect(await refusal(room(41))).toBe('QuotaExceeded');
    // Which version of npm's it is to be is not known yet; the largest could give way.
    await put('a', 'lib', 0, { format: 'npm', files: { 'x.tgz': 'y'.repeat(30) } });
    expect([(await checkRoom(app.core, a, { format: npm, name: 'lib' }, 10)).limitBytes, await refusal(checkRoom(app.core, a, { format: npm, name: 'lib' }, 11))]).toEqual([10, 'QuotaExceeded']);
    await setDuplicates('npm', 'ALLOWED');
    expect([(await checkRoom(app.core, a, { format: npm, name: 'lib' }, 40)).limitBytes, await refusal(checkRoom(app.core, a, { format: npm, name: 'lib' }, 41))]).toEqual([40, 'QuotaExceeded']);
    // Of bytes sent ahead nothing is known.
    expect([(await checkUploadRoom(app.core, a, 1000, 70)).limitBytes, await refusal(checkUploadRoom(app.core, a, 1000, 71))]).toEqual([70, 'QuotaExceeded']);
    expect(await refusal(checkUploadRoom(app.core, await node(app.core, `${group}/b`), 1000, 11))).toBe('QuotaExceeded');
  });

  inGroup('and so are packages and versions that would be one too many', async () => {
    const generic = app.core.formats.get('generic');
    const a = await node(app.core, `${group}/a`);
    const room = (name: string, version?: string) => refusal(checkRoom(app.core, a, { format: generic, name, ...(version === undefined ? {} : { version, fileName: 'g' }) }));
    await put('a', 'p', 1);
    await set(group, 'quotaPackages', 1);
    await set(group, 'quotaVersions', 2);
    expect([await room('p'), await room('p', '1.0.0'), await room('p', '2'), await room('q', '1'), await room('q')]).toEqual(['nothing', 'nothing', 'nothing', 'QuotaExceeded', 'QuotaExceeded']);
    await set(group, 'quotaVersions', 1);
    expect([await room('p'), await room('p', '1.0.0'), await room('p', '2')]).toEqual(['nothing', 'nothing', 'QuotaExceeded']);
    // What was deleted counts anew when it comes back.
    await set(group, 'quotaVersions', null);
    const { package: owner, version } = await put('a', 'p', 1, { version: '3' });
    await deleteVersion(app.core, await app.actor('admin'), version.id);
    await set(group, 'quotaVersions', 1);
    expect([await room('p', '1.0.0'), await room('p', '3')]).toEqual(['nothing', 'QuotaExceeded']);
    await deletePackage(app.core, await app.actor('admin'), owner.id);
    await set(group, 'quotaVersions', null);
    await put('b', 'r', 1);
    expect([await room('p'), await room('p', '1.0.0')]).toEqual(['QuotaExceeded', 'QuotaExceeded']);
    await set(group, 'quotaPackages', 2);
    expect([await room('p'), await room('p', '1.0.0')]).toEqual(['nothing', 'nothing']);
  });

  inGroup('how full the quotas are is for those who may see how their namespace is set up', async () => {
    await set('', 'quotaVersions', 1_000_000);
    await set(group, 'quotaBytes', 100);
    await put('a', 'p', 25);
    const a = await node(app.core, `${group}/a`);
    expect(await listQuotaUse(app.core, await app.actor('admin'), a)).toEqual([
      { namespaceId: expect.any(String), kind: 'VERSIONS', limit: 1_000_000, used: expect.any(Number) },
      { namespaceId: (await node(app.core, group)).id, kind: 'BYTES', limit: 100, used: 25 },
    ]);
    expect((await listQuotaUse(app.core, await app.actor('outsider'), a)).map(({ used }) => used)).toEqual([undefined, undefined]);
  });

  inGroup('the table says what there is, whatever is done in whatever order', async () => {
    const actor = await app.actor('admin');
    await setDuplicates('npm', 'ALLOWED');
    await set(group, 'quotaBytes', 2_000);
    const random = (below: number) => Math.floor(Math.random() * below);
    const versions: string[] = [];
    const packages: string[] = [];
    const files: string[] = [];
    const pick = (ids: string[]) => ids[random(ids.length)] ?? '';
    const steps: (() => Promise<unknown>)[] = [
      ...Array.from({ length: 5 }, () => async () => {
        const format = random(2) === 0 ? 'npm' : 'generic';
        const names = random(3) === 0 ? ['f', 'g'] : ['f'];
        const content = Object.fromEntries(names.map((name) => [name, 'x'.repeat(random(300))]));
        const done = await put(random(2) === 0 ? 'a' : 'b', `${format}-${random(4)}`, 0, { format, version: `1.${random(3)}.0`, files: content });
        versions.push(done.version.id);
        packages.push(done.package.id);
        files.push(...done.fileIds);
      }),
      () => deleteVersion(app.core, actor, pick(versions)),
      () => deleteFile(app.core, actor, pick(files)),
      () => deletePackage(app.core, actor, pick(packages)),
      () => restoreVersion(app.core, actor, pick(versions)),
      () => restoreFile(app.core, actor, pick(files)),
      () => restorePackage(app.core, actor, pick(packages)),
      () => purgeDeleted(app.core, app.clock.now()),
    ];
    const expected = new Set(['nothing', 'NotFound', 'NotRestorable', 'QuotaExceeded', 'NameOwnedElsewhere', 'VersionExists', 'FileExists']);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 150; round++) {
      app.clock.advance(1 + random(1000) * 60_000);
      const outcome = await refusal((steps[random(steps.length)] as () => Promise<unknown>)());
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      expect(expected).toContain(outcome);
      expect(await storedUsage(app.core)).toEqual(await countUsage(app.core));
      expect((await total()).sizeBytes).toBeLessThanOrEqual(2_000);
    }
    expect(outcomes.get('nothing')).toBeGreaterThan(30);
  });
});
