import { describe, expect, it } from 'vitest';
import { InvalidName, InvalidPackage, InvalidVersion } from '../../../src/errors.ts';
import { npmTarball, tarball } from '../../support/npm-tarball.ts';
import { inspect } from './inspect-bytes.ts';

const x = { name: 'x', version: '1.0.0' };
const manifestOf = async (fields: Record<string, unknown>, files = {}): Promise<Record<string, unknown>> =>
  (await inspect(await npmTarball({ ...x, ...fields }, files))).metadata.manifest;

it('reads all facts from the tarball', async () => {
  const { version, file } = await inspect(await npmTarball({
    name: '@acme/lib', version: '1.2.3', description: 'a library', license: '(MIT OR Apache-2.0)', homepage: 'https://example.com/lib',
    repository: 'acme/lib', keywords: ['a', 'b', 'a'], author: 'A Person <a@example.com>', contributors: [{ name: 'B' }],
    dependencies: { r: '^1', both: '1' }, optionalDependencies: { both: '1', o: '2' }, devDependencies: { d: '*' }, peerDependencies: { p: '>=1' }, bundleDependencies: ['r'],
  }, { 'README.md': '\uFEFF# lib', 'npm-shrinkwrap.json': '{}' }));
  expect(file).toEqual({ name: 'lib-1.2.3.tgz', contentType: 'application/octet-stream' });
  expect(version).toMatchObject({
    name: '@acme/lib', version: '1.2.3', description: 'a library', readme: '# lib', licenses: ['MIT OR Apache-2.0'], homepage: 'https://example.com/lib',
    repositoryUrl: 'https://github.com/acme/lib', keywords: ['a', 'b'], authors: ['A Person <a@example.com>', 'B'],
    dependencies: [
      { kind: 'runtime', name: 'r', requirement: '^1' },
      { kind: 'optional', name: 'both', requirement: '1' },
      { kind: 'optional', name: 'o', requirement: '2' },
      { kind: 'peer', name: 'p', requirement: '>=1' },
      { kind: 'dev', name: 'd', requirement: '*' },
    ],
    metadata: { fileCount: 3, hasInstallScript: false, hasShrinkwrap: true, readmeFilename: 'README.md', manifest: { license: '(MIT OR Apache-2.0)', bundleDependencies: ['r'] } },
  });
});

describe('normalises', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a version', { version: ' v1.0.0+build ' }, { version: '1.0.0' }],
    ['bin as a string', { bin: './cli.js' }, { bin: { x: 'cli.js' } }],
    ['bin that leads out', { bin: { '../../etc/x': '../../../y.js', z: 1 } }, { bin: { x: 'y.js' } }],
    ['bin as a list', { bin: ['a/b.js', 1] }, { bin: { 'b.js': 'a/b.js' } }],
    ['bin of another type', { bin: 7 }, {}],
    ['repository as a string', { repository: 'https://example.com/r.git' }, { repository: { type: 'git', url: 'https://example.com/r.git' } }],
    ['repository in short', { repository: { type: 'git', url: 'gitlab:a/b', directory: 'c' } }, { repository: { type: 'git', url: 'git+https://gitlab.com/a/b.git', directory: 'c' } }],
    ['repository of another type', { repository: 7 }, {}],
    ['bugs as a link', { bugs: 'https://example.com/bugs' }, { bugs: { url: 'https://example.com/bugs' } }],
    ['bugs as a mail address', { bugs: 'a@example.com' }, { bugs: { email: 'a@example.com' } }],
    ['bugs of another type', { bugs: { url: 7 } }, {}],
    ['keywords as a string', { keywords: 'a, b' }, { keywords: ['a', 'b'] }],
    ['an author', { author: 'A B <a@b.c> (https://x.y)' }, { author: { name: 'A B', email: 'a@b.c', url: 'https://x.y' } }],
    ['an author of another type', { author: [] }, {}],
    ['scripts', { scripts: { test: 'x', bad: 1 } }, { scripts: { test: 'x' } }],
    ['os and cpu as strings', { os: 'linux', cpu: ['x64', 1] }, { os: ['linux'], cpu: ['x64'] }],
    ['engines of another type', { engines: ['node'] }, {}],
    ['the other spelling of bundled', { bundledDependencies: ['a'], dependencies: { a: '1' } }, { bundleDependencies: ['a'], dependencies: { a: '1' } }],
    ['bundle everything', { bundleDependencies: true, dependencies: { a: '1' } }, { bundleDependencies: ['a'], dependencies: { a: '1' } }],
    ['bundle nothing', { bundleDependencies: false }, {}],
    ['a dependency of another type', { dependencies: { a: '1', b: 2, c: null } }, { dependencies: { a: '1' } }],
    ['empty dependencies', { dependencies: [], devDependencies: null, peerDependencies: '' }, {}],
    ['a description of another type', { description: {} }, {}],
    ['what only the registry may say', { _id: 'evil@1', dist: {}, deprecated: 'x', hasInstallScript: true, readme: 'r', readmeFilename: 'f', 0: 'a' }, {}],
    ['what it does not know', { exports: { '.': ['x'] }, jest: { a: 1 } }, { exports: { '.': ['x'] }, jest: { a: 1 } }],
  ])('%s', async (_, given, expected) => {
    expect(await manifestOf(given)).toEqual({ ...x, ...expected });
  });

  it('install fields to the front', async () => {
    expect(Object.keys(await manifestOf({ jest: 1, funding: 'f', dependencies: { a: '1' }, bin: 'b', description: 'd' }))).toEqual(['name', 'version', 'dependencies', 'bin', 'funding', 'jest', 'description']);
  });
});

