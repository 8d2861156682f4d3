import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { overBackends } from '../over-backends.ts';
import { countRows, emptyColumns, storedRows } from '../stored-rows.ts';
import { openClient, packageFolder } from './client.ts';
import { publishTarball } from './uploaded.ts';

/** A manifest that leaves no column empty that npm packages can fill. */
const manifest = {
  name: '@acme/everything',
  version: '1.2.0-beta.3+build.7',
  description: 'Has all there is',
  keywords: ['one', 'two'],
  license: '(MIT OR Apache-2.0)',
  homepage: 'https://everything.example/',
  bugs: 'https://everything.example/bugs',
  repository: 'github:acme/everything',
  author: 'Ada <ada@everything.example> (https://ada.example/)',
  contributors: ['Bob', { name: 'Eve', email: 'eve@everything.example' }],
  type: 'module',
  exports: { '.': './index.js' },
  bin: { everything: './index.js' },
  engines: { node: '>=20' },
  os: ['linux', 'darwin'],
  scripts: { postinstall: 'echo installed' },
  dependencies: { alpha: '^1.0.0', renamed: 'npm:@acme/other@~2.0.0' },
  devDependencies: { tester: '*' },
  peerDependencies: { host: '>=3 <5' },
  peerDependenciesMeta: { host: { optional: true } },
  optionalDependencies: { 'fast-path': '1.x' },
  publishConfig: { tag: 'beta' },
};

overBackends((registry) => {
  it('stores the same for npm publish and for an upload of the same tarball', async (context) => {
    await registry().namespace('other', 'PROJECT');
    const cwd = await packageFolder(manifest, { 'index.js': '#!/usr/bin/env node\n', 'README.md': '# Everything\n\nIs here.\n' });
    const npm = await openClient(context, registry(), { as: 'admin', at: 'acme/widgets' });

    expect(await npm.run(['publish'], { cwd })).toMatchObject({ code: 0, stdout: '+ @acme/everything@1.2.0-beta.3\n' });
    const { stdout: fileName } = await npm.run(['pack', cwd]);
    await publishTarball(registry(), 'other', await readFile(join(npm.project, fileName.trim())), { as: 'admin', tags: ['beta'] });

    const byClient = await storedRows(registry(), 'acme/widgets');
    const byUpload = await storedRows(registry(), 'other');
    expect(byUpload).toEqual(byClient);
    // And it is not the same because nothing is there.
    expect(countRows(byClient)).toEqual({ package: 1, version: 1, file: 1, dependency: 5, tag: 2, event: 1 });
    expect(emptyColumns(byClient)).toEqual(['build', 'status_reason', 'tombstone']);
  });
});
