import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { requireClient } from '../../support/environment/requirements.ts';
import { overBackends } from '../over-backends.ts';
import { type ClientSetup, openClient, snippetsFor } from './client.ts';

const pom = (name: string, version: string, dependencies = '') =>
  `<project><modelVersion>4.0.0</modelVersion><groupId>com.acme</groupId><artifactId>${name}</artifactId><version>${version}</version><dependencies>${dependencies}</dependencies></project>`;

overBackends((registry) => {
  const put = async (path: string, body: string) => {
    const response = await registry().fetch(`/api/packages/acme/widgets/maven/${path}`, 'developer', { method: 'PUT', body });
    expect(response.status).toBe(201);
  };
  /** What a build gets that depends on these, file by file; or Gradle's words. */
  const resolve = async (context: TestContext, setup: ClientSetup, ...dependencies: string[]) => {
    const gradle = requireClient(context, 'gradle');
    const client = await openClient(registry(), setup);
    const { configure, publish } = snippetsFor(client.url);
    const wanted = dependencies.map((dependency) => {
      const [group, artifact, version] = dependency.split(':');
      return snippetsFor(client.url, `${group}:${artifact}`, version).install('build.gradle');
    });
    const print = 'task files { doLast { configurations.compileClasspath.files.sort().each { println "${it.name}: ${it.text}" } } }';
    // What is said of publishing is there to be read by Gradle; whether its old plugin can publish is another matter.
    await writeFile(join(client.home, 'build.gradle'), ["apply plugin: 'java'", "apply plugin: 'maven-publish'", configure('build.gradle'), publish('build.gradle'), ...wanted, print].join('\n'));
    const { code, stdout, stderr } = await client.run(gradle, ['--no-daemon', '--console=plain', '-q', '-g', join(client.home, 'gradle'), 'files']);
    const said = (code === 0 ? stdout : stderr).split('\n').filter((line) => line !== '' && !/^openjdk|^OpenJDK/i.test(line));
    return code === 0 ? said.sort() : said;
  };

  it('Gradle gets fixed and dynamic versions, snapshots and what they depend on', async (context) => {
    for (const version of ['1.0', '1.9', '1.10', '2.0-rc-1']) {
      await put(`com/acme/dynamic/${version}/dynamic-${version}.jar`, `dynamic ${version}`);
      await put(`com/acme/dynamic/${version}/dynamic-${version}.pom`, pom('dynamic', version));
    }
    const dependency = '<dependency><groupId>com.acme</groupId><artifactId>dynamic</artifactId><version>1.0</version></dependency>';
    await put('com/acme/snapshot/3-SNAPSHOT/snapshot-3-20260101.000000-1.jar', 'first');
    await put('com/acme/snapshot/3-SNAPSHOT/snapshot-3-20260102.000000-2.jar', 'second');
    await put('com/acme/snapshot/3-SNAPSHOT/snapshot-3-20260102.000000-2.pom', pom('snapshot', '3-SNAPSHOT', dependency));
    // Without a POM it is the listing in which Gradle finds the version.
    await put('com/acme/bare/7/bare-7.jar', 'bare');

    const reader = { as: 'reader', at: 'acme' } as const;
    expect(await resolve(context, reader, 'com.acme:snapshot:3-SNAPSHOT', 'com.acme:bare:7')).toEqual(['bare-7.jar: bare', 'dynamic-1.0.jar: dynamic 1.0', 'snapshot-3-SNAPSHOT.jar: second']);
    expect(await resolve(context, reader, 'com.acme:dynamic:1.+')).toEqual(['dynamic-1.10.jar: dynamic 1.10']);
    expect((await resolve(context, { as: 'outsider', at: 'acme' }, 'com.acme:dynamic:1.0')).join('\n')).toContain('Could not find com.acme:dynamic:1.0.');
    expect((await resolve(context, { as: 'a bad token', at: 'acme' }, 'com.acme:dynamic:1.0')).join('\n')).toMatch(/Received status code 401 from server: \S+/);
  });
});
