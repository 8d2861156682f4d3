import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Registry } from '../../support/app.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { overBackends } from '../over-backends.ts';
import { openClient } from './client.ts';
import { publishTarball } from './uploaded.ts';

overBackends((registry) => {
  describe.for([{ at: 'acme/widgets' }, { at: 'acme' }, { at: '' }])('at "$at"', ({ at }) => {
    const url = `<packages>/${at === '' ? '' : `${at}/`}npm`;

    it('views a package', async (context) => {
      const npm = await openClient(context, registry(), { as: 'reader', at });

      const { code, stdout, stderr } = await npm.run(['view', '@acme/lib']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.replace(/(integrity: |shasum: ).*/g, '$1…').split('\n')).toEqual([
        '',
        '@acme/lib@1.1.0 | MIT | deps: none | versions: 2',
        'Says hello',
        'https://lib.example/',
        '',
        'keywords: greeting',
        '',
        'dist',
        `.tarball: ${url}/@acme/lib/-/lib-1.1.0.tgz`,
        '.shasum: …',
        '.integrity: …',
        expect.stringMatching(/^\.unpackedSize: \d+ B$/),
        '',
        'maintainers:',
        '- developer',
        '',
        'dist-tags:',
        'latest: 1.1.0',
        '',
        'published <time> by developer',
        '',
      ]);
    });

    it('views versions, fields and a range', async (context) => {
      const npm = await openClient(context, registry(), { as: 'reader', at });

      expect(await npm.run(['view', '@acme/lib', 'versions'])).toEqual({ code: 0, stdout: "[ '1.0.0', '1.1.0' ]\n", stderr: '' });
      expect(await npm.run(['view', '@acme/lib@^1.0.0', 'dist.tarball'])).toEqual({
        code: 0,
        stdout: ['1.0.0', '1.1.0'].map((version) => `@acme/lib@${version} '${url}/@acme/lib/-/lib-${version}.tgz'\n`).join(''),
        stderr: '',
      });
    });

    it('says that a package is missing', async (context) => {
      const npm = await openClient(context, registry(), { as: 'reader', at });

      const result = await npm.run(['view', '@acme/nothing']);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toContain(`npm error code E404\nnpm error 404 Not Found - GET ${url}/@acme%2fnothing - @acme/nothing is not in this registry.\n`);
    });

    it('installs without a warning, and again from the lockfile', async (context) => {
      const npm = await openClient(context, registry(), { as: 'reader', at });
      const installed = '\nadded 1 package, and audited 2 packages in <time>\n\nfound 0 vulnerabilities\n';

      expect(await npm.run(['install', '@acme/lib'])).toEqual({ code: 0, stdout: installed, stderr: '' });
      expect(await readFile(join(npm.project, 'node_modules/@acme/lib/index.js'), 'utf8')).toBe("exports.version = '1.1.0';");
      const lock = JSON.parse(await readFile(join(npm.project, 'package-lock.json'), 'utf8'));
      expect(lock.packages['node_modules/@acme/lib']).toEqual({
        version: '1.1.0',
        resolved: `${npm.registry}@acme/lib/-/lib-1.1.0.tgz`,
        integrity: expect.stringMatching(/^sha512-/),
        license: 'MIT',
      });
      await rm(join(npm.home, '.npm'), { recursive: true });
      expect(await npm.run(['ci'])).toEqual({ code: 0, stdout: installed, stderr: '' });
      expect(await npm.run(['audit'])).toEqual({ code: 0, stdout: 'found 0 vulnerabilities\n', stderr: '' });
    });
  });

  it('resolves a dependency that another project of the group holds', async (context) => {
    const npm = await openClient(context, registry(), { as: 'reader', at: 'acme' });

    expect(await npm.run(['install', 'unscoped-app'])).toEqual({
      code: 0,
      stdout: '\nadded 2 packages, and audited 3 packages in <time>\n\nfound 0 vulnerabilities\n',
      stderr: '',
    });
    expect(await npm.run(['ls', '--all'])).toEqual({
      code: 0,
      stdout: `app@1.0.0 ${npm.project}\n\`-- unscoped-app@1.0.0\n  \`-- @acme/lib@1.1.0\n\n`,
      stderr: '',
    });
    expect(await npm.run(['outdated'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('asks again with what it has, and gets 304', async (context) => {
    const npm = await openClient(context, registry(), { as: 'reader', at: 'acme' });
    await npm.run(['install', '@acme/lib']);
    await Promise.all(['package-lock.json', 'node_modules'].map((name) => rm(join(npm.project, name), { recursive: true })));

    const { code, stderr } = await npm.run(['install', '--loglevel', 'http']);
    expect({ code, lines: stderr.trim().split('\n').map((line) => line.replace(/ \d+ms/, '')).sort() }).toEqual({
      code: 0,
      lines: [
        'npm http cache @acme/lib@<packages>/acme/npm/@acme/lib/-/lib-1.1.0.tgz (cache hit)',
        'npm http fetch GET 200 <packages>/acme/npm/@acme%2flib (cache revalidated)',
        'npm http fetch POST 200 <packages>/acme/npm/-/npm/v1/security/advisories/bulk',
      ],
    });
    expect(await answered(registry(), 304)).toBeGreaterThan(0);
  });

  it('packs a published version, byte by byte what was published', async (context) => {
    const npm = await openClient(context, registry(), { as: 'reader', at: 'acme' });

    expect(await npm.run(['pack', '@acme/lib@1.0.0'])).toMatchObject({ code: 0, stdout: 'acme-lib-1.0.0.tgz\n' });
    const { stdout } = await npm.run(['view', '@acme/lib@1.0.0', 'dist.integrity']);
    const bytes = await readFile(join(npm.project, 'acme-lib-1.0.0.tgz'));
    expect(stdout).toBe(`sha512-${createHash('sha512').update(bytes).digest('base64')}\n`);
  });

  it('searches', async (context) => {
    const npm = await openClient(context, registry(), { as: 'reader', at: 'acme' });

    expect(await npm.run(['search', 'hello'])).toEqual({
      code: 0,
      stdout: '@acme/lib\nSays hello\nVersion 1.1.0 published <today> by developer\nMaintainers: developer\nKeywords: greeting\nhttps://npm.im/@acme/lib\n\n',
      stderr: '',
    });
    expect(await npm.run(['search', 'goodbye'])).toEqual({ code: 0, stdout: 'No matches found for "goodbye"\n', stderr: '' });
  });

  it('serves what is public to everybody', async (context) => {
    await registry().namespace('open', 'PROJECT', 'PUBLIC');
    await publishTarball(registry(), 'open', await npmTarball({ name: 'open-lib', version: '1.0.0' }), { as: 'admin' });
    const nobody = await openClient(context, registry(), { as: 'anonymous' });

    expect(await nobody.run(['install', 'open-lib'])).toEqual({
      code: 0,
      stdout: '\nadded 1 package, and audited 2 packages in <time>\n\nfound 0 vulnerabilities\n',
      stderr: '',
    });
    expect((await nobody.run(['search', 'lib'])).stdout).toMatch(/^open-lib\nVersion 1\.0\.0 published <today> by admin\n/);
  });

  it('shows an outsider nothing, and tells anonymous callers to sign in', async (context) => {
    const outsider = await openClient(context, registry(), { as: 'outsider' });
    expect((await outsider.run(['search', 'hello'])).stdout).toBe('No matches found for "hello"\n');
    const hidden = await outsider.run(['view', '@acme/lib']);
    expect(hidden.stderr).toContain('npm error 404 Not Found - GET <packages>/npm/@acme%2flib - @acme/lib is not in this registry.\n');

    const nobody = await openClient(context, registry(), { as: 'anonymous', at: 'acme' });
    expect(await nobody.run(['install', '@acme/lib'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'npm notice Sign in first: this needs a valid token.\n' +
        'npm error code E401\n' +
        'npm error Unable to authenticate, your authentication token seems to be invalid.\n' +
        'npm error To correct this please try logging in again with:\n' +
        'npm error   npm login\n',
    });
  });
}, publishLibraries);

async function publishLibraries(app: Registry): Promise<void> {
  const lib = { name: '@acme/lib', license: 'MIT', description: 'Says hello', keywords: ['greeting'], homepage: 'https://lib.example/' };
  for (const version of ['1.0.0', '1.1.0']) {
    await publishTarball(app, 'acme/widgets', await npmTarball({ ...lib, version }, { 'index.js': `exports.version = '${version}';` }));
  }
  await publishTarball(app, 'acme', await npmTarball({ name: 'unscoped-app', version: '1.0.0', dependencies: { '@acme/lib': '^1.0.0' } }));
}

/** How many answers with that status have been counted. */
async function answered({ serverUrls }: Registry, status: number): Promise<number> {
  const metrics = await Promise.all(serverUrls.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  const lines = metrics.join('\n').split('\n').filter((line) => line.startsWith('entrepot_http_requests_total{') && line.includes(`status="${status}"`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
