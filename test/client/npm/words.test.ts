import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createProtectionRule } from '../../../src/protection/manage.ts';
import { type SettingChanges, updateSettings } from '../../../src/settings/update.ts';
import type { Registry } from '../../support/app.ts';
import { overBackends } from '../over-backends.ts';
import { openClient, packageFolder, publishPackage } from './client.ts';

/** What npm prints of a refusal, after its own list of what it sends. */
const refusal = (status: string, url: string, words: string, method = 'PUT') => {
  const code = status.slice(0, 3);
  // The number of a 403 it says twice.
  return `npm error code E${code}\nnpm error ${code === '403' ? '403 ' : ''}${status} - ${method} <packages>/${url} - ${words}\n`;
};

overBackends((registry) => {
  async function settings(app: Registry, path: string, changes: SettingChanges): Promise<void> {
    const { id } = await app.namespace(path);
    await updateSettings(app.core, await app.actor('admin'), id, changes);
  }

  it('no permission', async (context) => {
    const reader = await openClient(context, registry(), { as: 'reader', at: 'acme/widgets' });
    const cwd = await packageFolder({ name: '@acme/none', version: '1.0.0' });
    const { code, stdout, stderr } = await reader.run(['publish'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(refusal('403 Forbidden', 'acme/widgets/npm/@acme%2fnone', 'You need the role DEVELOPER or higher to publish here.'));
    const outsider = await openClient(context, registry(), { as: 'outsider', at: 'acme/widgets' });
    const hidden = 'There is no namespace "acme/widgets", or you may not see it.';
    expect((await outsider.run(['install', '@acme/none'])).stderr).toContain(refusal('404 Not Found', 'acme/widgets/npm/@acme%2fnone', hidden, 'GET'));
    expect((await outsider.run(['publish'], { cwd })).stderr).toContain(refusal('404 Not Found', 'acme/widgets/npm/@acme%2fnone', hidden));
    const nobody = await openClient(context, registry(), { as: 'anonymous', at: 'acme/widgets' });
    expect((await nobody.run(['install', '@acme/none'])).stderr).toContain('npm notice Sign in first: this needs a valid token.\nnpm error code E401\n');
  });

  it('no permission to delete, deprecate or tag', async (context) => {
    const at = 'acme/widgets';
    const developer = await openClient(context, registry(), { as: 'developer', at });
    await publishPackage(developer, { name: '@acme/theirs', version: '1.0.0' });
    const deleted = await developer.run(['unpublish', '@acme/theirs', '--force']);
    expect(deleted.stderr).toMatch(/npm error 403 403 Forbidden - DELETE \S+\/@acme%2ftheirs\/-rev\/\S+ - You need the role MAINTAINER or higher to delete here\.\n/);
    const reader = await openClient(context, registry(), { as: 'reader', at });
    const words = 'You need the role DEVELOPER or higher to publish here.';
    expect((await reader.run(['deprecate', '@acme/theirs', 'old'])).stderr).toContain(refusal('403 Forbidden', `${at}/npm/@acme%2ftheirs`, words));
    expect((await reader.run(['dist-tag', 'add', '@acme/theirs@1.0.0', 'next'])).stderr).toContain(refusal('403 Forbidden', `${at}/npm/-/package/@acme%2ftheirs/dist-tags/next`, words));
    expect((await reader.run(['view', '@acme/theirs', 'dist-tags', 'deprecated', '--json'])).stdout).toBe('{\n  "latest": "1.0.0"\n}\n');
  });

  it('registry off, even for an owner', async (context) => {
    await settings(registry(), 'acme/switched-off', { node: { registryEnabled: { value: false } } });
    const owner = await openClient(context, registry(), { as: 'owner', at: 'acme/switched-off' });
    const cwd = await packageFolder({ name: '@acme/off', version: '1.0.0' });
    const published = await owner.run(['publish'], { cwd });
    expect([published.code, published.stdout]).toEqual([1, '']);
    expect(published.stderr).toContain(refusal('403 Forbidden', 'acme/switched-off/npm/@acme%2foff', 'The package registry is switched off here.'));
    const installed = await owner.run(['install', '@acme/off']);
    expect(installed.stderr).toContain(refusal('403 Forbidden', 'acme/switched-off/npm/@acme%2foff', 'The package registry is switched off here.', 'GET'));
    expect((await owner.run(['search', 'off'])).stderr).toContain(' - The package registry is switched off here.\n');
    const outsider = await openClient(context, registry(), { as: 'outsider', at: 'acme/switched-off' });
    expect((await outsider.run(['install', '@acme/off'])).stderr).not.toContain('switched off');
  });

  it('one format off', async (context) => {
    const format = registry().core.formats.get('npm');
    await settings(registry(), 'acme/without-npm', { formats: [{ format, settings: { enabled: { value: false } } }] });
    const owner = await openClient(context, registry(), { as: 'owner', at: 'acme/without-npm' });
    const published = await owner.run(['publish'], { cwd: await packageFolder({ name: '@acme/off', version: '1.0.0' }) });
    expect(published.stderr).toContain(refusal('403 Forbidden', 'acme/without-npm/npm/@acme%2foff', 'The format npm is switched off here.'));
  });

  it('protected package', async (context) => {
    const app = registry();
    const { id } = await app.namespace('acme/guarded');
    await createProtectionRule(app.core, await app.actor('owner'), id, {
      target: 'PACKAGE', format: 'npm', namePattern: '@acme/core*', pattern: null, publishRole: 'OWNER', deleteRole: null, isImmutable: false,
    });
    const developer = await openClient(context, app, { as: 'developer', at: 'acme/guarded' });
    const cwd = await packageFolder({ name: '@acme/core-ui', version: '1.0.0' });
    const { code, stdout, stderr } = await developer.run(['publish'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    const words = '@acme/core-ui is protected by the rule "@acme/core*" of "acme/guarded": publishing needs the role OWNER.';
    expect(stderr).toContain(refusal('403 Forbidden', 'acme/guarded/npm/@acme%2fcore-ui', words));
    const owner = await openClient(context, app, { as: 'owner', at: 'acme/guarded' });
    expect(await owner.run(['publish'], { cwd })).toMatchObject({ code: 0, stdout: '+ @acme/core-ui@1.0.0\n' });
  });

  it('protected versions and tags', async (context) => {
    const app = registry();
    const { id } = await app.namespace('acme/kept');
    const rule = { format: 'npm', namePattern: '*', publishRole: null, deleteRole: null, isImmutable: true } as const;
    for (const target of ['VERSION', 'TAG'] as const) await createProtectionRule(app.core, await app.actor('owner'), id, { ...rule, target, pattern: target === 'TAG' ? 'stable' : '1.*' });
    const npm = await openClient(context, app, { as: 'maintainer', at: 'acme/kept' });
    for (const version of ['1.0.0', '2.0.0']) await publishPackage(npm, { name: '@acme/kept', version });
    expect(await npm.run(['dist-tag', 'add', '@acme/kept@1.0.0', 'stable'])).toMatchObject({ code: 0 });

    const moved = await npm.run(['dist-tag', 'add', '@acme/kept@2.0.0', 'stable']);
    const words = 'The tag "stable" of @acme/kept is protected by the rule "*" for tags "stable" of "acme/kept": it stays where it was set first.';
    expect(moved.stderr).toContain(refusal('403 Forbidden', 'acme/kept/npm/-/package/@acme%2fkept/dist-tags/stable', words));
    const deleted = await npm.run(['unpublish', '@acme/kept@1.0.0', '--force']);
    expect([deleted.code, deleted.stdout]).toEqual([1, '']);
    expect(deleted.stderr).toMatch(/npm error 403 403 Forbidden - PUT \S+ - @acme\/kept@1\.0\.0 is protected by the rule "\*" for versions "1\.\*" of "acme\/kept": it can never be deleted\.\n/);
    expect((await npm.run(['dist-tag', 'ls', '@acme/kept'])).stdout).toBe('latest: 2.0.0\nstable: 1.0.0\n');
  });

  it('duplicate, and none where the setting allows it', async (context) => {
    const app = registry();
    const npmFormat = app.core.formats.get('npm');
    await settings(app, 'acme/duplicates', { formats: [{ format: npmFormat, settings: { duplicateExceptions: { value: '@acme/nightly-.*' } } }] });
    const npm = await openClient(context, app, { as: 'developer', at: 'acme/duplicates' });
    for (const name of ['@acme/once', '@acme/nightly-ui']) await publishPackage(npm, { name, version: '1.0.0' });
    // npm itself looks first; what --force keeps it from is the server's to refuse.
    const again = async (name: string) => npm.run(['publish', '--force'], { cwd: await packageFolder({ name, version: '1.0.0', description: 'anew' }) });
    const refused = await again('@acme/once');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain(refusal('403 Forbidden', 'acme/duplicates/npm/@acme%2fonce', '@acme/once@1.0.0 is already published; publish a new version instead.'));
    expect(await again('@acme/nightly-ui')).toMatchObject({ code: 0, stdout: '+ @acme/nightly-ui@1.0.0\n' });
    expect((await npm.run(['view', '@acme/nightly-ui', 'description'])).stdout).toBe('anew\n');
  });

  it('quota', async (context) => {
    const app = registry();
    const { id } = await app.namespace('acme/full');
    const limit = async (quota: 'quotaBytes' | 'quotaPackages', value: number) => updateSettings(app.core, await app.actor('admin'), id, { node: { [quota]: { value } } });
    await limit('quotaBytes', 20_000);
    const npm = await openClient(context, app, { as: 'developer', at: 'acme/full' });
    await publishPackage(npm, { name: '@acme/small', version: '1.0.0' });
    const cwd = await packageFolder({ name: '@acme/large', version: '1.0.0' }, { 'data.txt': randomBytes(30_000).toString('base64') });
    const { code, stdout, stderr } = await npm.run(['publish'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    const words = 'This does not fit: "acme/full" may hold 20000 bytes. Delete what is not needed any more, or ask for a higher quota.';
    expect(stderr).toContain(refusal('413 Payload Too Large', 'acme/full/npm/@acme%2flarge', words));
    expect((await npm.run(['view', '@acme/large'])).stderr).toContain('npm error code E404\n');
    await limit('quotaPackages', 1);
    const second = await npm.run(['publish'], { cwd: await packageFolder({ name: '@acme/second', version: '1.0.0' }) });
    expect(second.stderr).toContain(refusal('413 Payload Too Large', 'acme/full/npm/@acme%2fsecond', words.replace('20000 bytes', '1 package')));
  });

  it('too large a package, and a name that is another project\'s', async (context) => {
    const app = registry();
    const format = app.core.formats.get('npm');
    await settings(app, 'acme/tiny', { formats: [{ format, settings: { maxFileBytes: { value: 1_000 } } }] });
    const npm = await openClient(context, app, { as: 'developer', at: 'acme/tiny' });
    const large = await npm.run(['publish'], { cwd: await packageFolder({ name: '@acme/big', version: '1.0.0' }, { 'data.txt': randomBytes(30_000).toString('base64') }) });
    expect(large.stderr).toContain(refusal('413 Payload Too Large', 'acme/tiny/npm/@acme%2fbig', 'The upload is larger than the 1000 bytes allowed here.'));
    await publishPackage(await openClient(context, app, { as: 'developer', at: 'acme/widgets' }), { name: '@acme/claimed', version: '1.0.0' });
    const claimed = await npm.run(['publish'], { cwd: await packageFolder({ name: '@acme/claimed', version: '2.0.0' }) });
    const words = '@acme/claimed belongs to another project or group below this top-level group; publish it there.';
    expect(claimed.stderr).toContain(refusal('409 Conflict', 'acme/tiny/npm/@acme%2fclaimed', words));
  });

  it('deprecated', async (context) => {
    const npm = await openClient(context, registry(), { as: 'developer', at: 'acme/widgets' });
    await publishPackage(npm, { name: '@acme/old', version: '1.0.0' });
    expect(await npm.run(['deprecate', '@acme/old@1.0.0', 'use @acme/new'])).toMatchObject({ code: 0 });
    const user = await openClient(context, registry(), { as: 'reader', at: 'acme/widgets' });
    expect((await user.run(['install', '@acme/old'])).stderr).toBe('npm warn deprecated @acme/old@1.0.0: use @acme/new\n');
  });
});
