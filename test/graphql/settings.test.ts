import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SettingTable } from '../../src/db/tables/policy.ts';
import { node, publishAs } from '../contract/registry.ts';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { ask, query } from './client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());
afterEach(async () => {
  await app.core.database.tx((tx) => tx.query('DELETE FROM setting'));
  await app.core.database.tx((tx) => tx.query("UPDATE namespace SET disabled_formats = '', is_pull_open = 0, retention_days = 30"));
});

const update = `mutation($input: UpdateSettingsInput!) { result: updateSettings(input: $input) { __typename
  ... on UpdateSettingsPayload { namespace { path settings { retentionDays { own effective } } } }
  ... on UserError { code message } ... on InvalidInput { field } ... on SettingLocked { setting } } }`;

async function change(as: Person, path: string, input: object) {
  const { data, errors } = await query(app, as, update, { input: { namespaceId: (await node(app.core, path)).id, ...input } });
  return errors ? errors.map(({ extensions }) => extensions.code) : data.result;
}

const setting = 'own inherited effective source { path } isLocked isBound lockedBy { path }';
async function settingsOf(as: Person, path: string, selection: string) {
  return (await ask(app, as, `query($path: String!) { namespace(path: $path) { settings { ${selection} } } }`, { path })).namespace.settings;
}
const denials: [Person, string][] = [
  ['anonymous', 'UNAUTHENTICATED'],
  ['outsider', 'FORBIDDEN'],
];

describe('Namespace.settings', () => {
  it('tells defaults', async () => {
    const plain = { own: null, source: null, isLocked: false, isBound: false, lockedBy: null };
    const selection = `registryEnabled { ${setting} } anyoneCanPull { ${setting} } allowAnyoneCanPull { ${setting} } auditEvents { ${setting} } retentionDays { ${setting} }
      quotaBytes { ${setting} } quotaPackages { ${setting} } quotaVersions { ${setting} }
      formats { format enabled { ${setting} } duplicates { ${setting} } duplicateExceptions { ${setting} } maxFileBytes { ${setting} } }`;
    const both = (value: unknown) => ({ ...plain, inherited: value, effective: value });
    expect(await settingsOf('reader', 'acme/widgets', selection)).toEqual({
      registryEnabled: both(true),
      anyoneCanPull: both(false),
      allowAnyoneCanPull: both(false),
      auditEvents: both(false),
      retentionDays: both(30),
      quotaBytes: both(null),
      quotaPackages: both(null),
      quotaVersions: both(null),
      formats: app.core.formats.list().map((format) => ({
        format: format.id.toUpperCase(),
        enabled: both(true),
        duplicates: both(format.duplicates === 'refused' ? 'REFUSED' : 'ALLOWED'),
        duplicateExceptions: both(''),
        maxFileBytes: both(format.maxFileBytes),
      })),
    });
  });

  it('tells where a value comes from and who locked it, as far as the caller may see', async () => {
    await change('admin', '', { registryEnabled: { value: true, isLocked: true } });
    await change('owner', 'acme', { formats: [{ format: 'NPM', duplicates: { value: 'ALLOWED', isLocked: true }, maxFileBytes: { value: 5_000_000_000 / 10 } }] });
    expect(await settingsOf('reader', 'acme/widgets', `registryEnabled { ${setting} } formats { format duplicates { ${setting} } maxFileBytes { effective source { path } } }`)).toMatchObject({
      registryEnabled: { own: null, inherited: true, effective: true, source: { path: '' }, isLocked: false, isBound: true, lockedBy: { path: '' } },
      formats: [{ format: 'NPM', duplicates: { effective: 'ALLOWED', source: { path: 'acme' }, isBound: true, lockedBy: { path: 'acme' } }, maxFileBytes: { effective: 500_000_000, source: { path: 'acme' } } }, ...app.core.formats.list().slice(1).map(({ id }) => ({ format: id.toUpperCase() }))],
    });
  });

  it.each(denials)('refuses %s with %s', async (as, code) => {
    const open = await app.namespace(`open-${as}`, 'PROJECT', 'PUBLIC');
    const { data, errors } = await query(app, as, 'query($path: String!) { namespace(path: $path) { path settings { auditEvents { own } } usage { bytes } } }', { path: open.path });
    expect([data.namespace, errors?.map(({ extensions }) => extensions.code)]).toEqual([{ path: open.path, settings: null, usage: null }, [code, code]]);
  });
});

