import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Registry } from '../../support/app.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { overBackends } from '../over-backends.ts';
import { openClient, packageFolder } from './client.ts';
import { publishTarball } from './uploaded.ts';

overBackends((registry) => {
  describe('pnpm', () => {
    const client = 'pnpm';

    it('publishes, and refuses to do it twice', async (context) => {
      const pnpm = await openClient(context, registry(), { client, as: 'developer', at: 'acme/widgets' });
      const cwd = await packageFolder({ name: '@acme/by-pnpm', version: '1.0.0' });

      expect(await pnpm.run(['publish', '--no-git-checks'], { cwd })).toMatchObject({ code: 0, stdout: '+ @acme/by-pnpm@1.0.0\n' });
      const again = await pnpm.run(['publish', '--no-git-checks'], { cwd });
      expect(again.code).toBe(1);
      expect(again.stdout + again.stderr).toMatch(/cannot publish over the previously published versions: 1\.0\.0/);
      const outsider = await openClient(context, registry(), { client, as: 'outsider', at: 'acme/widgets' });
      const denied = await outsider.run(['publish', '--no-git-checks'], { cwd: await packageFolder({ name: '@acme/by-pnpm', version: '2.0.0' }) });
      expect(denied.stderr).toContain('There is no namespace "acme/widgets", or you may not see it.\n');
      expect((await pnpm.run(['view', '@acme/by-pnpm', 'versions', '--json'])).stdout).toBe('[\n  "1.0.0"\n]\n');
    });

    it.for([{ at: 'acme/widgets' }, { at: 'acme' }, { at: '' }])('adds, and installs from its lockfile, at "$at"', async ({ at }, context) => {
      const pnpm = await openClient(context, registry(), { client, as: 'reader', at });

      expect(await pnpm.run(['add', '@acme/lib'])).toMatchObject({ code: 0, stdout: expect.stringContaining('\ndependencies:\n+ @acme/lib 1.0.0\n'), stderr: '' });
      expect(await readFile(join(pnpm.project, 'node_modules/@acme/lib/index.js'), 'utf8')).toBe('exports.hello = true;');
      await rm(join(pnpm.project, 'node_modules'), { recursive: true });
      await rm(join(pnpm.home, '.local'), { recursive: true });
      expect(await pnpm.run(['install', '--frozen-lockfile'])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Lockfile is up to date, resolution step is skipped\n[^]*\+ @acme\/lib 1\.0\.0\n/),
        stderr: '',
      });
      expect((await pnpm.run(['audit'])).stdout).toBe('No known vulnerabilities found\n');
    });

    it('warns of a deprecated version', async (context) => {
      const pnpm = await openClient(context, registry(), { client, as: 'developer', at: 'acme' });

      expect((await pnpm.run(['deprecate', '@acme/old', 'use @acme/lib'])).code).toBe(0);
      const { code, stdout } = await pnpm.run(['add', '@acme/old']);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/deprecated @acme\/old@1\.0\.0: use @acme\/lib/) });
    });

    it('says what is missing, and what needs a token', async (context) => {
      const pnpm = await openClient(context, registry(), { client, as: 'reader', at: 'acme' });
      const missing = await pnpm.run(['add', '@acme/nothing']);
      expect(missing.code).toBe(1);
      expect(missing.stdout).toContain('ERR_PNPM_FETCH_404  GET <packages>/acme/npm/@acme%2Fnothing: Not Found - 404\n');
      expect((await pnpm.run(['add', '@acme/lib@9'])).stdout).toContain('The latest release of @acme/lib is "1.0.0".\n');

      const nobody = await openClient(context, registry(), { client, as: 'anonymous', at: 'acme' });
      expect((await nobody.run(['add', '@acme/lib'])).stdout).toContain('ERR_PNPM_FETCH_401  GET <packages>/acme/npm/@acme%2Flib: Unauthorized - 401\n');
    });
  });

  describe('yarn 1', () => {
    const client = 'yarn';

    it('publishes, and is told that the version exists', async (context) => {
      const yarn = await openClient(context, registry(), { client, as: 'developer', at: 'acme/widgets' });
      const cwd = await packageFolder({ name: '@acme/by-yarn', version: '1.0.0' });
      const publish = ['publish', '--non-interactive'];

      expect(await yarn.run(publish, { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('\nsuccess Published.\n') });
      const again = await yarn.run(publish, { cwd });
      expect(again.code).toBe(1);
      expect(again.stderr).toContain(
        `error Couldn't publish package: "<packages>/acme/widgets/npm/@acme%2fby-yarn: @acme/by-yarn@1.0.0 is already published; publish a new version instead."\n`,
      );
      const reader = await openClient(context, registry(), { client, as: 'reader', at: 'acme/widgets' });
      const denied = await reader.run(publish, { cwd: await packageFolder({ name: '@acme/by-yarn', version: '2.0.0' }) });
      expect(denied.stderr).toContain('You need the role DEVELOPER or higher to publish here."\n');
      expect((await yarn.run(['info', '@acme/by-yarn', 'versions', '--json'])).stdout).toBe('{"type":"inspect","data":["1.0.0"]}\n');
    });

    it.for([{ at: 'acme/widgets' }, { at: 'acme' }, { at: '' }])('adds, and installs from its lockfile, at "$at"', async ({ at }, context) => {
      const yarn = await openClient(context, registry(), { client, as: 'reader', at });

      expect(await yarn.run(['add', '@acme/lib', 'unscoped-lib'])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('success Saved lockfile.\nsuccess Saved 2 new dependencies.\n'),
        stderr: '',
      });
      expect(await readFile(join(yarn.project, 'yarn.lock'), 'utf8')).toContain(`resolved "${yarn.registry}@acme/lib/-/lib-1.0.0.tgz#`);
      await rm(join(yarn.project, 'node_modules'), { recursive: true });
      await rm(join(yarn.home, '.cache'), { recursive: true, force: true });
      expect(await yarn.run(['install', '--frozen-lockfile'])).toMatchObject({ code: 0, stderr: '' });
      expect(await readFile(join(yarn.project, 'node_modules/@acme/lib/index.js'), 'utf8')).toBe('exports.hello = true;');
      expect(await yarn.run(['check', '--integrity'])).toMatchObject({ code: 0, stdout: expect.stringContaining('success Folder in sync.\n') });
    });

    it('manages tags, and says what is missing', async (context) => {
      const yarn = await openClient(context, registry(), { client, as: 'developer', at: 'acme' });

      expect((await yarn.run(['tag', 'add', '@acme/lib@1.0.0', 'stable'])).stdout).toContain('\nsuccess Created tag.\n');
      expect((await yarn.run(['tag', 'list', '@acme/lib'])).stdout).toContain('info latest: 1.0.0\ninfo stable: 1.0.0\n');
      expect((await yarn.run(['tag', 'remove', '@acme/lib', 'stable'])).stdout).toContain('\nsuccess Deleted tag.\n');
      const missing = await yarn.run(['add', '@acme/nothing']);
      expect(missing.stderr).toContain('@acme/nothing is not in this registry.\n');
      const nobody = await openClient(context, registry(), { client, as: 'anonymous', at: 'acme' });
      expect((await nobody.run(['add', '@acme/lib'])).stderr).toContain('Sign in first: this needs a valid token.\n');
    });
  });
}, publishLibraries);

async function publishLibraries(app: Registry): Promise<void> {
  for (const name of ['@acme/lib', 'unscoped-lib', '@acme/old']) {
    await publishTarball(app, 'acme/widgets', await npmTarball({ name, version: '1.0.0', license: 'MIT' }, { 'index.js': 'exports.hello = true;' }));
  }
}
