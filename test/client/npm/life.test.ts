import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { npmFormat } from '../../../shims/npm/format.ts';
import { VersionTable } from '../../../src/db/tables/package.ts';
import { findNamespaceByPath } from '../../../src/namespaces/repository.ts';
import { restorePackage, restoreVersion } from '../../../src/packages/restore.ts';
import { setVersionStatus, type StatusChange } from '../../../src/packages/status.ts';
import { updateSettings } from '../../../src/settings/update.ts';
import type { Registry } from '../../support/app.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { overBackends } from '../over-backends.ts';
import { type Client, openClient, packageFolder, publishPackage } from './client.ts';
import { publishTarball } from './uploaded.ts';

const at = 'acme/widgets';
const added = '\nadded 1 package, and audited 2 packages in <time>\n\nfound 0 vulnerabilities\n';

overBackends((registry) => {
  const publishVersions = async (name: string, versions: readonly string[]) => {
    for (const version of versions) await publishTarball(registry(), at, await npmTarball({ name, version, license: 'MIT' }));
  };
  const change = async (name: string, version: string, to: StatusChange, reason = '') => {
    const { core } = registry();
    await setVersionStatus(core, await registry().actor('developer'), await packageId(registry(), name), [{ version, change: to, reason }]);
  };
  const user = (context: TestContext, client: 'npm' | 'pnpm' | 'yarn' = 'npm') => openClient(context, registry(), { as: 'reader', at, client });

  describe('a withdrawn version', () => {
    it('is no longer chosen, and npm says why', async (context) => {
      await publishVersions('@acme/yanked', ['1.0.0', '1.1.0', '2.0.0']);
      await change('@acme/yanked', '1.1.0', 'YANK', 'it leaks secrets; use 2.0.0');
      const byRange = await user(context);
      expect(await byRange.run(['install', '@acme/yanked@^1.0.0'])).toEqual({ code: 0, stdout: added, stderr: '' });
      expect(await installed(byRange, '@acme/yanked')).toBe('1.0.0');
      const exact = await (await user(context)).run(['install', '@acme/yanked@1.1.0']);
      expect(exact.stderr).toContain(
        'npm error code E403\nnpm error 403 Could not download @acme/yanked@1.1.0 due to policy violations:\nnpm error 403 1.1.0 was withdrawn by its publisher: it leaks secrets; use 2.0.0\n',
      );
      expect(exact).toMatchObject({ code: 1, stdout: '' });
      await change('@acme/yanked', '2.0.0', 'YANK');
      const latest = await user(context);
      expect(await latest.run(['install', '@acme/yanked'])).toEqual({ code: 0, stdout: added, stderr: '' });
      expect(await installed(latest, '@acme/yanked')).toBe('1.0.0');
      await change('@acme/yanked', '1.0.0', 'YANK');
      expect((await (await user(context)).run(['install', '@acme/yanked'])).stderr).toContain('2.0.0 was withdrawn by its publisher.\n');
      await change('@acme/yanked', '1.1.0', 'UNYANK');
      const again = await user(context);
      expect(await again.run(['install', '@acme/yanked@1.1.0'])).toEqual({ code: 0, stdout: added, stderr: '' });
    });

    it.for([
      { client: 'npm', add: ['install', 'yank-npm@^1.0.0'], lock: 'package-lock.json', again: ['ci'], refused: /E403/ },
      { client: 'pnpm', add: ['add', 'yank-pnpm@^1.0.0'], lock: 'pnpm-lock.yaml', again: ['install', '--frozen-lockfile'], refused: /No matching version found for yank-pnpm@1\.1\.0/ },
      { client: 'yarn', add: ['add', 'yank-yarn@^1.0.0'], lock: 'yarn.lock', again: ['install', '--frozen-lockfile'], refused: /Couldn't find any versions for "yank-yarn" that matches "1\.1\.0"/ },
    ] as const)('is still installed by $client where its lock file names it', async ({ client, add, lock, again, refused }, context) => {
      const name = `yank-${client}`;
      await publishVersions(name, ['1.0.0', '1.1.0']);
      const before = await user(context, client);
      expect((await before.run(add)).code).toBe(0);
      expect(await installed(before, name)).toBe('1.1.0');
      await change(name, '1.1.0', 'YANK', 'bad');
      const locked = await user(context, client);
      for (const file of ['package.json', lock]) await copyFile(join(before.project, file), join(locked.project, file));
      expect(await locked.run(again)).toMatchObject({ code: 0 });
      expect(await installed(locked, name)).toBe('1.1.0');
      const fresh = await user(context, client);
      expect((await fresh.run(add)).code).toBe(0);
      expect(await installed(fresh, name)).toBe('1.0.0');
      const exact = await (await user(context, client)).run([add[0], `${name}@1.1.0`]);
      expect(exact.code).toBe(1);
      expect(`${exact.stdout}${exact.stderr}`).toMatch(refused);
    });
  });

  describe('a hidden version', () => {
    it.for([
      { client: 'npm', add: 'install' },
      { client: 'pnpm', add: 'add' },
    ] as const)('is passed over by ranges and latest of $client, and installed by its number', async ({ client, add }, context) => {
      const name = `hidden-${client}`;
      await publishVersions(name, ['1.0.0', '1.1.0']);
      await change(name, '1.1.0', 'HIDE');
      for (const wanted of [`${name}@^1.0.0`, name, `${name}@latest`, `${name}@*`]) {
        const fresh = await user(context, client);
        expect((await fresh.run([add, wanted])).code).toBe(0);
        expect([wanted, await installed(fresh, name)]).toEqual([wanted, '1.0.0']);
      }
      const exact = await user(context, client);
      const result = await exact.run([add, `${name}@1.1.0`]);
      expect([result.code, await installed(exact, name)]).toEqual([0, '1.1.0']);
      if (client === 'npm') expect(result).toEqual({ code: 0, stdout: added, stderr: `npm warn deprecated ${name}@1.1.0: This version is hidden by its publisher and not meant for new use.\n` });
    });

    it('stays hidden, and a withdrawn one withdrawn, whatever npm deprecate does to all', async (context) => {
      await publishVersions('stays', ['1.0.0', '1.1.0', '2.0.0']);
      await change('stays', '1.1.0', 'HIDE');
      await change('stays', '1.0.0', 'YANK', 'bad');
      const npm = await openClient(context, registry(), { as: 'developer', at });
      const states = async () => {
        const rows = await registry().core.database.reads.find(VersionTable, { where: { packageId: await packageId(registry(), 'stays') }, order: { sortKey: 'ASC' } });
        return rows.map(({ status, statusReason }) => [status, statusReason]);
      };
      expect((await npm.run(['deprecate', 'stays', 'use another'])).code).toBe(0);
      expect(await states()).toEqual([['YANKED', 'bad'], ['HIDDEN', 'use another'], ['DEPRECATED', 'use another']]);
      expect((await npm.run(['deprecate', 'stays', ''])).code).toBe(0);
      expect(await states()).toEqual([['YANKED', 'bad'], ['HIDDEN', null], ['PUBLISHED', null]]);
      const maintainer = await openClient(context, registry(), { as: 'maintainer', at });
      expect((await maintainer.run(['unpublish', 'stays@2.0.0', '--force'])).stdout).toBe('- stays@2.0.0\n');
      expect((await states()).map(([status]) => status)).toEqual(['YANKED', 'HIDDEN', 'PUBLISHED']);
      expect((await npm.run(['view', 'stays@1.1.0', 'version'])).stdout).toBe('1.1.0\n');
      expect((await npm.run(['view', 'stays@1.0.0', 'version'])).stderr).toContain('E404');
    });
  });

  describe('a deleted version', () => {
    it('does not install; restored it is the same bytes again', async (context) => {
      await publishVersions('phoenix', ['1.0.0', '2.0.0']);
      const before = await user(context);
      await before.run(['install', 'phoenix@2.0.0']);
      const integrity = await integrityOf(before, 'phoenix');
      const npm = await openClient(context, registry(), { as: 'maintainer', at });
      const { id } = await registry().core.database.reads.findOneByOrFail(VersionTable, { packageId: await packageId(registry(), 'phoenix'), version: '2.0.0' });
      expect((await npm.run(['unpublish', 'phoenix@2.0.0', '--force'])).code).toBe(0);
      const gone = await (await user(context)).run(['install', 'phoenix@2.0.0']);
      expect(gone.stderr).toContain('npm error code ETARGET\nnpm error notarget No matching version found for phoenix@2.0.0.\n');
      const locked = await user(context);
      for (const file of ['package.json', 'package-lock.json']) await copyFile(join(before.project, file), join(locked.project, file));
      expect((await locked.run(['ci'])).stderr).toContain('phoenix-2.0.0.tgz - phoenix has no version 2.0.0.');

      await restoreVersion(registry().core, await registry().actor('maintainer'), id);
      const after = await user(context);
      expect(await after.run(['install', 'phoenix'])).toEqual({ code: 0, stdout: added, stderr: '' });
      expect([await installed(after, 'phoenix'), await integrityOf(after, 'phoenix')]).toEqual(['2.0.0', integrity]);
      expect((await locked.run(['ci'])).code).toBe(0);

      expect((await npm.run(['unpublish', 'phoenix', '--force'])).code).toBe(0);
      expect((await (await user(context)).run(['install', 'phoenix'])).stderr).toContain('phoenix is not in this registry.\n');
      await restorePackage(registry().core, await registry().actor('maintainer'), await packageId(registry(), 'phoenix'));
      const whole = await user(context);
      expect(await whole.run(['install', 'phoenix'])).toEqual({ code: 0, stdout: added, stderr: '' });
      expect(await integrityOf(whole, 'phoenix')).toBe(integrity);
    });

    it('is published again with other content only where duplicates are allowed', async (context) => {
      const npm = await openClient(context, registry(), { as: 'maintainer', at });
      await publishPackage(npm, { name: 'reborn', version: '1.0.0' });
      await publishPackage(npm, { name: 'reborn', version: '1.1.0' });
      expect((await npm.run(['unpublish', 'reborn@1.1.0', '--force'])).code).toBe(0);
      const folder = await packageFolder({ name: 'reborn', version: '1.1.0', description: 'other' });
      const refused = await npm.run(['publish'], { cwd: folder });
      expect(refused.stderr).toContain('reborn@1.1.0 was published before with other content; publish a new version instead.\n');
      expect((await npm.run(['view', 'reborn', 'versions', '--json'])).stdout).toBe('[\n  "1.0.0"\n]\n');

      const namespace = await findNamespaceByPath(registry().core.database.reads, at);
      const duplicates = async (value: 'ALLOWED' | null) =>
        updateSettings(registry().core, await registry().actor('owner'), namespace?.id ?? '', { formats: [{ format: npmFormat, settings: { duplicates: { value } } }] });
      await duplicates('ALLOWED');
      expect(await npm.run(['publish'], { cwd: folder })).toMatchObject({ code: 0, stdout: '+ reborn@1.1.0\n' });
      expect((await npm.run(['view', 'reborn@1.1.0', 'description'])).stdout).toBe('other\n');
      await duplicates(null);
    });
  });
});

async function packageId(app: Registry, name: string): Promise<string> {
  const [head] = await app.core.heads.list('npm', name);
  if (!head) throw new Error(`no package ${name}`);
  return head.id;
}

/** The version of a package that is in the project. */
async function installed({ project }: Client, name: string): Promise<string> {
  return JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8')).version;
}

async function integrityOf({ project }: Client, name: string): Promise<string> {
  return JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')).packages[`node_modules/${name}`].integrity;
}
