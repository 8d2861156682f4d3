import { describe, expect, it } from 'vitest';
import type { Registry } from '../../support/app.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { overBackends } from '../over-backends.ts';
import { openClient } from './client.ts';
import { publishTarball } from './uploaded.ts';

const silent = { code: 0, stdout: '', stderr: '' };
const forceWarning = 'npm warn using --force Recommended protections disabled.\n';

overBackends((registry) => {
  describe.for([{ at: 'acme/widgets', name: '@acme/lib' }, { at: 'acme', name: 'lib-in-group' }, { at: '', name: '@acme/from-instance' }])('$name at "$at"', ({ at, name }) => {
    const url = `<packages>/${at === '' ? '' : `${at}/`}npm`;
    const encoded = name.replace('/', '%2f');

    it('adds, lists and removes dist-tags', async (context) => {
      await publishVersions(registry(), name, ['1.0.0', '1.1.0', '2.0.0']);
      const npm = await openClient(context, registry(), { as: 'developer', at });

      expect(await npm.run(['dist-tag', 'add', `${name}@1.1.0`, 'stable'])).toEqual({ ...silent, stdout: `+stable: ${name}@1.1.0\n` });
      expect(await npm.run(['dist-tag', 'add', `${name}@1.1.0`, 'stable'])).toEqual({
        ...silent,
        stderr: 'npm warn dist-tag add stable is already set to version 1.1.0\n',
      });
      expect(await npm.run(['dist-tag', 'ls', name])).toEqual({ ...silent, stdout: 'latest: 2.0.0\nstable: 1.1.0\n' });
      expect(await npm.run(['dist-tag', 'add', `${name}@1.0.0`, 'latest'])).toEqual({ ...silent, stdout: `+latest: ${name}@1.0.0\n` });
      expect((await npm.run(['view', name, 'version'])).stdout).toBe('1.0.0\n');
      expect((await npm.run(['view', `${name}@stable`, 'version'])).stdout).toBe('1.1.0\n');
      expect(await npm.run(['dist-tag', 'rm', name, 'stable'])).toEqual({ ...silent, stdout: `-stable: ${name}@1.1.0\n` });
      expect(await npm.run(['dist-tag', 'ls', name])).toEqual({ ...silent, stdout: 'latest: 1.0.0\n' });
      await npm.run(['dist-tag', 'add', `${name}@2.0.0`, 'latest']);
    });

    it('refuses wrong dist-tags in words', async (context) => {
      const npm = await openClient(context, registry(), { as: 'developer', at });

      const missing = await npm.run(['dist-tag', 'add', `${name}@9.9.9`, 'stable']);
      expect(missing).toMatchObject({ code: 1, stdout: '' });
      expect(missing.stderr).toContain(`npm error code E404\nnpm error 404 Not Found - PUT ${url}/-/package/${encoded}/dist-tags/stable - There is no version 9.9.9.\n`);
      expect(await npm.run(['dist-tag', 'rm', name, 'latest'])).toEqual({
        code: 1,
        stdout: '',
        stderr: `npm error code E400\nnpm error 400 Bad Request - DELETE ${url}/-/package/${encoded}/dist-tags/latest - The tag "latest" cannot be removed; point it elsewhere instead.\n`,
      });
      const reader = await openClient(context, registry(), { as: 'reader', at });
      const denied = await reader.run(['dist-tag', 'add', `${name}@1.0.0`, 'stable']);
      expect(denied).toMatchObject({ code: 1, stdout: '' });
      expect(denied.stderr).toContain('dist-tags/stable - You need the role DEVELOPER or higher to publish here.\n');
      expect((await npm.run(['dist-tag', 'ls', name])).stdout).toBe('latest: 2.0.0\n');
    });

    it('deprecates, warns whoever installs, and takes it back', async (context) => {
      const npm = await openClient(context, registry(), { as: 'developer', at });
      const installed = '\nadded 1 package, and audited 2 packages in <time>\n\nfound 0 vulnerabilities\n';

      expect(await npm.run(['deprecate', `${name}@1.x`, 'use 2.0'])).toMatchObject({ code: 0, stdout: '' });
      expect((await npm.run(['view', `${name}@1.1.0`])).stdout).toContain('\nDEPRECATED!! - use 2.0\n');
      const user = await openClient(context, registry(), { as: 'reader', at });
      expect(await user.run(['install', `${name}@1.1.0`])).toEqual({ code: 0, stdout: installed, stderr: `npm warn deprecated ${name}@1.1.0: use 2.0\n` });
      expect((await npm.run(['view', `${name}@2.0.0`, 'deprecated'])).stdout).toBe('');

      const reader = await openClient(context, registry(), { as: 'reader', at });
      const denied = await reader.run(['deprecate', name, 'all of it']);
      expect(denied.stderr).toContain(`npm error 403 403 Forbidden - PUT ${url}/${encoded} - You need the role DEVELOPER or higher to publish here.\n`);
      expect((await npm.run(['view', `${name}@2.0.0`, 'deprecated'])).stdout).toBe('');

      expect(await npm.run(['undeprecate', `${name}@1.x`])).toMatchObject({ code: 0, stdout: '' });
      const later = await openClient(context, registry(), { as: 'reader', at });
      expect(await later.run(['install', `${name}@1.1.0`])).toEqual({ code: 0, stdout: installed, stderr: '' });
    });

    it('unpublishes one version, and latest moves on', async (context) => {
      const developer = await openClient(context, registry(), { as: 'developer', at });
      const denied = await developer.run(['unpublish', `${name}@2.0.0`, '--force']);
      expect(denied).toMatchObject({ code: 1, stdout: '' });
      expect(denied.stderr).toContain(' - You need the role MAINTAINER or higher to delete here.\n');
      expect((await developer.run(['view', name, 'version'])).stdout).toBe('2.0.0\n');

      const npm = await openClient(context, registry(), { as: 'maintainer', at });
      expect(await npm.run(['unpublish', `${name}@2.0.0`, '--force'])).toEqual({ code: 0, stdout: `- ${name}@2.0.0\n`, stderr: forceWarning });
      expect((await npm.run(['view', name, 'versions', 'dist-tags', '--json'])).stdout).toBe(
        `${JSON.stringify({ versions: ['1.0.0', '1.1.0'], 'dist-tags': { latest: '1.1.0' } }, null, 2)}\n`,
      );
      const install = await npm.run(['install', `${name}@2.0.0`]);
      expect(install.stderr).toContain(`npm error code ETARGET\nnpm error notarget No matching version found for ${name}@2.0.0.\n`);
    });

    it('unpublishes everything, and the name can be published again', async (context) => {
      const npm = await openClient(context, registry(), { as: 'maintainer', at });

      expect((await npm.run(['unpublish', name])).stderr).toContain('npm error Refusing to delete entire project.\n');
      expect(await npm.run(['unpublish', name, '--force'])).toEqual({ code: 0, stdout: `- ${name}\n`, stderr: forceWarning });
      const view = await npm.run(['view', name]);
      expect(view.stderr).toContain(`npm error 404 Not Found - GET ${url}/${encoded} - ${name} is not in this registry.\n`);
      const again = await npm.run(['unpublish', name, '--force']);
      expect(again.stderr).toContain(`${name} is not in this registry.\n`);

      await publishVersions(registry(), name, ['3.0.0']);
      expect((await npm.run(['view', name, 'versions', 'dist-tags', '--json'])).stdout).toBe(
        `${JSON.stringify({ versions: ['3.0.0'], 'dist-tags': { latest: '3.0.0' } }, null, 2)}\n`,
      );
    });
  });
});

async function publishVersions(app: Registry, name: string, versions: readonly string[]): Promise<void> {
  for (const version of versions) await publishTarball(app, name.includes('group') ? 'acme' : 'acme/widgets', await npmTarball({ name, version, license: 'MIT' }));
}
