import { expect, it } from 'vitest';
import { sinceNow } from '../instants.ts';
import { overBackends } from '../over-backends.ts';
import { openClient, packageFolder, publishPackage } from './client.ts';

const intoTag = (at: string, tag: string) => `npm notice Publishing to <packages>/${at} with tag ${tag} and default access\n`;

overBackends((registry) => {
  it.for([
    { at: 'acme/widgets', name: '@acme/in-project', url: 'acme/widgets/npm/' },
    { at: 'acme', name: 'in-group', url: 'acme/npm/' },
    { at: 'acme', name: '@other-scope/in-group', url: 'acme/npm/' },
  ])('publishes $name at $at', async ({ at, name, url }, context) => {
    const npm = await openClient(context, registry(), { as: 'developer', at });
    const cwd = await packageFolder({ name, version: '1.0.0' }, { 'index.js': 'module.exports = 1;\n', 'README.md': '# Read me\n' });
    const isSinceThen = sinceNow(registry());

    expect(await npm.run(['publish'], { cwd })).toEqual({ code: 0, stdout: `+ ${name}@1.0.0\n`, stderr: intoTag(url, 'latest') });
    const { stdout } = await npm.run(['view', name, 'name', 'version', 'dist-tags', 'readme', 'time.modified', '--json']);
    const { 'time.modified': modified, ...facts } = JSON.parse(stdout);
    expect(facts).toEqual({ name, version: '1.0.0', 'dist-tags': { latest: '1.0.0' }, readme: '# Read me\n' });
    expect(modified).toSatisfy(isSinceThen);
  });

  it('publishes under a tag, and keeps latest', async (context) => {
    const npm = await openClient(context, registry(), { as: 'developer', at: 'acme/widgets' });
    await publishPackage(npm, { name: '@acme/tagged', version: '1.0.0' });
    const cwd = await packageFolder({ name: '@acme/tagged', version: '2.0.0-rc.1' });

    expect(await npm.run(['publish', '--tag', 'next'], { cwd })).toEqual({
      code: 0,
      stdout: '+ @acme/tagged@2.0.0-rc.1\n',
      stderr: intoTag('acme/widgets/npm/', 'next'),
    });
    expect((await npm.run(['dist-tag', 'ls', '@acme/tagged'])).stdout).toBe('latest: 1.0.0\nnext: 2.0.0-rc.1\n');
  });

  it('refuses a version that exists: npm by looking first, the server where npm does not look', async (context) => {
    const npm = await openClient(context, registry(), { as: 'developer', at: 'acme/widgets' });
    await publishPackage(npm, { name: '@acme/twice', version: '1.0.0' });
    const cwd = await packageFolder({ name: '@acme/twice', version: '1.0.0' }, { 'index.js': 'other();\n' });
    const { stdout: before } = await npm.run(['view', '@acme/twice', 'dist.shasum']);

    expect(await npm.run(['publish'], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'npm error You cannot publish over the previously published versions: 1.0.0.\n',
    });
    const forced = await npm.run(['publish', '--force'], { cwd });
    expect(forced).toMatchObject({ code: 1, stdout: '' });
    expect(forced.stderr).toContain(
      'npm error 403 403 Forbidden - PUT <packages>/acme/widgets/npm/@acme%2ftwice - @acme/twice@1.0.0 is already published; publish a new version instead.\n',
    );
    expect((await npm.run(['view', '@acme/twice', 'dist.shasum'])).stdout).toBe(before);
  });

  it('refuses a name that another project of the group owns', async (context) => {
    await publishPackage(await openClient(context, registry(), { as: 'developer', at: 'acme/widgets' }), { name: '@acme/owned', version: '1.0.0' });
    const npm = await openClient(context, registry(), { as: 'developer', at: 'acme' });

    const result = await npm.run(['publish'], { cwd: await packageFolder({ name: '@acme/owned', version: '2.0.0' }) });
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr:
        intoTag('acme/npm/', 'latest') +
        'npm error code E409\n' +
        'npm error 409 Conflict - PUT <packages>/acme/npm/@acme%2fowned - @acme/owned belongs to another project or group below this top-level group; publish it there.\n',
    });
    expect((await npm.run(['view', '@acme/owned', 'version'])).stdout).toBe('1.0.0\n');
  });

  it.for([
    {
      as: 'reader' as const,
      says: 'npm error code E403\nnpm error 403 403 Forbidden - PUT <packages>/acme/widgets/npm/@acme%2fdenied - You need the role DEVELOPER or higher to publish here.\n',
    },
    {
      as: 'outsider' as const,
      says: 'npm error code E404\nnpm error 404 Not Found - PUT <packages>/acme/widgets/npm/@acme%2fdenied - There is no namespace "acme/widgets", or you may not see it.\n',
    },
    {
      as: 'a bad token' as const,
      says:
        `npm notice The token is mistyped or incomplete.\n${intoTag('acme/widgets/npm/', 'latest')}` +
        'npm error code E401\nnpm error Unable to authenticate, your authentication token seems to be invalid.\n',
    },
    { as: 'anonymous' as const, says: 'npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in to <packages>/acme/widgets/npm/\n' },
  ])('refuses $as in words', async ({ as, says }, context) => {
    const npm = await openClient(context, registry(), { as, at: 'acme/widgets' });

    const result = await npm.run(['publish'], { cwd: await packageFolder({ name: '@acme/denied', version: '1.0.0' }) });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(says);
    const owner = await openClient(context, registry(), { as: 'owner' });
    expect((await owner.run(['view', '@acme/denied'])).stderr).toContain('npm error code E404\n');
  });

  it('publishes nothing at the instance itself, which holds no packages', async (context) => {
    const npm = await openClient(context, registry(), { as: 'developer' });

    const result = await npm.run(['publish'], { cwd: await packageFolder({ name: 'nowhere', version: '1.0.0' }) });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatchInlineSnapshot(`
      "npm notice Publishing to <packages>/npm/ with tag latest and default access
      npm error code E403
      npm error 403 403 Forbidden - PUT <packages>/npm/nowhere - You need the role DEVELOPER or higher to publish here.
      npm error 403 In most cases, you or one of your dependencies are requesting a package version that is forbidden by your security policy, or on a server you do not have access to.
      "
    `);
  });

  it('refuses a new name with capitals', async (context) => {
    const npm = await openClient(context, registry(), { as: 'developer', at: 'acme/widgets' });

    const result = await npm.run(['publish'], { cwd: await packageFolder({ name: 'Capital', version: '1.0.0' }) });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatchInlineSnapshot(`
      "npm notice Publishing to <packages>/acme/widgets/npm/ with tag latest and default access
      npm error code E400
      npm error 400 Bad Request - PUT <packages>/acme/widgets/npm/Capital - "Capital" can't be the name of a new package: it must be in lower case, such as "capital".
      "
    `);
  });
});
