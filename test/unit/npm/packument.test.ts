import { describe, expect, it } from 'vitest';
import { NotFound } from '../../../src/errors.ts';
import { type PackumentInput, packumentRev, renderAbbreviated, renderManifest, renderPackument, revisionOfRev } from '../../../shims/npm/packument.ts';
import { splitMetadata } from '../../../shims/npm/stored-metadata.ts';
import { npmTarball } from '../../support/npm-tarball.ts';
import { inspect } from './inspect-bytes.ts';

const published = Date.UTC(2025, 0, 2, 3, 4, 5);
const sha512 = 'ab'.repeat(64);

async function versionOf(fields: { name: string; version: string; [field: string]: unknown }, extra = {}, files = {}): Promise<PackumentInput['versions'][number]> {
  const { version, file } = await inspect(await npmTarball(fields, files));
  return { version: version.version, metadata: JSON.stringify(version.metadata), publishedAt: published, file: { name: file.name, sizeBytes: 1, sha1: 'c0'.repeat(20), sha512 }, ...extra };
}

async function input(over: Partial<PackumentInput> = {}): Promise<PackumentInput> {
  const name = '@acme/lib';
  return {
    package: { name, revision: 7, createdAt: published, updatedAt: published + 1 },
    tags: [{ name: 'latest', version: '1.9.0' }, { name: '__proto__', version: '1.10.0' }],
    versions: [
      await versionOf({ name, version: '1.10.0', description: 'newer' }),
      await versionOf(
        { name, version: '1.9.0', description: 'a "quoted" library', license: 'MIT', repository: 'acme/lib', author: 'A', keywords: ['k'], bin: 'cli.js', dependencies: { a: '^1' }, scripts: { install: 'x' }, jest: { nested: { fileCount: 1 } } },
        { deprecated: 'use 1.10', publishedBy: 'dev' },
        { 'README.md': '# lib', 'npm-shrinkwrap.json': '{}' },
      ),
      await versionOf({ name, version: '1.10.0-rc.1' }),
    ],
    readme: '# lib',
    maintainers: [{ name: 'dev' }],
    baseUrl: 'https://packages.example/api/packages/acme/npm',
    ...over,
  };
}

const dist = (version: string, fileCount: number): object => ({
  integrity: `sha512-${Buffer.from(sha512, 'hex').toString('base64')}`,
  shasum: 'c0'.repeat(20),
  tarball: `https://packages.example/api/packages/acme/npm/@acme/lib/-/lib-${version}.tgz`,
  fileCount,
  unpackedSize: expect.any(Number),
});

it('renders the full packument', async () => {
  const document = JSON.parse(renderPackument(await input()));
  expect(Object.keys(document.versions)).toEqual(['1.9.0', '1.10.0-rc.1', '1.10.0']);
  expect(document).toMatchObject({
    _id: '@acme/lib', name: '@acme/lib', description: 'a "quoted" library', license: 'MIT', keywords: ['k'], author: { name: 'A' },
    repository: { type: 'git', url: 'git+https://github.com/acme/lib.git' }, readme: '# lib', readmeFilename: 'README.md', maintainers: [{ name: 'dev' }],
    time: { created: '2025-01-02T03:04:05.000Z', modified: '2025-01-02T03:04:05.001Z', '1.9.0': '2025-01-02T03:04:05.000Z', '1.10.0': '2025-01-02T03:04:05.000Z' },
  });
  expect(document._rev).toBe(packumentRev({ name: '@acme/lib', revision: 7 }));
  expect(Object.entries(document['dist-tags'])).toEqual([['latest', '1.9.0'], ['__proto__', '1.10.0']]);
  expect(document.versions['1.9.0']).toEqual({
    name: '@acme/lib', version: '1.9.0', description: 'a "quoted" library', license: 'MIT', repository: { type: 'git', url: 'git+https://github.com/acme/lib.git' },
    author: { name: 'A' }, keywords: ['k'], bin: { lib: 'cli.js' }, dependencies: { a: '^1' }, scripts: { install: 'x' }, jest: { nested: { fileCount: 1 } },
    _id: '@acme/lib@1.9.0', _npmUser: { name: 'dev', email: '' }, dist: dist('1.9.0', 3), deprecated: 'use 1.10', _hasShrinkwrap: true, hasInstallScript: true,
  });
  expect(document.versions['1.10.0']).toEqual({ name: '@acme/lib', version: '1.10.0', description: 'newer', _id: '@acme/lib@1.10.0', dist: dist('1.10.0', 1), _hasShrinkwrap: false });
});

