import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { InvalidInput, InvalidName, InvalidVersion } from '../../../src/errors.ts';
import { genericFormat } from '../../../shims/generic/format.ts';
import { normalizeFilePath } from '../../../shims/generic/name.ts';

describe.each([
  ['name', (text: string) => genericFormat.validateName(text), InvalidName],
  ['version', (text: string) => void genericFormat.normalizeVersion(text), InvalidVersion],
])('a %s', (_, check, error) => {
  it.each(['a', 'My_App', '1.0.0+build~1', '@x', '-', '~1', 'a..b', 'a'.repeat(255)])('may be %j', (text) => {
    expect(() => check(text)).not.toThrow();
  });
  it.each(['', '.', '..', '.hidden', 'a/b', 'a b', 'ä', 'a\n', 'a%2f', 'a\\b', 'a'.repeat(256)])('may not be %j', (text) => {
    expect(() => check(text)).toThrow(error);
  });
});

describe('a file path', () => {
  it.each(['a', 'a/b/c.tar.gz', 'with space', 'ä/日本', '...', '.hidden', 'a'.repeat(512)])('may be %j', (path) => {
    expect(normalizeFilePath(path)).toBe(path);
  });
  it.each(['', '/', '/a', 'a/', 'a//b', '.', 'a/./b', '..', 'a/../b', 'a\\b', 'a\0', 'a\nb', 'a\u007f', 'a\u0085', 'a\u2028', '\ud800', 'a'.repeat(513), 'e\u0301'.repeat(3000)])('may not be %j', (path) => {
    expect(() => normalizeFilePath(path)).toThrow(InvalidInput);
  });
  it('is composed, and measured afterwards', () => {
    expect(normalizeFilePath('e\u0301')).toBe('é');
    expect(normalizeFilePath('e\u0301'.repeat(512))).toHaveLength(512);
    expect(() => normalizeFilePath('\u0958'.repeat(257))).toThrow(InvalidInput); // composes to twice the length
  });
});

describe('inspect', () => {
  const upload = { fileName: 'dir/e\u0301.bin', sizeBytes: 0, digests: { md5: '', sha1: '', sha256: '', sha512: '' }, open: async () => Readable.from([]) };
  it('takes name and version from the target', async () => {
    expect(await genericFormat.inspect(upload, { name: 'app', version: '1.0' })).toEqual({
      version: { name: 'app', version: '1.0' },
      file: { name: 'dir/é.bin', contentType: 'application/octet-stream' },
    });
  });
  it.each([[{}, InvalidInput], [{ name: 'app' }, InvalidInput], [{ version: '1' }, InvalidInput], [{ name: '..', version: '1' }, InvalidName], [{ name: 'a', version: '/' }, InvalidVersion]])('refuses %j', async (target, error) => {
    await expect(genericFormat.inspect(upload, target)).rejects.toThrow(error);
  });
});

it('shows commands for one version', () => {
  const setup = genericFormat.setup({ url: 'https://packages.example/generic', package: 'app', version: '1.0' });
  expect(setup.publish[0]?.code).toContain('-T <file> "https://packages.example/generic/app/1.0/<file>"');
  expect(setup.install[0]?.code).toContain('-O "https://packages.example/generic/app/1.0/<file>"');
});
