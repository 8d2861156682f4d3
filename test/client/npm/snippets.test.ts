import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { overBackends } from '../over-backends.ts';
import { openClient, packageFolder } from './client.ts';

// Each client is set up by the snippet for its configuration, here and in all other tests of this folder.
overBackends((registry) => {
  it.for([
    { client: 'npm', publish: 'npm', install: 'npm' },
    { client: 'pnpm', publish: 'pnpm', install: 'pnpm' },
    { client: 'yarn', publish: 'Yarn 1', install: 'Yarn' },
  ] as const)('$client publishes and installs as its snippets say', async ({ client, publish, install }, context) => {
    const name = `@acme/pasted-${client}`;
    const publisher = await openClient(context, registry(), { client, as: 'developer', at: 'acme/widgets' });
    for (const version of ['1.0.0', '2.0.0']) {
      const cwd = await packageFolder({ name, version }, { 'index.js': `exports.version = '${version}';` });
      // Yarn 1 asks for the next version, which may stay as it is.
      expect(await publisher.paste('publish', publish, { cwd, answers: client === 'yarn' ? [['New version', '']] : [] })).toMatchObject({ code: 0 });
    }
    for (const [version, wanted] of [['1.0.0', { version: '1.0.0' }], ['2.0.0', {}]] as const) {
      const reader = await openClient(context, registry(), { client, as: 'reader', at: 'acme' });
      expect(await reader.paste('install', install, { package: name, ...wanted })).toMatchObject({ code: 0 });
      expect(await readFile(join(reader.project, 'node_modules', name, 'index.js'), 'utf8')).toContain(version);
    }
  });
});