describe('updateSettings', () => {
  it('sets, keeps what is left out, and inherits again with null', async () => {
    expect(await change('maintainer', 'acme', { retentionDays: { value: 9, isLocked: true }, auditEvents: { value: true } })).toEqual({
      __typename: 'UpdateSettingsPayload',
      namespace: { path: 'acme', settings: { retentionDays: { own: 9, effective: 9 } } },
    });
    await change('maintainer', 'acme', { retentionDays: { value: 10 }, anyoneCanPull: {}, registryEnabled: null });
    expect(await settingsOf('reader', 'acme', `retentionDays { ${setting} } auditEvents { own }`)).toMatchObject({ retentionDays: { own: 10, isLocked: true }, auditEvents: { own: true } });
    await change('maintainer', 'acme', { retentionDays: { value: null } });
    expect(await settingsOf('reader', 'acme', `retentionDays { ${setting} }`)).toMatchObject({ retentionDays: { own: null, effective: 30, isLocked: true } });
    await change('maintainer', 'acme', { retentionDays: { isLocked: false }, auditEvents: { value: null } });
    expect(await app.core.database.reads.count(SettingTable)).toBe(0);
  });

  it('takes every setting', async () => {
    const formats = [{ format: 'GENERIC', enabled: { value: false }, duplicates: { value: 'REFUSED' }, duplicateExceptions: { value: 'dev-.*' }, maxFileBytes: { value: '4294967296' } }];
    const quotas = { quotaBytes: { value: '9007199254740991' }, quotaPackages: { value: 5 }, quotaVersions: { value: 6 } };
    const result = await change('admin', '', { registryEnabled: { value: false }, anyoneCanPull: { value: true }, allowAnyoneCanPull: { value: true }, auditEvents: { value: true }, retentionDays: { value: 1 }, ...quotas, formats });
    expect(result.__typename).toBe('UpdateSettingsPayload');
    const own = await settingsOf('admin', '', 'registryEnabled { own } anyoneCanPull { own } allowAnyoneCanPull { own } auditEvents { own } retentionDays { own } quotaBytes { own } quotaPackages { own } quotaVersions { own } formats { format enabled { own } duplicates { own } duplicateExceptions { own } maxFileBytes { own } }');
    expect(own).toEqual({
      registryEnabled: { own: false },
      anyoneCanPull: { own: true },
      allowAnyoneCanPull: { own: true },
      auditEvents: { own: true },
      retentionDays: { own: 1 },
      quotaBytes: { own: Number.MAX_SAFE_INTEGER },
      quotaPackages: { own: 5 },
      quotaVersions: { own: 6 },
      formats: app.core.formats.list().map(({ id }) => {
        const isSet = id === 'generic';
        const own = (value: unknown) => ({ own: isSet ? value : null });
        return { format: id.toUpperCase(), enabled: own(false), duplicates: own('REFUSED'), duplicateExceptions: own('dev-.*'), maxFileBytes: own(2 ** 32) };
      }),
    });
    // The fixture resets the columns, not what was derived below.
    await change('admin', '', { registryEnabled: { value: null } });
  });

  it('answers failures to be expected as data', async () => {
    await change('admin', 'acme', { auditEvents: { value: true, isLocked: true } });
    expect(await change('owner', 'acme/widgets', { auditEvents: { value: false } })).toEqual({
      __typename: 'SettingLocked',
      code: 'SETTING_LOCKED',
      setting: 'auditEvents',
      message: 'The setting auditEvents is locked by "acme".',
    });
    expect(await change('owner', 'acme', { retentionDays: { value: -1 } })).toMatchObject({ __typename: 'InvalidInput', field: 'retentionDays' });
    expect(await change('owner', 'acme', { formats: [{ format: 'NPM', duplicateExceptions: { value: '[' } }] })).toMatchObject({ __typename: 'InvalidInput', field: 'formats.duplicateExceptions', message: expect.stringContaining('RE2') });
    expect(await change('owner', 'acme', { formats: [{ format: 'NPM' }, { format: 'NPM' }] })).toMatchObject({ __typename: 'InvalidInput', field: 'formats' });
    expect(await change('owner', 'acme', { allowAnyoneCanPull: { value: true } })).toMatchObject({ __typename: 'InvalidInput', field: 'allowAnyoneCanPull' });
  });

  it.each<[Person, object, string]>([
    ['anonymous', { auditEvents: { value: true } }, 'UNAUTHENTICATED'],
    ['outsider', { auditEvents: { value: true } }, 'NOT_FOUND'],
    ['reader', { auditEvents: { value: true } }, 'FORBIDDEN'],
    ['developer', { auditEvents: { value: true } }, 'FORBIDDEN'],
    ['owner', { quotaBytes: { value: 1 } }, 'FORBIDDEN'],
  ])('refuses %s %j with %s', async (as, input, code) => {
    const before = await countEverything(app.core);
    expect(await change(as, 'acme', input)).toEqual([code]);
    expect(await countEverything(app.core)).toEqual(before);
  });

  it('refuses a namespace that is not there like one that must not be known', async () => {
    const { errors } = await query(app, 'outsider', update, { input: { namespaceId: 'ns_01Q6Q9602RJHHQ5AXX6WFHFMM9', auditEvents: { value: true } } });
    const known = await query(app, 'outsider', update, { input: { namespaceId: (await node(app.core, 'acme')).id, auditEvents: { value: true } } });
    expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual(known.errors?.map(({ message, extensions }) => [message, extensions.code]));
  });
});

describe('Namespace.usage', () => {
  const usage = 'usage { bytes storedBytes restorableBytes packages versions files quotas { kind limit used usedPercent namespace { path } } }';

  it('counts everything below, and how full the quotas are', async () => {
    for (const name of ['one', 'two']) await publishAs(app, { format: 'generic', name, files: { f: 'x'.repeat(50) } });
    await publishAs(app, { format: 'generic', name: 'one', files: { f: 'y'.repeat(25) } });
    await change('admin', '', { quotaPackages: { value: 0 } });
    await change('admin', 'acme', { quotaBytes: { value: 300 } });
    const { namespace } = await ask(app, 'reader', `{ namespace(path: "acme") { ${usage} } }`);
    expect(namespace.usage).toEqual({
      bytes: 75,
      storedBytes: 75,
      restorableBytes: 50,
      packages: 2,
      versions: 2,
      files: 2,
      quotas: [
        { kind: 'PACKAGES', limit: 0, used: null, usedPercent: null, namespace: { path: '' } },
        { kind: 'BYTES', limit: 300, used: 75, usedPercent: 25, namespace: { path: 'acme' } },
      ],
    });
    const { instance } = await ask(app, 'admin', `{ instance { ${usage} } }`);
    expect(instance.usage.quotas).toEqual([{ kind: 'PACKAGES', limit: 0, used: 2, usedPercent: 100, namespace: { path: '' } }]);
  });
});
