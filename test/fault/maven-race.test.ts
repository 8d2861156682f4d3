import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../graphql/client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';

describe.for(backends)('Maven races on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const base = '/api/packages/acme/widgets/maven';
  const put = (path: string, body: Buffer | string) => app.fetch(`${base}/${path}`, 'developer', { method: 'PUT', body: body as BodyInit });
  const counts = (responses: readonly Response[]) => Object.fromEntries([...Map.groupBy(responses, ({ status }) => status)].map(([status, list]) => [status, list.length]));

  test('twenty files of one new version come at once, with their checksums, and all are there', async () => {
    for (const version of ['1.0', '1.1', '2.0']) {
      const ends = ['.jar', '.pom', '.module', '-sources.jar', '-javadoc.jar', ...Array.from({ length: 15 }, (_, index) => `-part${index}.tar.gz`)];
      const files = ends.map((end) => {
        const body = end === '.pom' ? Buffer.from(`<project><description>version ${version}</description></project>`) : randomBytes(20_000);
        return { path: `org/race/lib/${version}/lib-${version}${end}`, body, sha1: createHash('sha1').update(body).digest('hex') };
      });
      expect(counts(await Promise.all(files.map(({ path, body }) => put(path, body))))).toEqual({ 201: 20 });
      expect(counts(await Promise.all(files.map(({ path, sha1 }) => put(`${path}.sha1`, sha1))))).toEqual({ 201: 20 });
      for (const { path, body } of files) expect(Buffer.from(await (await app.fetch(`${base}/${path}`, 'reader')).arrayBuffer()).equals(body)).toBe(true);
      const { package: found } = await ask(app, 'reader', '{ package(namespace: "acme", format: MAVEN, name: "org.race:lib") { latestVersion { version description sizeBytes files { name } } } }');
      expect(found.latestVersion).toMatchObject({ version, description: `version ${version}`, sizeBytes: files.reduce((sum, { body }) => sum + body.length, 0) });
      expect(found.latestVersion.files).toHaveLength(20);
    }
    const xml = await (await app.fetch(`${base}/org/race/lib/maven-metadata.xml`, 'reader')).text();
    expect([...xml.matchAll(/<version>(.*?)<\/version>/g)].map(([, version]) => version)).toEqual(['1.0', '1.1', '2.0']);
  });

  test('twenty modules of one build, and twenty versions of one artifact, come at once', async () => {
    const modules = Array.from({ length: 20 }, (_, index) => put(`org/race/module-${index}/1/module-${index}-1.jar`, `module ${index}`));
    const versions = Array.from({ length: 20 }, (_, index) => put(`org/race/versions/1.${index}/versions-1.${index}.jar`, `version ${index}`));
    expect(counts(await Promise.all([...modules, ...versions]))).toEqual({ 201: 40 });
    const xml = await (await app.fetch(`${base}/org/race/versions/maven-metadata.xml`, 'reader')).text();
    expect(xml.match(/<version>/g)).toHaveLength(20);
  });

  test('one POM sent ten times with other words ends as one of them, facts and file alike', async () => {
    const responses = await Promise.all(Array.from({ length: 10 }, (_, index) => put('org/race/pom/1/pom-1.pom', `<project><description>words ${index}</description></project>`)));
    expect(counts(responses)).toEqual({ 201: 10 });
    const { package: found } = await ask(app, 'reader', '{ package(namespace: "acme", format: MAVEN, name: "org.race:pom") { latestVersion { description files { name } } } }');
    expect(found.latestVersion.files).toEqual([{ name: 'pom-1.pom' }]);
    expect(await (await app.fetch(`${base}/org/race/pom/1/pom-1.pom`, 'reader')).text()).toContain(found.latestVersion.description);
  });
});
