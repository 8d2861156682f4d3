import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultTarballLimits, readTarball, type TarballContents, type TarballLimits } from '../../../shims/npm/tarball.ts';
import { InvalidPackage } from '../../../src/errors.ts';
import { npmTarball, tar, tarball, type TarEntry } from '../../support/npm-tarball.ts';

const read = (bytes: Buffer, limits: Partial<TarballLimits> = {}): Promise<TarballContents> =>
  readTarball(Readable.from([bytes]), bytes.length, { ...defaultTarballLimits, ...limits });

const manifest: TarEntry = ['package/package.json', '{"name":"x","version":"1.0.0"}'];

it('reads what an archive holds', async () => {
  const contents = await read(await npmTarball({ name: 'x', version: '1.0.0' }, { 'README.md': '# x', 'npm-shrinkwrap.json': '{}', 'binding.gyp': '', 'lib/a.js': '12345' }));
  expect(JSON.parse(contents.packageJson.toString())).toEqual({ name: 'x', version: '1.0.0' });
  expect(contents.readme).toEqual({ fileName: 'README.md', bytes: Buffer.from('# x') });
  expect(contents).toMatchObject({ fileCount: 5, unpackedBytes: contents.packageJson.length + 3 + 2 + 0 + 5, hasShrinkwrap: true, hasBindingGyp: true });
});

it.each(['package/package.json', './package.json', 'anything at all/package.json', 'package//package.json', 'package/./package.json'])('finds %j', async (path) => {
  expect((await read(await tarball([[path, '{}']]))).packageJson.toString()).toBe('{}');
});

it('counts files alone, and ignores links as npm does', async () => {
  const contents = await read(await tarball([
    [{ name: 'package/', type: 'directory' }],
    manifest,
    [{ name: 'package/npm-shrinkwrap.json', type: 'symlink', linkname: '/etc/passwd' }],
    [{ name: 'package/hard', type: 'link', linkname: 'package/package.json' }],
    ['package/deep/binding.gyp', 'x'],
  ]));
  expect(contents).toMatchObject({ fileCount: 2, unpackedBytes: 31, hasShrinkwrap: false, hasBindingGyp: false });
});

it('reads paths too long for a plain header', async () => {
  const path = `package/${'long/'.repeat(60)}file.js`;
  expect((await read(await tarball([manifest, [path, 'x']]))).fileCount).toBe(2);
});

describe('the README', () => {
  const names = async (...files: string[]): Promise<string | undefined> =>
    (await read(await tarball([manifest, ...files.map((name): TarEntry => [`package/${name}`, name])]))).readme?.fileName;

  it.each<[string[], string | undefined]>([
    [['README', 'readme.md'], 'readme.md'],
    [['Readme.txt', 'README'], 'README'],
    [['README.fr.md', 'README.md', 'README.markdown'], 'README.md'],
    [['README.de.md', 'README.cs.md'], 'README.cs.md'],
    [['readme.rst'], 'readme.rst'],
    [['docs/README.md', 'README-old.md', 'READMEs'], undefined],
  ])('of %j is %j', async (files, expected) => {
    expect(await names(...files)).toBe(expected);
    expect(await names(...[...files].reverse())).toBe(expected);
  });

  it('is not held beyond its limit', async () => {
    const contents = await read(await npmTarball({ name: 'x', version: '1.0.0' }, { 'README.md': Buffer.alloc(5_000_000, 'x') }), { maxReadmeBytes: 1000 });
    expect(contents.readme?.bytes.length).toBeGreaterThan(1000);
    expect(contents.readme?.bytes.length).toBeLessThan(200_000);
  });
});

