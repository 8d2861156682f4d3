import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProtectionRule } from '../../../src/protection/manage.ts';
import { type SettingChanges, updateSettings } from '../../../src/settings/update.ts';
import { pushed } from '../../wire/nuget-request.ts';
import { overBackends } from '../over-backends.ts';
import { type NugetClient, type NugetSetup, openDotnet, writePackage } from './client.ts';

overBackends((registry) => {
  const open = (context: Parameters<typeof openDotnet>[0], setup: NugetSetup) => openDotnet(context, registry(), setup);

  async function settings(path: string, changes: SettingChanges): Promise<void> {
    const app = registry();
    const { id } = await app.namespace(path);
    await updateSettings(app.core, await app.actor('admin'), id, changes);
  }

  /** What a push that fails prints; its exit code is 1. */
  async function refusal(dotnet: NugetClient, id: string): Promise<string> {
    await writePackage(dotnet, id, '1.0.0');
    const { code, stdout, stderr } = await dotnet.paste('publish', 'dotnet', { package: id, version: '1.0.0' });
    expect(code).toBe(1);
    return stdout + stderr;
  }

  async function restore(dotnet: NugetClient, id: string): Promise<{ code: number | null; text: string }> {
    const project = `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>netcoreapp3.1</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="${id}" Version="1.0.0" /></ItemGroup></Project>`;
    await writeFile(join(dotnet.folder, 'App.csproj'), project);
    const { code, stdout, stderr } = await dotnet.run('restore', '--no-cache');
    return { code, text: stdout + stderr };
  }

  it('who may not push', async (context) => {
    const at = 'acme/widgets';
    expect(await refusal(await open(context, { as: 'reader', at }), 'Not.Mine')).toContain('403 (You need the role DEVELOPER or higher to publish here.)');
    expect(await refusal(await open(context, { as: 'outsider', at }), 'Not.Mine')).toContain('404 (There is no namespace "acme/widgets", or you may not see it.)');
    expect(await refusal(await open(context, { as: 'a bad token', at }), 'Not.Mine')).toMatch(/401 \(.*\)/);
    expect(await refusal(await open(context, { as: 'anonymous', at }), 'Not.Mine')).toContain('401 (Sign in first: this needs a valid token.)');
  });

  it('who may not read', async (context) => {
    const at = 'acme/widgets';
    await pushed(registry(), 'Private.Lib', '1.0.0');
    expect(await restore(await open(context, { as: 'reader', at }), 'Private.Lib')).toMatchObject({ code: 0, text: expect.stringContaining('Restore completed') });
    const outsider = await restore(await open(context, { as: 'outsider', at }), 'Private.Lib');
    expect([outsider.code, outsider.text]).toEqual([1, expect.stringContaining('NU1101: Unable to find package Private.Lib.')]);
    const anonymous = await restore(await open(context, { as: 'anonymous', at }), 'Private.Lib');
    expect([anonymous.code, anonymous.text]).toEqual([1, expect.stringContaining('401 (')]);
    const bad = await restore(await open(context, { as: 'a bad token', at }), 'Private.Lib');
    expect([bad.code, bad.text]).toEqual([1, expect.stringContaining('401 (')]);
  });

  it('what a rule, a quota, a size and a switch forbid', async (context) => {
    const app = registry();
    const { id } = await app.namespace('acme/guarded');
    await createProtectionRule(app.core, await app.actor('owner'), id, { target: 'PACKAGE', format: 'nuget', namePattern: 'core.*', pattern: null, publishRole: 'OWNER', deleteRole: null, isImmutable: false });
    expect(await refusal(await open(context, { as: 'developer', at: 'acme/guarded' }), 'Core.Ui')).toContain('403 (Core.Ui is protected by the rule "core.*" of "acme/guarded": publishing needs the role OWNER.)');

    const format = app.core.formats.get('nuget');
    await settings('acme/small', { formats: [{ format, settings: { maxFileBytes: { value: 500 } } }] });
    expect(await refusal(await open(context, { as: 'developer', at: 'acme/small' }), 'Too.Large')).toContain('413 (The upload is larger than the 500 bytes allowed here.)');

    await settings('acme/full', { node: { quotaPackages: { value: 1 } } });
    await pushed(app, 'First', '1.0.0', { namespace: 'acme/full' });
    expect(await refusal(await open(context, { as: 'developer', at: 'acme/full' }), 'Second')).toMatch(/413 \(.*quota.*\)/i);

    await settings('acme/without', { formats: [{ format, settings: { enabled: { value: false } } }] });
    const owner = await open(context, { as: 'owner', at: 'acme/without' });
    expect(await refusal(owner, 'Any.Thing')).toContain('403 (The format nuget is switched off here.)');
    expect((await restore(owner, 'Any.Thing')).text).toContain('403 (The format nuget is switched off here.)');
  });

  it('what is no package', async (context) => {
    const dotnet = await open(context, { as: 'developer', at: 'acme/widgets' });
    await writePackage(dotnet, 'Bad', '1.0.0', { nuspec: '<package><metadata><id>../evil</id><version>1.0.0</version></metadata></package>' });
    const { code, stdout, stderr } = await dotnet.run('nuget', 'push', 'Bad.1.0.0.nupkg', '--source', 'entrepot', '--api-key', registry().secrets.developer);
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(`400 ("../evil" can't be a package id: it must be 1 to 100 letters, digits and _, with single . or - between them.)`)]);
  });
});
