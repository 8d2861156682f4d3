import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { ask } from '../../graphql/client.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { overBackends } from '../over-backends.ts';
import { type Client, type ClientSetup, openClient, snippetsFor } from './client.ts';

const at = 'acme/widgets';

async function openIvy(context: TestContext, app: Parameters<typeof openClient>[0], setup: ClientSetup): Promise<Client & { java: string }> {
  const java = requireClient(context, 'java');
  const client = await openClient(app, setup);
  await symlink(requireClient(context, 'ivy'), join(client.home, 'ivy.jar'));
  await writeFile(join(client.home, 'ivysettings.xml'), snippetsFor(client.url).configure('ivysettings.xml'));
  return { ...client, java };
}

/** A command of the snippets, run by a shell as its user would. */
const typed = (client: Client, command = '') => client.run('sh', ['-c', command]);

overBackends((registry) => {
  const dependOn = async (client: Client, ...dependencies: string[]) => {
    await writeFile(
      join(client.home, 'ivy.xml'),
      `<ivy-module version="2.0"><info organisation="com.acme" module="app"/><dependencies>${dependencies.join('')}</dependencies></ivy-module>`,
    );
    return client.run('sh', ['-c', 'java -Dentrepot.token="$ENTREPOT_TOKEN" -jar ivy.jar -settings ivysettings.xml -ivy ivy.xml -retrieve "got/[artifact]-[revision].[ext]"']);
  };

  it('Ivy publishes a module, and others resolve it with what it depends on, POMs among it', async (context) => {
    const put = (path: string, body: string) => registry().fetch(`/api/packages/${at}/maven/${path}`, 'developer', { method: 'PUT', body });
    await put('com/acme/by-pom/1.0/by-pom-1.0.jar', 'by a POM');
    await put('com/acme/by-pom/1.0/by-pom-1.0.pom', '<project><modelVersion>4.0.0</modelVersion><groupId>com.acme</groupId><artifactId>by-pom</artifactId><version>1.0</version><dependencies><dependency><groupId>com.acme</groupId><artifactId>deeper</artifactId><version>2.0</version></dependency></dependencies></project>');
    await put('com/acme/deeper/2.0/deeper-2.0.jar', 'deeper');
    await put('com/acme/deeper/2.0/deeper-2.0.pom', '<project><modelVersion>4.0.0</modelVersion><groupId>com.acme</groupId><artifactId>deeper</artifactId><version>2.0</version></project>');

    const publisher = await openIvy(context, registry(), { as: 'developer', at });
    await writeFile(join(publisher.home, 'module.jar'), 'a module');
    await writeFile(
      join(publisher.home, 'ivy.xml'),
      `<ivy-module version="2.0"><info organisation="com.acme" module="module" status="release"><license name="MIT"/><description homepage="https://module.example/">A module</description></info>
       <publications><artifact name="module"/></publications><dependencies><dependency org="com.acme" name="by-pom" rev="1.0" conf="default->default"/></dependencies></ivy-module>`,
    );
    for (const version of ['1.0.0', '1.1.0']) {
      const published = await typed(publisher, snippetsFor(publisher.url, 'com.acme:module', version).publish('Ivy'));
      expect(published).toMatchObject({ code: 0, stdout: expect.stringContaining(`published module to <url>/com/acme/module/${version}/module-${version}.jar`) });
    }
    const { package: found } = await ask(registry(), 'reader', '{ package(namespace: "acme", format: MAVEN, name: "com.acme:module") { latestVersion { version description homepage licenses dependencies { name requirement kind } files { name } } } }');
    expect(found.latestVersion).toEqual({
      version: '1.1.0',
      description: 'A module',
      homepage: 'https://module.example/',
      licenses: ['MIT'],
      dependencies: [{ name: 'com.acme:by-pom', requirement: '1.0', kind: 'default' }],
      files: [{ name: 'ivy-1.1.0.xml' }, { name: 'module-1.1.0.jar' }],
    });

    const reader = await openIvy(context, registry(), { as: 'reader', at });
    expect(await dependOn(reader, snippetsFor(reader.url, 'com.acme:module', '1.0.0').install('ivy.xml'))).toMatchObject({ code: 0 });
    expect((await readdir(join(reader.home, 'got'))).sort()).toEqual(['by-pom-1.0.jar', 'deeper-2.0.jar', 'module-1.0.0.jar']);
    // Which versions there are Ivy reads in the listing.
    const newest = await openIvy(context, registry(), { as: 'reader', at: 'acme' });
    expect(await dependOn(newest, snippetsFor(newest.url, 'com.acme:module', 'latest.release').install('ivy.xml'))).toMatchObject({ code: 0 });
    expect(await readdir(join(newest.home, 'got'))).toContain('module-1.1.0.jar');
  });

  it('Ivy says why it may not publish, and finds nothing that it may not see', async (context) => {
    const reader = await openIvy(context, registry(), { as: 'reader', at });
    await writeFile(join(reader.home, 'refused.jar'), 'refused');
    await writeFile(join(reader.home, 'ivy.xml'), '<ivy-module version="2.0"><info organisation="com.acme" module="refused"/><publications><artifact name="refused"/></publications></ivy-module>');
    const refused = await typed(reader, snippetsFor(reader.url, 'com.acme:refused', '1.0').publish('Ivy'));
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/403|DEVELOPER/);
    const outsider = await openIvy(context, registry(), { as: 'outsider', at });
    const { stdout } = await dependOn(outsider, '<dependency org="com.acme" name="module" rev="1.0.0"/>');
    expect(stdout).toContain('com.acme#module;1.0.0: not found');
  });
});
