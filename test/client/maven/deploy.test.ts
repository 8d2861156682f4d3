import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask } from '../../graphql/client.ts';
import type { Registry } from '../../support/app.ts';
import { overBackends } from '../over-backends.ts';
import { buildAndRun, consumer, coordinates, greeter, openMvn, project, snippetsFor } from './client.ts';

const at = 'acme/widgets';
const sourcePlugin =
  '<build><plugins><plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-source-plugin</artifactId><version>3.3.1</version><executions><execution><goals><goal>jar-no-fork</goal></goals></execution></executions></plugin></plugins></build>';

async function filesOf(app: Registry, name: string, version: string): Promise<string[]> {
  const document = 'query($name: String!, $version: String!) { package(namespace: "acme/widgets", format: MAVEN, name: $name) { version(version: $version) { files { name } } } }';
  const { package: found } = await ask(app, 'reader', document, { name, version });
  return found.version.files.map((file: { name: string }) => file.name).sort();
}

overBackends((registry) => {
  it('mvn deploys a release, and another builds with it', async (context) => {
    const mvn = await openMvn(context, registry(), { as: 'developer', at });
    const { publish } = snippetsFor(mvn.url);
    const pom = `${coordinates('com.acme:release', '1.0.0')}<description>Says hello</description>${sourcePlugin}${publish('pom.xml')}`;
    const lib = await project(join(mvn.home, 'lib'), { pom, sources: greeter('Release', 'released') });

    const deployed = await mvn.mvn(publish('Maven').split(' ').slice(1), { cwd: lib });
    expect(deployed).toMatchObject({ code: 0, stdout: expect.stringContaining('BUILD SUCCESS') });
    expect(deployed.stdout).not.toMatch(/WARN.*(?:checksum|transfer|upload)/i);
    expect(await filesOf(registry(), 'com.acme:release', '1.0.0')).toEqual(['release-1.0.0-sources.jar', 'release-1.0.0.jar', 'release-1.0.0.pom']);

    const other = await openMvn(context, registry(), { as: 'reader', at });
    const app = await project(join(other.home, 'app'), consumer(other, 'com.acme:release', '1.0.0', 'Release'));
    // -C: a checksum that is wrong ends the build.
    expect(await buildAndRun(other, app, '-C')).toBe('released\n');
    // A range reads the versions from the metadata; the group's endpoint and the instance's show the project's packages.
    for (const node of ['acme', '']) {
      const above = await openMvn(context, registry(), { as: 'reader', at: node });
      expect(await buildAndRun(above, await project(join(above.home, 'app'), consumer(above, 'com.acme:release', '[1.0,2.0)', 'Release')), '-C')).toBe('released\n');
    }
  });

  it('mvn deploys snapshots, and others get the newest', async (context) => {
    const mvn = await openMvn(context, registry(), { as: 'developer', at });
    const { publish } = snippetsFor(mvn.url);
    const pom = `${coordinates('com.acme:snap', '1.1-SNAPSHOT')}${publish('pom.xml')}`;
    const reader = await openMvn(context, registry(), { as: 'reader', at });
    const app = await project(join(reader.home, 'app'), consumer(reader, 'com.acme:snap', '1.1-SNAPSHOT', 'Snap'));
    for (const text of ['first', 'second']) {
      await project(join(mvn.home, 'lib'), { pom, sources: greeter('Snap', text) });
      expect(await mvn.mvn(['deploy'], { cwd: join(mvn.home, 'lib') })).toMatchObject({ code: 0 });
      expect(await buildAndRun(reader, app, '-C', '-U')).toBe(`${text}\n`);
    }
    const files = await filesOf(registry(), 'com.acme:snap', '1.1-SNAPSHOT');
    expect(files.map((name) => name.replace(/\d{8}\.\d{6}/, '<time>'))).toEqual(['snap-1.1-<time>-1.jar', 'snap-1.1-<time>-1.pom', 'snap-1.1-<time>-2.jar', 'snap-1.1-<time>-2.pom']);
  });

  it('mvn -T deploys many modules at once, and others get what depends on what', async (context) => {
    const mvn = await openMvn(context, registry(), { as: 'developer', at });
    const modules = ['one', 'two', 'three', 'four'];
    const parent = await project(join(mvn.home, 'parent'), {
      pom: `${coordinates('com.acme.many:parent', '2.0')}<packaging>pom</packaging><modules>${modules.map((name) => `<module>${name}</module>`).join('')}</modules>${sourcePlugin}${snippetsFor(mvn.url).publish('pom.xml')}`,
    });
    const inherited = `<parent>${coordinates('com.acme.many:parent', '2.0')}</parent>`;
    for (const [index, name] of modules.entries()) {
      const before = modules[index - 1];
      const needs = index === modules.length - 1 && before ? `<dependencies><dependency><groupId>\${project.groupId}</groupId><artifactId>${before}</artifactId><version>\${project.version}</version></dependency></dependencies>` : '';
      await project(join(parent, name), { pom: `${inherited}<artifactId>${name}</artifactId>${needs}`, sources: greeter(`Part${index}`, name) });
    }

    expect(await mvn.mvn(['-T', '4', 'deploy'], { cwd: parent })).toMatchObject({ code: 0 });
    for (const name of modules) expect(await filesOf(registry(), `com.acme.many:${name}`, '2.0')).toEqual([`${name}-2.0-sources.jar`, `${name}-2.0.jar`, `${name}-2.0.pom`]);
    expect(await filesOf(registry(), 'com.acme.many:parent', '2.0')).toEqual(['parent-2.0.pom']);

    const { package: found } = await ask(registry(), 'reader', '{ package(namespace: "acme", format: MAVEN, name: "com.acme.many:four") { purl latestVersion { dependencies { name requirement kind } } } }');
    expect(found).toEqual({ purl: 'pkg:maven/com.acme.many/four', latestVersion: { dependencies: [{ name: 'com.acme.many:three', requirement: '2.0', kind: 'compile' }] } });
    const reader = await openMvn(context, registry(), { as: 'reader', at });
    const app = await project(join(reader.home, 'app'), consumer(reader, 'com.acme.many:four', '2.0', 'Part2'));
    expect(await buildAndRun(reader, app, '-C')).toBe('three\n');
  });

  it('mvn deploys a file without a project, and gets it', async (context) => {
    const mvn = await openMvn(context, registry(), { as: 'developer', at });
    const { publish, install } = snippetsFor(mvn.url, 'com.acme:file', '3.0');
    await mvn.run('sh', ['-c', 'echo hello > a.txt && zip=$(mktemp -u).jar && jar cf "$zip" a.txt && mv "$zip" it.jar']);

    const command = publish('Maven, a file without a project').replace('<file>', 'it.jar').split(' ').slice(1);
    expect(await mvn.mvn(command)).toMatchObject({ code: 0 });
    const reader = await openMvn(context, registry(), { as: 'reader', at });
    expect(await reader.mvn(install('Maven').split(' ').slice(1))).toMatchObject({ code: 0 });
    expect(await readdir(join(reader.repository, 'com/acme/file/3.0'))).toEqual(expect.arrayContaining(['file-3.0.jar', 'file-3.0.pom', 'file-3.0.jar.sha1']));
  });
});
