import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { openClient, snippetsFor } from './client.ts';

vi.setConfig({ testTimeout: 300_000 });

/** How many files are sent at once. */
const lanes = 8;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await app.namespace('acme/tree', 'PROJECT');
});
afterAll(() => app.close());

/** On one backend: it is the formats of a thousand real files that are tried here, and Maven's own ways. */
it('a real application with all its dependencies and Maven’s plugins is published, and built from this registry alone', async (context) => {
  const mvn = requireClient(context, 'mvn');
  const tree = requireClient(context, 'maven-tree');
  const repository = join(tree, 'repository');
  const entries = await readdir(repository, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(?:pom|jar)$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(600);

  const refused: string[] = [];
  const todo = [...files];
  const lane = async () => {
    for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
      const path = relative(repository, file);
      const sent = await app.fetch(`/api/packages/acme/tree/maven/${path}`, 'developer', { method: 'PUT', body: await readFile(file) });
      const checksum = await readFile(`${file}.sha1`, 'utf8').catch(() => undefined);
      const verified = checksum === undefined ? sent : await app.fetch(`/api/packages/acme/tree/maven/${path}.sha1`, 'developer', { method: 'PUT', body: checksum });
      if (sent.status !== 201 || verified.status !== 201) refused.push(`${path}: ${sent.status} ${sent.statusText}, ${verified.status} ${verified.statusText}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  expect(refused).toEqual([]);

  const client = await openClient(app, { as: 'reader', at: 'acme/tree' });
  await writeFile(join(client.home, 'settings.xml'), snippetsFor(client.url).configure('settings.xml (Maven)'));
  await writeFile(join(client.home, 'global.xml'), `<settings><mirrors><mirror><id>entrepot</id><mirrorOf>*</mirrorOf><url>${client.url}</url></mirror></mirrors></settings>`);
  await cp(join(tree, 'pom.xml'), join(client.home, 'pom.xml'));
  await cp(join(tree, 'src'), join(client.home, 'src'), { recursive: true });
  // -C: any checksum that is not right ends the build. The local repository is empty, and no other is known.
  const built = await client.run(mvn, ['-B', '-C', '-ntp', '-gs', 'global.xml', '-s', 'settings.xml', `-Dmaven.repo.local=${join(client.home, 'repository')}`, 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath']);
  expect(built).toMatchObject({ code: 0, stdout: expect.stringContaining('BUILD SUCCESS') });
  await writeFile(join(client.home, 'Run.java'), 'class Run { public static void main(String[] a) { System.out.println(new tree.Application().hello()); } }\n');
  expect(await client.run('sh', ['-c', 'java -cp "target/classes:$(cat classpath)" Run.java'])).toMatchObject({ code: 0, stdout: 'Hello\n' });
});