it('renders the abbreviated packument', async () => {
  const document = JSON.parse(renderAbbreviated(await input()));
  expect(document).toEqual({
    name: '@acme/lib',
    modified: '2025-01-02T03:04:05.001Z',
    'dist-tags': JSON.parse('{"latest":"1.9.0","__proto__":"1.10.0"}'),
    versions: {
      '1.9.0': { name: '@acme/lib', version: '1.9.0', dependencies: { a: '^1' }, bin: { lib: 'cli.js' }, dist: dist('1.9.0', 3), deprecated: 'use 1.10', _hasShrinkwrap: true, hasInstallScript: true },
      '1.10.0-rc.1': { name: '@acme/lib', version: '1.10.0-rc.1', dist: dist('1.10.0-rc.1', 1) },
      '1.10.0': { name: '@acme/lib', version: '1.10.0', dist: dist('1.10.0', 1) },
    },
  });
  expect(Object.keys(document.versions)).toEqual(['1.9.0', '1.10.0-rc.1', '1.10.0']);
});

describe('renderManifest', () => {
  it('finds a version and a tag', async () => {
    const given = await input();
    expect(JSON.parse(renderManifest(given, 'latest'))).toEqual(JSON.parse(renderPackument(given)).versions['1.9.0']);
    expect(JSON.parse(renderManifest(given, '1.10.0')).version).toBe('1.10.0');
  });
  it('throws NotFound for another', async () => {
    const given = await input();
    for (const wanted of ['2.0.0', 'next', 'constructor']) expect(() => renderManifest(given, wanted)).toThrow(NotFound);
  });
});

it('renders a package without versions, and one without a latest tag', async () => {
  const empty = JSON.parse(renderPackument(await input({ versions: [], tags: [], maintainers: [] })));
  expect(empty).toMatchObject({ versions: {}, 'dist-tags': {}, time: { created: expect.any(String) }, readmeFilename: '' });
  expect(JSON.parse(renderPackument(await input({ tags: [] }))).description).toBe('newer');
});

it('renders the same from metadata that was written in another way', async () => {
  const given = await input();
  const rewritten = (rewrite: (metadata: Record<string, unknown>) => string): PackumentInput => ({
    ...given,
    versions: given.versions.map((version) => ({ ...version, metadata: rewrite(JSON.parse(version.metadata)) })),
  });
  const variants = [
    rewritten((metadata) => JSON.stringify(metadata, null, 1)),
    rewritten((metadata) => JSON.stringify(Object.fromEntries(Object.entries(metadata).reverse()))),
    rewritten(({ installTextLength: _, ...metadata }) => JSON.stringify(metadata)),
  ];
  for (const variant of variants) {
    expect(JSON.parse(renderPackument(variant))).toEqual(JSON.parse(renderPackument(given)));
    expect(JSON.parse(renderAbbreviated(variant))).toEqual(JSON.parse(renderAbbreviated(given)));
  }
});

it('is not led astray by metadata that looks like its own seams', async () => {
  const nasty = { name: 'x', version: '1.0.0', funding: { manifest: {}, fileCount: 1, installTextLength: 3 }, engines: { a: '},"fileCount":' }, description: '{"manifest":{},"fileCount":9', z: { a: {}, fileCount: 2 } };
  const { metadata } = await versionOf(nasty, {}, { 'README.},"fileCount":{': 'x' });
  const { manifestText, installText, facts } = splitMetadata(metadata);
  expect(JSON.parse(manifestText)).toEqual(nasty);
  const { description: _, z: __, ...install } = nasty;
  expect(JSON.parse(installText)).toEqual(install);
  expect(facts).toMatchObject({ fileCount: 2, readmeFilename: 'README.},"fileCount":{' });
});

it('reads its own revisions', () => {
  expect(revisionOfRev(packumentRev({ name: 'x', revision: 12 }))).toBe(12);
  for (const rev of ['', '12', '-1-a', '1-', 'x-a', '1-G', '9'.repeat(30) + '-a']) expect(revisionOfRev(rev)).toBeUndefined();
});

it('renders 5,000 versions', async () => {
  const [, one] = (await input()).versions;
  const versions = Array.from({ length: 5000 }, (_, n) => ({ ...one!, version: `1.${n}.0` }));
  const many = await input({ versions });
  expect(renderPackument(many).length + renderAbbreviated(many).length).toBeGreaterThan(2_000_000);
});
