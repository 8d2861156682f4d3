import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createProtectionRule } from '../../../src/protection/manage.ts';
import { type SettingChanges, updateSettings } from '../../../src/settings/update.ts';
import type { TestApp } from '../../support/app.ts';
import { overBackends } from '../over-backends.ts';
import { openClient, packageFolder, publishPackage } from './client.ts';

/** What npm prints of a refusal, after its own list of what it sends. */
const refusal = (status: string, url: string, words: string) => `npm error code E${status.slice(0, 3)}\nnpm error ${status.slice(0, 3)} ${status} - PUT <packages>/${url} - ${words}\n`;

overBackends((registry) => {
  async function settings(app: TestApp, path: string, changes: SettingChanges): Promise<void> {
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
    expect((await outsider.run(['install', '@acme/none'])).stderr).toContain('npm error code E404\n');
    const nobody = await openClient(context, registry(), { as: 'anonymous', at: 'acme/widgets' });
    expect((await nobody.run(['install', '@acme/none'])).stderr).toContain('npm error code E401\n');
  });

  it('registry off, even for an owner', async (context) => {
    await settings(registry(), 'acme/switched-off', { node: { registryEnabled: { value: false } } });
    const owner = await openClient(context, registry(), { as: 'owner', at: 'acme/switched-off' });
    const cwd = await packageFolder({ name: '@acme/off', version: '1.0.0' });
    const published = await owner.run(['publish'], { cwd });
    expect([published.code, published.stdout]).toEqual([1, '']);
    expect(published.stderr).toContain(refusal('403 Forbidden', 'acme/switched-off/npm/@acme%2foff', 'The package registry is switched off here.'));
    const installed = await owner.run(['install', '@acme/off']);
    expect(installed.stderr).toContain('npm error code E403\nnpm error 403 403 Forbidden - GET <packages>/acme/switched-off/npm/@acme%2foff - The package registry is switched off here.\n');
    const outsider = await openClient(context, registry(), { as: 'outsider', at: 'acme/switched-off' });
    expect((await outsider.run(['install', '@acme/off'])).stderr).not.toContain('switched off');
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
    expect(stderr).toContain('npm error code E403\nnpm error 403 403 Forbidden - PUT <packages>/acme/guarded/npm/@acme%2fcore-ui - @acme/core-ui is protected by the rule "@acme/core*" of "acme/guarded"');
    expect(stderr).toContain('OWNER');
    const owner = await openClient(context, app, { as: 'owner', at: 'acme/guarded' });
    expect(await owner.run(['publish'], { cwd })).toMatchObject({ code: 0, stdout: '+ @acme/core-ui@1.0.0\n' });
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
    await settings(app, 'acme/full', { node: { quotaBytes: { value: 20_000 } } });
    const npm = await openClient(context, app, { as: 'developer', at: 'acme/full' });
    await publishPackage(npm, { name: '@acme/small', version: '1.0.0' });
    const cwd = await packageFolder({ name: '@acme/large', version: '1.0.0' }, { 'data.txt': randomBytes(30_000).toString('base64') });
    const { code, stdout, stderr } = await npm.run(['publish'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('npm error code E413\nnpm error 413 Payload Too Large - PUT <packages>/acme/full/npm/@acme%2flarge - ');
    expect(stderr).toMatch(/quota/i);
    expect((await npm.run(['view', '@acme/large'])).stderr).toContain('npm error code E404\n');
  });

  it('deprecated', async (context) => {
    const npm = await openClient(context, registry(), { as: 'developer', at: 'acme/widgets' });
    await publishPackage(npm, { name: '@acme/old', version: '1.0.0' });
    expect(await npm.run(['deprecate', '@acme/old@1.0.0', 'use @acme/new'])).toMatchObject({ code: 0 });
    const user = await openClient(context, registry(), { as: 'reader', at: 'acme/widgets' });
    expect((await user.run(['install', '@acme/old'])).stderr).toBe('npm warn deprecated @acme/old@1.0.0: use @acme/new\n');
  });
});
