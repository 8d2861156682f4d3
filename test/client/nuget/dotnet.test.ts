import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setVersionStatus } from '../../../src/packages/status.ts';
import { createUpload } from '../../../src/uploads/create.ts';
import { dependencies } from '../../support/nupkg.ts';
import { ask } from '../../graphql/client.ts';
import { pushed } from '../../wire/nuget-request.ts';
import { overBackends } from '../over-backends.ts';
import { type NugetClient, openDotnet, writePackage } from './client.ts';

const framework = '<TargetFramework>netcoreapp3.1</TargetFramework>';

/** A library with everything that a project can say of a package. */
async function writeLibrary({ folder }: NugetClient): Promise<void> {
  const library = join(folder, 'library');
  await mkdir(library);
  const properties =
    `${framework}<PackageId>Acme.Greeter</PackageId><Version>1.0.0</Version><Authors>Ada</Authors><Description>Says hello</Description><PackageTags>greet hello</PackageTags>` +
    '<PackageLicenseExpression>MIT</PackageLicenseExpression><PackageIcon>icon.png</PackageIcon><RepositoryUrl>https://example.com/acme/greeter</RepositoryUrl><RepositoryType>git</RepositoryType>' +
    '<IncludeSymbols>true</IncludeSymbols><SymbolPackageFormat>snupkg</SymbolPackageFormat>';
  const items = '<PackageReference Include="Acme.Words" Version="1.0.0" /><None Include="icon.png" Pack="true" PackagePath="" />';
  await writeFile(join(library, 'Greeter.csproj'), `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>${properties}</PropertyGroup><ItemGroup>${items}</ItemGroup></Project>`);
  await writeFile(join(library, 'Greeter.cs'), 'namespace Acme { public static class Greeter { public static string Hello(string name) => $"Hello, {name}!"; } }');
  await writeFile(join(library, 'icon.png'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
}

/** An application that depends on packages, with their versions. */
async function writeApp({ folder }: NugetClient, references: Record<string, string>, program = 'System.Console.WriteLine("built");'): Promise<void> {
  const list = Object.entries(references).map(([id, version]) => `<PackageReference Include="${id}" Version="${version}" />`);
  await writeFile(join(folder, 'App.csproj'), `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>${framework}<EnableDefaultCompileItems>false</EnableDefaultCompileItems></PropertyGroup><ItemGroup><Compile Include="App.cs" />${list.join('')}</ItemGroup></Project>`);
  await writeFile(join(folder, 'App.cs'), `class App { static void Main() { ${program} } }`);
}

overBackends((registry) => {
  it('packs, pushes with symbols, restores, builds and runs', async (context) => {
    const app = registry();
    await pushed(app, 'Acme.Words', '1.0.0');
    const dotnet = await openDotnet(context, app, { as: 'developer', at: 'acme/widgets' });
    await writeLibrary(dotnet);
    const packed = await dotnet.run('pack', 'library', '-o', '.');
    expect(packed.stdout).toContain("Successfully created package '");
    const target = { package: 'Acme.Greeter', version: '1.0.0' };
    const published = await dotnet.paste('publish', 'dotnet', target);
    expect([published.code, published.stdout.match(/Your package was pushed\./g)]).toEqual([0, ['Your package was pushed.', 'Your package was pushed.']]);

    const again = await dotnet.paste('publish', 'dotnet', target);
    expect([again.code, again.stdout + again.stderr]).toEqual([1, expect.stringContaining('409 (acme.greeter.1.0.0.nupkg is already published and may not be replaced.)')]);
    const skipped = await dotnet.run('nuget', 'push', 'Acme.Greeter.1.0.0.nupkg', '--source', 'entrepot', '--api-key', app.secrets.developer, '--skip-duplicate');
    expect([skipped.code, skipped.stdout]).toEqual([0, expect.stringMatching(/already exists at feed/)]);

    const user = await openDotnet(context, app, { as: 'reader', at: 'acme' });
    await writeApp(user, {}, 'System.Console.WriteLine(Acme.Greeter.Hello("world"));');
    expect(await user.paste('install', 'dotnet', target)).toMatchObject({ code: 0, stdout: expect.stringContaining("PackageReference for package 'Acme.Greeter' version '1.0.0' added") });
    expect(await user.run('run')).toMatchObject({ code: 0, stdout: expect.stringMatching(/Hello, world!\n$/) });

    const { package: found } = await ask(
      app,
      'reader',
      '{ package(namespace: "acme", format: NUGET, name: "acme.greeter") { purl latestVersion { version description licenses repositoryUrl keywords authors dependencies { kind name requirement } files { name } metadata { ... on NuGetMetadata { icon dependencyGroups { targetFramework } } } } } }',
    );
    expect(found).toEqual({
      purl: 'pkg:nuget/Acme.Greeter',
      latestVersion: {
        version: '1.0.0',
        description: 'Says hello',
        licenses: ['MIT'],
        repositoryUrl: 'https://example.com/acme/greeter',
        keywords: ['greet', 'hello'],
        authors: ['Ada'],
        dependencies: [{ kind: 'netcoreapp3.1', name: 'Acme.Words', requirement: '[1.0.0, )' }],
        files: [{ name: 'acme.greeter.1.0.0.nupkg' }, { name: 'acme.greeter.1.0.0.snupkg' }],
        metadata: { icon: 'icon.png', dependencyGroups: [{ targetFramework: '.NETCoreApp3.1' }] },
      },
    });
  });

  it('resolves dependencies, ranges and pre-releases, at project, group and instance', async (context) => {
    const app = registry();
    await pushed(app, 'Tree.Leaf', '1.0.0');
    await pushed(app, 'Tree.Leaf', '1.5.0-beta.2+build');
    await pushed(app, 'Tree.Leaf', '1.10.0');
    await pushed(app, 'Tree.Leaf', '1.9.0');
    await pushed(app, 'Tree.Root', '1.0.0', { metadata: `<authors>a</authors><description>d</description>${dependencies({ 'netstandard2.0': { 'Tree.Leaf': '1.9.0' } })}` });
    for (const at of ['acme/widgets', 'acme', '']) {
      const dotnet = await openDotnet(context, app, { as: 'reader', at });
      await writeApp(dotnet, { 'Tree.Root': '1.0' });
      expect((await dotnet.run('restore')).code).toBe(0);
      if (at === 'acme/widgets') continue;
      const listed = await dotnet.run('list', 'package', '--include-transitive');
      expect(listed.stdout).toMatch(/> Tree\.Root +1\.0(?:\.0)? +1\.0\.0/);
      expect(listed.stdout).toMatch(/> Tree\.Leaf +1\.9\.0/);
      if (at !== '') continue;
      await writeApp(dotnet, { 'Tree.Leaf': '1.*' });
      expect((await dotnet.run('restore', '--no-cache')).code).toBe(0);
      expect((await dotnet.run('list', 'package')).stdout).toMatch(/> Tree\.Leaf +1\.\* +1\.10\.0/);
      await writeApp(dotnet, { 'Tree.Leaf': '[1.5.0-beta.2]' });
      expect((await dotnet.run('restore', '--no-cache')).code).toBe(0);
      expect((await dotnet.run('list', 'package')).stdout).toMatch(/> Tree\.Leaf +\[1\.5\.0-beta\.2\] +1\.5\.0-beta\.2/);
    }
  });

  it('is told of newer, deleted and deprecated versions', async (context) => {
    const app = registry();
    for (const version of ['1.0.0', '1.1.0', '2.0.0', '3.0.0-rc.1']) await pushed(app, 'Life.Lib', version);
    const dotnet = await openDotnet(context, app, { as: 'developer', at: 'acme/widgets' });
    await writeApp(dotnet, { 'Life.Lib': '1.0.0' });
    expect((await dotnet.run('restore')).code).toBe(0);
    const outdated = async (...more: string[]) => {
      const { stdout } = await dotnet.run('list', 'package', '--outdated', ...more);
      return /> Life\.Lib +\S+ +\S+ +(\S+)/.exec(stdout)?.[1];
    };
    expect(await outdated()).toBe('2.0.0');
    expect(await outdated('--include-prerelease')).toBe('3.0.0-rc.1');

    const deleted = await dotnet.run('nuget', 'delete', 'Life.Lib', '2.0.0', '--non-interactive', '--source', 'entrepot', '--api-key', app.secrets.developer);
    expect([deleted.code, deleted.stdout]).toEqual([0, expect.stringContaining('Life.Lib 2.0.0 was deleted successfully.')]);
    await dotnet.forget();
    expect(await outdated()).toBe('1.1.0');
    // What depends on it still gets it.
    await writeApp(dotnet, { 'Life.Lib': '[2.0.0]' });
    expect((await dotnet.run('restore', '--no-cache')).code).toBe(0);
    const gone = await dotnet.run('nuget', 'delete', 'Life.Lib', '9.0.0', '--non-interactive', '--source', 'entrepot', '--api-key', app.secrets.developer);
    expect([gone.code, gone.stdout + gone.stderr]).toEqual([1, expect.stringContaining('404 (There is no version 9.0.0.)')]);

    const [row] = await app.core.database.reads.query("SELECT id FROM package WHERE normalized_name = 'life.lib'");
    await setVersionStatus(app.core, await app.actor('developer'), row.id, [{ version: '1.0.0', change: 'DEPRECATE', reason: 'use 1.1' }]);
    await writeApp(dotnet, { 'Life.Lib': '1.0.0' });
    await dotnet.forget();
    await dotnet.run('restore');
    expect((await dotnet.run('list', 'package', '--deprecated')).stdout).toMatch(/> Life\.Lib +1\.0\.0 +Other/);
  });

  it('gets what the same file published by GraphQL is', async (context) => {
    const app = registry();
    const dotnet = await openDotnet(context, app, { as: 'developer', at: 'acme/widgets' });
    await writePackage(dotnet, 'Sent.Ahead', '1.0.0');
    const actor = await app.actor('developer');
    const upload = await createUpload(app.core, actor, { namespacePath: 'acme/widgets', fileName: 'Sent.Ahead.1.0.0.nupkg' });
    const bytes = await readFile(join(dotnet.folder, 'Sent.Ahead.1.0.0.nupkg'));
    await app.fetch(`/api/uploads/${upload.id}`, 'developer', { method: 'PUT', body: new Uint8Array(bytes) });
    const published = await ask(app, 'developer', 'mutation ($id: ID!) { publishPackage(input: { namespace: "acme/widgets", format: NUGET, uploads: [$id] }) { __typename } }', { id: upload.id });
    expect(published.publishPackage.__typename).toBe('PublishPackagePayload');
    await writeApp(dotnet, { 'Sent.Ahead': '1.0.0' });
    expect((await dotnet.run('restore', '--no-cache')).code).toBe(0);
    const again = await dotnet.run('nuget', 'push', 'Sent.Ahead.1.0.0.nupkg', '--source', 'entrepot', '--api-key', app.secrets.developer);
    expect(again.stdout + again.stderr).toContain('409 (sent.ahead.1.0.0.nupkg is already published and may not be replaced.)');
  });

  it('restores from version 2 of the protocol, and pushes to it', async (context) => {
    const app = registry();
    await pushed(app, 'Feed.Leaf', '1.0.0');
    await pushed(app, 'Feed.Root', '1.0.0', { metadata: `<authors>a</authors><description>d</description>${dependencies({ 'netstandard2.0': { 'Feed.Leaf': '1.0.0' } })}` });
    const dotnet = await openDotnet(context, app, { as: 'developer', at: 'acme/widgets' });
    const config = join(dotnet.folder, 'nuget.config');
    await writeFile(config, (await readFile(config, 'utf8')).replace('/v3/index.json" protocolVersion="3"', '/api/v2" protocolVersion="2"'));
    await writeApp(dotnet, { 'Feed.Root': '1.0.0' });
    expect((await dotnet.run('restore', '--no-cache')).code).toBe(0);
    expect((await dotnet.run('list', 'package', '--include-transitive')).stdout).toMatch(/> Feed\.Leaf +1\.0\.0/);
    await writePackage(dotnet, 'Feed.Root', '1.1.0');
    expect(await dotnet.paste('publish', 'dotnet', { package: 'Feed.Root', version: '1.1.0' })).toMatchObject({ code: 0, stdout: expect.stringContaining('Your package was pushed.') });
    const deleted = await dotnet.run('nuget', 'delete', 'Feed.Root', '1.1.0', '--non-interactive', '--source', 'entrepot', '--api-key', app.secrets.developer);
    expect([deleted.code, deleted.stdout]).toEqual([0, expect.stringContaining('Feed.Root 1.1.0 was deleted successfully.')]);
  });
});
