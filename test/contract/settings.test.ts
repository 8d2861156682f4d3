import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventTable } from '../../src/db/tables/event.ts';
import { instanceId, NamespaceTable } from '../../src/db/tables/namespace.ts';
import { SettingTable } from '../../src/db/tables/policy.ts';
import { createNamespace } from '../../src/namespaces/manage.ts';
import type { NodeSetting, SettingValue } from '../../src/settings/definitions.ts';
import { deriveColumns, derivingSettings } from '../../src/settings/derived.ts';
import { loadSettings, readFormatSetting, readSetting } from '../../src/settings/read.ts';
import type { ResolvedSetting } from '../../src/settings/resolve.ts';
import { type SettingChange, type SettingChanges, updateSettings } from '../../src/settings/update.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('settings on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await openRegistry(open);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const reads = () => app.core.database.reads;
  const npm = () => app.core.formats.get('npm');
  const generic = () => app.core.formats.get('generic');
  const set = async (path: string, changes: SettingChanges, as: Person = 'admin') => updateSettings(app.core, await app.actor(as), (await node(app.core, path)).id, changes);
  const setNode = (path: string, setting: NodeSetting, change: SettingChange, as: Person = 'admin') => set(path, { node: { [setting]: change } }, as);
  const get = async (path: string, setting: NodeSetting): Promise<ResolvedSetting> => {
    const row = await node(app.core, path);
    const settings = (await loadSettings(app.core, [row])).get(row.id);
    return readSetting(settings!, setting);
  };
  const getFormat = async (path: string, setting: 'enabled' | 'duplicates' | 'duplicateExceptions' | 'maxFileBytes', format = npm()): Promise<ResolvedSetting> => {
    const row = await node(app.core, path);
    return readFormatSetting((await loadSettings(app.core, [row])).get(row.id)!, format, setting);
  };
  const idOf = async (path: string) => (await node(app.core, path)).id;
  const columns = async (path: string) => {
    const { isPullOpen, disabledFormats, retentionDays } = await node(app.core, path);
    return [Boolean(isPullOpen), disabledFormats, Number(retentionDays)];
  };
  const refused = async (work: () => Promise<unknown>): Promise<string> => {
    const state = async () => [await countEverything(app.core), await reads().find(SettingTable), await reads().find(NamespaceTable)];
    // Downloads are counted now and then.
    await app.core.downloads.flush();
    const before = await state();
    const thrown = await refusal(work());
    expect(await state()).toEqual(before);
    return thrown;
  };
  const lastEvent = async () => (await reads().find(EventTable, { order: { id: 'DESC' }, take: 1 }))[0];

  test('own, inherited, effective and where it comes from', async () => {
    expect(await get('acme/widgets', 'retentionDays')).toEqual({ own: null, inherited: 30, effective: 30, sourceId: null, isLocked: false, lockedById: null });
    await setNode('', 'retentionDays', { value: 60 });
    await setNode('acme', 'retentionDays', { value: 7 });
    expect(await get('acme/widgets', 'retentionDays')).toMatchObject({ own: null, inherited: 7, effective: 7, sourceId: await idOf('acme') });
    await setNode('acme/widgets', 'retentionDays', { value: 0 });
    expect(await get('acme/widgets', 'retentionDays')).toMatchObject({ own: 0, inherited: 7, effective: 0, sourceId: await idOf('acme/widgets') });
    expect(await columns('acme/widgets')).toEqual([false, '', 0]);
    await setNode('acme/widgets', 'retentionDays', { value: null });
    expect(await columns('acme/widgets')).toEqual([false, '', 7]);
    await setNode('acme', 'retentionDays', { value: null });
    expect(await get('acme', 'retentionDays')).toMatchObject({ own: null, inherited: 60, effective: 60, sourceId: instanceId });
    expect(await columns('acme/widgets')).toEqual([false, '', 60]);
    await setNode('', 'retentionDays', { value: null });
    expect([await columns('acme/widgets'), await reads().count(SettingTable)]).toEqual([[false, '', 30], 0]);
  });

  test('a lock binds what is below, and lets go again', async () => {
    await setNode('acme/widgets', 'retentionDays', { value: 3 });
    await setNode('acme', 'retentionDays', { value: 90, isLocked: true });
    const bound = { own: 3, inherited: 90, effective: 90, sourceId: await idOf('acme'), isLocked: false, lockedById: await idOf('acme') };
    expect([await get('acme/widgets', 'retentionDays'), await columns('acme/widgets')]).toEqual([bound, [false, '', 90]]);
    for (const change of [{ value: 5 }, { value: null }, { isLocked: true }]) {
      expect(await refused(() => setNode('acme/widgets', 'retentionDays', change, 'owner'))).toBe('SettingLocked');
    }
    await expect(setNode('acme/widgets', 'retentionDays', { value: 5 }, 'owner')).rejects.toMatchObject({ setting: 'retentionDays', message: expect.stringContaining('"acme"') });
    await setNode('acme', 'retentionDays', { isLocked: false });
    expect([(await get('acme/widgets', 'retentionDays')).effective, await columns('acme/widgets')]).toEqual([3, [false, '', 3]]);
    await setNode('acme/widgets', 'retentionDays', { value: null });
    await setNode('acme', 'retentionDays', { value: null });
  });

  test('a lock without a value of its own binds to what is inherited', async () => {
    await setNode('acme/widgets', 'registryEnabled', { value: false });
    await setNode('acme', 'registryEnabled', { isLocked: true });
    expect(await get('acme/widgets', 'registryEnabled')).toMatchObject({ own: false, effective: true, sourceId: null, lockedById: await idOf('acme') });
    expect(await columns('acme/widgets')).toEqual([false, '', 30]);
    await setNode('acme', 'registryEnabled', { isLocked: false });
    expect(await columns('acme/widgets')).toEqual([false, '*', 30]);
    await setNode('acme/widgets', 'registryEnabled', { value: null });
    expect(await reads().count(SettingTable)).toBe(0);
  });

  test('formats and the whole registry go off and on, and what is there with them', async () => {
    await publishAs(app, { format: 'generic', name: 'switched', files: { f: 'x' } });
    const status = async (as: Person = 'owner') => (await app.fetch('/api/packages/acme/widgets/generic/switched/1.0.0/f', as)).status;
    expect(await status()).toBe(200);
    await set('acme', { formats: [{ format: generic(), settings: { enabled: { value: false } } }] });
    expect([await columns('acme/widgets'), await status(), await status('outsider')]).toEqual([[false, ',generic,', 30], 403, 404]);
    expect(await refusal(publishAs(app, { format: 'generic', name: 'switched', version: '2.0.0' }))).toBe('Forbidden');
    await set('acme/widgets', { formats: [{ format: generic(), settings: { enabled: { value: true } } }] });
    expect([await columns('acme'), await columns('acme/widgets'), await status()]).toEqual([[false, ',generic,', 30], [false, '', 30], 200]);
    await setNode('', 'registryEnabled', { value: false });
    expect([await columns('acme/widgets'), await status()]).toEqual([[false, '*', 30], 403]);
    await setNode('', 'registryEnabled', { value: null });
    for (const path of ['acme', 'acme/widgets']) await set(path, { formats: [{ format: generic(), settings: { enabled: { value: null } } }] });
    expect([await columns('acme'), await columns('acme/widgets'), await status()]).toEqual([[false, '', 30], [false, '', 30], 200]);
  });

  test('anyone can pull only where the instance allows it', async () => {
    await publishAs(app, { format: 'generic', name: 'pulled', files: { f: 'x' } });
    const status = async () => (await app.fetch('/api/packages/acme/widgets/generic/pulled/1.0.0/f', 'anonymous')).status;
    await setNode('acme/widgets', 'anyoneCanPull', { value: true }, 'maintainer');
    expect([await columns('acme/widgets'), (await get('acme/widgets', 'anyoneCanPull')).effective, await status()]).toEqual([[false, '', 30], false, 401]);
    expect(await refused(() => setNode('acme', 'allowAnyoneCanPull', { value: true }))).toBe('InvalidInput');
    await setNode('', 'allowAnyoneCanPull', { value: true });
    expect([await columns('acme/widgets'), await columns('acme'), (await get('acme/widgets', 'anyoneCanPull')).effective, await status()]).toEqual([[true, '', 30], [false, '', 30], true, 200]);
    await setNode('', 'allowAnyoneCanPull', { value: null });
    expect([await columns('acme/widgets'), await status()]).toEqual([[false, '', 30], 401]);
    await setNode('acme/widgets', 'anyoneCanPull', { value: null });
  });

  test('audit events are on for what is below, but where that turns them off and may', async () => {
    const audited = async () => Promise.all(['', 'acme', 'acme/widgets'].map(async (path) => Boolean((await node(app.core, path)).isAudited)));
    expect(await audited()).toEqual([false, false, false]);
    await setNode('acme', 'auditEvents', { value: true }, 'maintainer');
    expect(await audited()).toEqual([false, true, true]);
    await app.namespace('acme/born-audited');
    expect(Boolean((await node(app.core, 'acme/born-audited')).isAudited)).toBe(true);
    await setNode('acme/widgets', 'auditEvents', { value: false }, 'maintainer');
    expect(await audited()).toEqual([false, true, false]);
    await setNode('acme', 'auditEvents', { isLocked: true }, 'maintainer');
    expect(await audited()).toEqual([false, true, true]);
    await setNode('acme', 'auditEvents', { value: null, isLocked: false });
    await setNode('acme/widgets', 'auditEvents', { value: null });
    expect(await audited()).toEqual([false, false, false]);
  });

  test('of quotas the smallest holds, unless one above locks its own', async () => {
    await setNode('', 'quotaBytes', { value: 1000 });
    await setNode('acme', 'quotaBytes', { value: 5000 });
    expect(await get('acme/widgets', 'quotaBytes')).toMatchObject({ own: null, inherited: 1000, effective: 1000, sourceId: instanceId });
    await setNode('acme/widgets', 'quotaBytes', { value: 10 });
    expect(await get('acme/widgets', 'quotaBytes')).toMatchObject({ own: 10, inherited: 1000, effective: 10, sourceId: await idOf('acme/widgets') });
    await setNode('', 'quotaBytes', { isLocked: true });
    expect(await get('acme/widgets', 'quotaBytes')).toMatchObject({ own: 10, effective: 1000, sourceId: instanceId, lockedById: instanceId });
    await setNode('', 'quotaBytes', { value: null, isLocked: false });
    for (const path of ['acme', 'acme/widgets']) await setNode(path, 'quotaBytes', { value: null });
    expect(await get('acme/widgets', 'quotaBytes')).toMatchObject({ inherited: null, effective: null });
  });

  test('the defaults of a format are its own', async () => {
    expect([(await getFormat('acme', 'duplicates')).effective, (await getFormat('acme', 'duplicates', generic())).effective]).toEqual(['REFUSED', 'ALLOWED']);
    expect([(await getFormat('acme', 'maxFileBytes')).effective, (await getFormat('acme', 'maxFileBytes', generic())).effective]).toEqual([npm().maxFileBytes, generic().maxFileBytes]);
    expect([(await getFormat('acme', 'duplicateExceptions')).effective, (await getFormat('acme', 'enabled')).effective]).toEqual(['', true]);
  });

  test('tells what was and what is, once', async () => {
    const events = await reads().countBy(EventTable, { type: 'SETTINGS_CHANGED' });
    await set('acme', { node: { auditEvents: { value: true }, retentionDays: { value: 9, isLocked: true } } }, 'maintainer');
    expect(await lastEvent()).toMatchObject({
      type: 'SETTINGS_CHANGED',
      namespaceId: await idOf('acme'),
      actorId: (await app.actor('maintainer')).user?.id,
      payload: {
        path: 'acme',
        changes: {
          auditEvents: { from: { value: null, isLocked: false }, to: { value: true, isLocked: false } },
          retentionDays: { from: { value: null, isLocked: false }, to: { value: 9, isLocked: true } },
        },
      },
    });
    await set('acme', { node: { auditEvents: { value: true }, retentionDays: { isLocked: true } } }, 'maintainer');
    expect(await reads().countBy(EventTable, { type: 'SETTINGS_CHANGED' })).toBe(events + 1);
    await set('acme', { node: { auditEvents: { value: null }, retentionDays: { value: null, isLocked: false } } }, 'maintainer');
  });

  test.for<[string, Person, string, SettingChanges]>([
    ['Unauthenticated', 'anonymous', 'acme', { node: { auditEvents: { value: true } } }],
    ['NotFound', 'outsider', 'acme', { node: { auditEvents: { value: true } } }],
    ['Forbidden', 'reader', 'acme', { node: { auditEvents: { value: true } } }],
    ['Forbidden', 'developer', 'acme', { node: { auditEvents: { value: true } } }],
    ['Forbidden', 'owner', '', { node: { auditEvents: { value: true } } }],
    ['Forbidden', 'owner', 'acme', { node: { quotaBytes: { value: 5 } } }],
    ['Forbidden', 'owner', 'acme', { node: { auditEvents: { value: true }, quotaPackages: { isLocked: true } } }],
    ['InvalidInput', 'owner', 'acme', { node: { allowAnyoneCanPull: { value: true } } }],
    ['InvalidInput', 'admin', 'acme', { node: { quotaBytes: { value: -1 } } }],
    ['InvalidInput', 'owner', 'acme', { node: { retentionDays: { value: -1 } } }],
    ['InvalidInput', 'owner', 'acme', { node: { retentionDays: { value: 3651 } } }],
    ['InvalidInput', 'owner', 'acme', { node: { retentionDays: { value: 1.5 } } }],
    ['InvalidInput', 'owner', 'acme', { node: { auditEvents: { value: 1 as SettingValue } } }],
  ])('%s refuses %s to change %s: %j', async ([error, as, path, changes]) => {
    expect(await refused(() => set(path, changes, as))).toBe(error);
  });

  test('whoever manages the namespace above sets quotas', async () => {
    await setNode('acme/widgets', 'quotaVersions', { value: 5 }, 'maintainer');
    await setNode('acme/widgets', 'quotaVersions', { value: null }, 'maintainer');
    await setNode('', 'quotaVersions', { value: 1_000 });
    await setNode('', 'quotaVersions', { value: null });
    expect(await reads().count(SettingTable)).toBe(0);
  });

  test.for<[string, SettingValue]>([
    ['duplicates', 'MAYBE'],
    ['duplicateExceptions', '('],
    ['duplicateExceptions', '(a)\\1'],
    ['duplicateExceptions', '(?=a)'],
    ['duplicateExceptions', 'x'.repeat(256)],
    ['duplicateExceptions', 'a{0,999}'],
    ['maxFileBytes', 0],
    ['maxFileBytes', 1024 ** 3 + 1],
    ['enabled', 'yes'],
  ])('refuses %s: %j', async ([setting, value]) => {
    expect(await refused(() => set('acme', { formats: [{ format: npm(), settings: { [setting]: { value } } }] }))).toBe('InvalidInput');
  });

  test('takes what is just within the limits', async () => {
    await set('acme', { node: { retentionDays: { value: 3650 }, quotaBytes: { value: 0 } }, formats: [{ format: npm(), settings: { duplicateExceptions: { value: 'x'.repeat(255) }, maxFileBytes: { value: 1024 ** 3 } } }] });
    await set('acme', { node: { retentionDays: { value: null }, quotaBytes: { value: null } }, formats: [{ format: npm(), settings: { duplicateExceptions: { value: null }, maxFileBytes: { value: null } } }] });
    await expect(set('acme', { formats: [{ format: npm(), settings: {} }, { format: npm(), settings: {} }] })).rejects.toThrow('twice');
  });

  test('updates at several levels beside new namespaces never leave a stale column', async () => {
    const admin = await app.actor('admin');
    for (const path of ['race', 'race/a', 'race/a/b']) await app.namespace(path, 'GROUP');
    const paths = ['', 'race', 'race/a', 'race/a/b'];
    const values = { registryEnabled: [true, false, null], anyoneCanPull: [true, false, null], retentionDays: [1, 2, null], auditEvents: [true, false, null] } as const;
    for (let round = 0; round < 12; round++) {
      const random = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
      const updates = Array.from({ length: 8 }, async () => {
        const setting = random(['registryEnabled', 'anyoneCanPull', 'retentionDays', 'auditEvents'] as const);
        const path = random(paths);
        const change = { value: random<SettingValue>(values[setting]), ...(Math.random() < 0.3 ? { isLocked: Math.random() < 0.4 } : {}) };
        await (Math.random() < 0.3
          ? set(path, { formats: [{ format: random(app.core.formats.list()), settings: { enabled: { value: random([true, false, null]) } } }] })
          : setNode(path, setting, change)
        ).catch((error: Error) => expect(error.constructor.name).toBe('SettingLocked'));
      });
      const births = paths.slice(1).map((parentPath, index) => createNamespace(app.core, admin, { kind: 'GROUP', parentPath, slug: `r${round}-${index}` }));
      const switchOver = setNode('', 'allowAnyoneCanPull', { value: random([true, true, false]) });
      await Promise.all([...updates, ...births, switchOver]);
      await expectFresh();
    }
  });

  /** Compares the columns of every namespace with what its settings come to. */
  async function expectFresh(): Promise<void> {
    const formats = app.core.formats.list();
    const names = derivingSettings(formats);
    const settings = (await reads().find(SettingTable)).filter(({ name }) => names.includes(name)).map((row) => ({ ...row, value: row.value as SettingValue, isLocked: Boolean(row.isLocked) }));
    for (const row of await reads().find(NamespaceTable)) {
      const found = { isPullOpen: Boolean(row.isPullOpen), disabledFormats: row.disabledFormats, retentionDays: Number(row.retentionDays), isAudited: Boolean(row.isAudited) };
      expect({ path: row.path, ...found }).toEqual({ path: row.path, ...deriveColumns(formats, row, settings) });
    }
  }
});