describe('refuses', () => {
  const plain = tar([manifest]);
  it.each<[string, () => Promise<Buffer>, string]>([
    ['nothing', async () => Buffer.alloc(0), 'ends too early'],
    ['what is not gzip', async () => Buffer.from('hello world'), 'not gzip'],
    ['a tar without gzip', () => plain, 'not gzip'],
    ['gzip of what is no tar', async () => gzipSync(Buffer.alloc(2000, 'x')), 'not a tar'],
    ['gzip of a truncated tar', async () => gzipSync((await plain).subarray(0, 700)), 'not a tar'],
    ['a truncated archive', async () => gzipSync(await plain).subarray(0, -9), 'ends too early'],
    ['a damaged checksum', async () => { const bytes = gzipSync(await plain); bytes.writeUInt8((bytes.at(-6) ?? 0) ^ 1, bytes.length - 6); return bytes; }, 'damaged'],
    ['an empty tar', () => tarball([]), 'no package.json'],
    ['a package.json that is not at the root', () => tarball([['package/lib/package.json', '{}']]), 'no package.json'],
    ['a package.json without a folder', () => tarball([['package.json', '{}']]), 'no package.json'],
    ['a package.json that is a link', () => tarball([[{ name: 'package/package.json', type: 'symlink', linkname: 'x' }]]), 'no package.json'],
    ['two package.json', () => tarball([manifest, manifest]), 'more than one package.json'],
    ['two package.json in different folders', () => tarball([manifest, ['other/package.json', '{}']]), 'more than one package.json'],
    ['a package.json in another case', () => tarball([manifest, ['package/PACKAGE.json', '{}']]), 'more than one package.json'],
    ['a package.json that only folds to that name', () => tarball([manifest, ['package/pac\u212aage.json', '{}']]), 'more than one package.json'],
    ['a package.json with a letter that folds to s', () => tarball([manifest, ['package/package.j\u017fon', '{}']]), 'more than one package.json'],
    ['an absolute path', () => tarball([manifest, ['/etc/passwd', 'x']]), 'absolute path'],
    ['an absolute Windows path', () => tarball([manifest, ['C:\\x', 'x']]), 'absolute path'],
    ['a path that leads out', () => tarball([manifest, ['package/../../x', 'x']]), '".."'],
    ['a path that leads out on Windows', () => tarball([manifest, ['package\\..\\x', 'x']]), '".."'],
  ])('%s', async (_, make, message) => {
    const reading = read(await make());
    await expect(reading).rejects.toThrow(InvalidPackage);
    await expect(reading).rejects.toThrow(message);
  });
});

describe('limits', () => {
  const files = (count: number): Promise<Buffer> => tarball([manifest, ...Array.from({ length: count - 1 }, (_, n): TarEntry => [`package/${n}`])]);

  it('entries', async () => {
    expect((await read(await files(10), { maxEntries: 10 })).fileCount).toBe(10);
    await expect(read(await files(11), { maxEntries: 10 })).rejects.toThrow('more than 10 entries');
  });

  it('path length', async () => {
    const withPath = (length: number): Promise<Buffer> => tarball([manifest, ['p/'.padEnd(length, 'x'), '']]);
    expect((await read(await withPath(300), { maxPathLength: 300 })).fileCount).toBe(2);
    await expect(read(await withPath(301), { maxPathLength: 300 })).rejects.toThrow('longer than 300');
  });

  it('package.json', async () => {
    const sized = (bytes: number): Promise<Buffer> => tarball([['package/package.json', ' '.repeat(bytes)]]);
    expect((await read(await sized(1000), { maxPackageJsonBytes: 1000 })).packageJson.length).toBe(1000);
    await expect(read(await sized(1001), { maxPackageJsonBytes: 1000 })).rejects.toThrow('larger than 1000 bytes');
  });

  it('unpacked size, headers included', async () => {
    const bytes = await npmTarball({ name: 'x', version: '1.0.0' }, { 'a.bin': Buffer.alloc(100_000) });
    const unpacked = 512 + 512 + 512 + 100_352 + 1024;
    expect((await read(bytes, { maxUnpackedBytes: unpacked })).fileCount).toBe(2);
    await expect(read(bytes, { maxUnpackedBytes: unpacked - 1 })).rejects.toThrow(`more than ${unpacked - 1} bytes`);
  });

  it('a zip bomb dies early', async () => {
    const bomb = await tarball([manifest, ['package/zeros', Buffer.alloc(128 * 1024 * 1024)]]);
    expect(bomb.length).toBeLessThan(200_000);
    let sent = 0;
    const source = Readable.from((function* () {
      for (let i = 0; i < bomb.length; i += 1024) {
        sent = i;
        yield bomb.subarray(i, i + 1024);
      }
    })(), { highWaterMark: 1 });
    const limits = { ...defaultTarballLimits, freeUnpackedBytes: 4 * 1024 ** 2, maxRatio: 20 };
    await expect(readTarball(source, bomb.length, limits)).rejects.toThrow('unpacks to more than 4194304 bytes');
    // Streams read ahead some 64 KiB.
    expect(sent).toBeLessThan(80_000);
    expect(source.destroyed).toBe(true);
  });
});

it('passes on the error of the source and closes it', async () => {
  const bytes = await npmTarball({ name: 'x', version: '1.0.0' });
  const source = Readable.from((function* () {
    yield bytes.subarray(0, 50);
    throw new Error('storage is down');
  })());
  await expect(readTarball(source, bytes.length)).rejects.toThrow('storage is down');
  expect(source.destroyed).toBe(true);
});
