import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, type TestContext, vi } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { type ClientSetup, openClient, snippetsFor } from './client.ts';

const pom = (artifact: string, version: string, needs = '') =>
  `<project><modelVersion>4.0.0</modelVersion><groupId>org.cs</groupId><artifactId>${artifact}</artifactId><version>${version}</version><dependencies>${needs}</dependencies></project>`;

vi.setConfig({ testTimeout: 120_000 });

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const put = async (path: string, body: string) => {
  expect((await app.fetch(`/api/packages/acme/widgets/maven/org/cs/${path}`, 'developer', { method: 'PUT', body })).status).toBe(201);
};
/** The contents of the files that coursier fetches for a dependency, or its words. */
const fetched = async (context: TestContext, setup: ClientSetup, artifact: string, version: string) => {
  const [java, jars] = [requireClient(context, 'java'), requireClient(context, 'coursier')];
  const client = await openClient(app, setup);
  await writeFile(join(client.home, 'cs'), `#!/bin/sh\nexec "${java}" -cp '${jars}/*' coursier.cli.Coursier "$@" --no-default --cache "${client.home}/cache" --quiet\n`);
  await chmod(join(client.home, 'cs'), 0o755);
  const command = snippetsFor(client.url, `org.cs:${artifact}`, version).install('coursier');
  const { code, stdout, stderr } = await client.run('sh', ['-c', `${command.replace(/^cs /, './cs ')} > files && for file in $(cat files); do cat "$file"; echo; done`]);
  return code === 0 ? stdout.split('\n').filter((line) => line !== '').sort() : stdout + stderr;
};

it('coursier fetches fixed and newest versions and snapshots, with what they depend on', async (context) => {
  for (const version of ['1.9', '1.10', '2.0-SNAPSHOT']) {
    await put(`base/${version}/base-${version}.jar`, `base ${version}`);
    await put(`base/${version}/base-${version}.pom`, pom('base', version));
  }
  await put('top/1/top-1.jar', 'top');
  await put('top/1/top-1.pom', pom('top', '1', '<dependency><groupId>org.cs</groupId><artifactId>base</artifactId><version>1.9</version></dependency>'));
  const reader = { as: 'reader', at: 'acme' } as const;
  expect(await fetched(context, reader, 'top', '1')).toEqual(['base 1.9', 'top']);
  expect(await fetched(context, reader, 'base', 'latest.release')).toEqual(['base 1.10']);
  expect(await fetched(context, reader, 'base', '2.0-SNAPSHOT')).toEqual(['base 2.0-SNAPSHOT']);
  expect(await fetched(context, { as: 'a bad token', at: 'acme' }, 'base', '1.9')).toMatch(/unauthorized|401/i);
  expect(await fetched(context, { as: 'outsider', at: 'acme' }, 'base', '1.9')).toContain('not found: <url>/org/cs/base/1.9/base-1.9.pom');
});