describe('install scripts', () => {
  it.each<[Record<string, unknown>, Record<string, string>, boolean]>([
    [{ scripts: { postinstall: 'x' } }, {}, true],
    [{ scripts: { preinstall: 'x' } }, {}, true],
    [{ scripts: { install: 'x' } }, {}, true],
    [{ scripts: { install: '', prepare: 'x' } }, {}, false],
    [{}, { 'binding.gyp': '{}' }, true],
    [{ gypfile: false }, { 'binding.gyp': '{}' }, false],
  ])('%j with %j: %s', async (fields, files, expected) => {
    expect((await inspect(await npmTarball({ ...x, ...fields }, files))).metadata.hasInstallScript).toBe(expected);
  });

  it('says what npm runs for a binding.gyp', async () => {
    expect(await manifestOf({}, { 'binding.gyp': '' })).toEqual({ ...x, scripts: { install: 'node-gyp rebuild' }, gypfile: true });
  });
});

it('takes a byte order mark, and only links that are safe to show', async () => {
  const json = '\uFEFF{"name":"x","version":"1.0.0","homepage":"javascript:alert(1)","repository":"javascript:alert(1)"}';
  const { version } = await inspect(await tarball([['package/package.json', json]]));
  expect(version).not.toHaveProperty('homepage');
  expect(version).not.toHaveProperty('repositoryUrl');
});

it.each([
  ['git@example.com:a/b.git', 'https://example.com/a/b'],
  ['git+ssh://git@example.com/a/b.git', 'https://example.com/a/b'],
  ['git://example.com/a/b.git#main', 'https://example.com/a/b'],
])('shows the repository %s as %s', async (repository, expected) => {
  expect((await inspect(await npmTarball({ ...x, repository }))).version.repositoryUrl).toBe(expected);
});

it('is not touched by __proto__', async () => {
  const json = '{"name":"x","version":"1.0.0","__proto__":{"polluted":1},"dependencies":{"__proto__":"1","a":"1"},"scripts":{"__proto__":{"install":"x"}},"bin":{"__proto__":"x"}}';
  const { metadata, version } = await inspect(await tarball([['package/package.json', json]]));
  expect(JSON.stringify(metadata)).not.toContain('__proto__');
  expect(version.dependencies).toEqual([{ kind: 'runtime', name: 'a', requirement: '1' }]);
  expect(metadata.hasInstallScript).toBe(false);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

it('cuts a README off at its limit, never within a character', async () => {
  const readme = `a${'ä'.repeat(300_000)}`;
  const { version } = await inspect(await npmTarball(x, { 'README.md': readme }));
  expect(version.readme).toBe(readme.slice(0, 1 + (512 * 1024 - 2) / 2));
  expect((await inspect(await npmTarball(x, { 'README.md': 'a'.repeat(512 * 1024) }))).version.readme?.length).toBe(512 * 1024);
});

describe('refuses', () => {
  it.each<[string, string, new (...args: never[]) => Error]>([
    ['what is not JSON', '{', InvalidPackage],
    ['a list', '[]', InvalidPackage],
    ['deep nesting', `{"name":"x","version":"1.0.0","a":${'['.repeat(100)}${']'.repeat(100)}}`, InvalidPackage],
    ['no name', '{"version":"1.0.0"}', InvalidPackage],
    ['a name that is a number', '{"name":1,"version":"1.0.0"}', InvalidPackage],
    ['a name that leads out', '{"name":"../x","version":"1.0.0"}', InvalidName],
    ['no version', '{"name":"x"}', InvalidPackage],
    ['a version that is none', '{"name":"x","version":"1"}', InvalidVersion],
    ['a private package', '{"name":"x","version":"1.0.0","private":true}', InvalidPackage],
    ['dependencies as a list', '{"name":"x","version":"1.0.0","dependencies":["a"]}', InvalidPackage],
    ['dependencies as a string', '{"name":"x","version":"1.0.0","peerDependencies":"a"}', InvalidPackage],
    ['overlong dependency names', `{"name":"x","version":"1.0.0","dependencies":{"${'a'.repeat(215)}":"1"}}`, InvalidPackage],
    ['overlong requirements', `{"name":"x","version":"1.0.0","dependencies":{"a":"${'1'.repeat(1025)}"}}`, InvalidPackage],
  ])('%s', async (_, json, error) => {
    await expect(inspect(await tarball([['package/package.json', json]]))).rejects.toThrow(error);
  });
});
