import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidVersion } from '../../../src/errors.ts';
import { isPrerelease, normalizeVersion, parseVersion, pythonSortKey, readVersion, spellVersion } from '../../../shims/pypi/version.ts';

/** Rising, as PEP 440 has them, with some of its own examples. */
const rising = [
  '0.dev0', '0', '0.0.1', '1.0.dev1', '1.0.dev456', '1.0a1.dev1', '1.0a1', '1.0a2.dev456', '1.0a12.dev456', '1.0a12', '1.0b1.dev456', '1.0b2', '1.0b2.post345.dev456', '1.0b2.post345',
  '1.0rc1.dev456', '1.0rc1', '1.0rc1.post0', '1.0', '1.0+abc.5', '1.0+abc.7', '1.0+5', '1.0+5.0', '1.0+10', '1.0.post456.dev34', '1.0.post456', '1.0.post456+local', '1.0.15', '1.1.dev1', '1.1', '1.9',
  '1.10', '1.10.1', '2', '10', '2013.1', '123456789012345678901234567890', '1!0.1', '1!1', '2!0',
];

describe('order', () => {
  it('is that of PEP 440', () => {
    const keys = rising.map((version) => ({ version, key: pythonSortKey(normalizeVersion(version)) }));
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    expect(sorted.map(({ version }) => version)).toEqual(rising);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(rising.length);
  });

  it('has keys of at most 512 ASCII characters, none of them a space, for whatever is a version', () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}$/);
    const version = fc
      .tuple(fc.array(digits, { minLength: 1, maxLength: 127 }), fc.constantFrom('', 'a1', '.post1', '.dev1'), fc.array(fc.stringMatching(/^[a-z0-9]{1,9}$/), { maxLength: 127 }))
      .map(([release, suffix, local]) => `${release.join('.')}${suffix}${local.length > 0 ? `+${local.join('.')}` : ''}`)
      .filter((text) => text.length <= 255);
    fc.assert(fc.property(version, (text) => void expect(pythonSortKey(normalizeVersion(text))).toMatch(/^[!-~]{1,512}$/)));
    for (const longest of ['1.'.repeat(127) + '1', `1+${'a.'.repeat(126)}a`, '9'.repeat(255), `1+${'1.'.repeat(126)}1`]) expect(pythonSortKey(longest).length).toBeLessThanOrEqual(512);
  });

  it('is the same for two spellings of one version', () => {
    fc.assert(fc.property(fc.constantFrom(...rising), fc.constantFrom('.0', '.0.0', ''), (version, zeros) => {
      const padded = version.replace(/^((?:\d+!)?\d+(?:\.\d+)*)/, `$1${zeros}`);
      expect(normalizeVersion(padded)).toBe(normalizeVersion(version));
      expect(pythonSortKey(padded)).toBe(pythonSortKey(version));
    }));
  });
});

it.each([
  ['1.0', '1.0', '1'],
  ['v1.0.0', '1.0.0', '1'],
  [' 1.00.010 ', '1.0.10', '1.0.10'],
  ['1.0ALPHA1', '1.0a1', '1a1'],
  ['1.0.beta-2', '1.0b2', '1b2'],
  ['1.0c1', '1.0rc1', '1rc1'],
  ['1.0-pre', '1.0rc0', '1rc0'],
  ['1.0preview_3', '1.0rc3', '1rc3'],
  ['1.0-1', '1.0.post1', '1.post1'],
  ['1.0r4', '1.0.post4', '1.post4'],
  ['1.0rev', '1.0.post0', '1.post0'],
  ['1.0_dev', '1.0.dev0', '1.dev0'],
  ['1.0a2.post3.dev4+Ubuntu-1_x.007', '1.0a2.post3.dev4+ubuntu.1.x.7', '1a2.post3.dev4+ubuntu.1.x.7'],
  ['0!1.0', '1.0', '1'],
  ['01!1.0', '1!1.0', '1!1'],
  ['0.0', '0.0', '0'],
])('%j is spelled %j, and equal to %j', (text, spelled, normal) => {
  expect(spellVersion(readVersion(text))).toBe(spelled);
  expect(normalizeVersion(text)).toBe(normal);
  expect(normalizeVersion(normal)).toBe(normal);
});

it.each(['', 'one', '1.', '.1', '1..0', '1.0-', '1.0+', '1.0+a..b', '1.0+a+b', '1.0-rc-x', '1.0 1', '1a1b1', '1!', '!1', '1.0.dev1.post1', '１.0', `1${'.1'.repeat(128)}`, '1.0+ä'])('%j is no version', (text) => {
  expect(parseVersion(text)).toBeUndefined();
  expect(() => normalizeVersion(text)).toThrow(InvalidVersion);
  expect(isPrerelease(text)).toBe(false);
});

it.each([['1.0a1', true], ['1.0.dev1', true], ['1.0.post1.dev1', true], ['1.0rc1.post1', true], ['1.0', false], ['1.0.post1', false], ['1.0+dev', false]])('%s is a pre-release: %s', (version, expected) => {
  expect(isPrerelease(normalizeVersion(version))).toBe(expected);
});

it('takes any text in time in proportion to its length', () => {
  for (const text of ['1.'.repeat(100_000), `1+${'a'.repeat(100_000)}`, '1.0-'.repeat(50_000), '0'.repeat(100_000)]) expect(parseVersion(text)).toBeUndefined();
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void parseVersion(text)));
});
