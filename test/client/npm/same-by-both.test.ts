import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Registry } from '../../support/app.ts';
import { overBackends } from '../over-backends.ts';
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

/** Columns that say which row it is, and when it came; the rest must be the same. */
const ownColumns = /^(id|seq|place|address|(?!published_by|actor).*_id|.*_at)$/;

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
    expect(Object.entries(byClient).map(([table, rows]) => [table, rows.length])).toEqual([
      ['package', 1],
      ['version', 1],
      ['file', 1],
      ['dependency', 5],
      ['tag', 2],
      ['event', 1],
    ]);
    const empty = Object.entries(byClient['version']?.[0] ?? {}).filter(([, value]) => value === null || value === '' || value === '[]' || value === '{}');
    expect(empty.map(([column]) => column).sort()).toEqual(['build', 'status_reason', 'tombstone']);
  });
});

type Row = Record<string, unknown>;

/** Everything that is stored of the one package of a namespace, without what names the rows. */
async function storedRows(app: Registry, path: string): Promise<Record<string, Row[]>> {
  const { reads } = app.core.database;
  const queries = {
    package: 'SELECT p.* FROM package p WHERE p.id = ?',
    version: 'SELECT v.* FROM version v WHERE v.package_id = ?',
    file: 'SELECT f.* FROM file f JOIN version v ON v.id = f.version_id WHERE v.package_id = ?',
    dependency: 'SELECT d.* FROM dependency d JOIN version v ON v.id = d.version_id WHERE v.package_id = ? ORDER BY d.position',
    tag: 'SELECT t.* FROM tag t WHERE t.package_id = ? ORDER BY t.name',
    event: 'SELECT e.* FROM event e WHERE e.package_id = ?',
  };
  const [found]: { id: string }[] = await reads.query('SELECT p.id FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE n.path = ?', [path]);
  const entries = Object.entries(queries).map(async ([table, sql]): Promise<[string, Row[]]> => {
    const rows: Row[] = await reads.query(sql, [found?.id]);
    return [table, rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !ownColumns.test(column))))];
  });
  return Object.fromEntries(await Promise.all(entries));
}
