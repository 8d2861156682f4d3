import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullVersion, isPrerelease, isSemVer2, normalVersion, nugetSortKey, versionKey } from '../../../shims/nuget/version.ts';
import { isSemVer2Range, parseRange, rangeText } from '../../../shims/nuget/range.ts';
import { setupNuget } from '../../../shims/nuget/setup.ts';
import { InvalidPackage, InvalidVersion } from '../../../src/errors.ts';

describe('a version', () => {
  it.for([
    ['1', '1.0.0', '1.0.0', '1.0.0'],
    ['1.0', '1.0.0', '1.0.0', '1.0.0'],
    ['1.0.0.0', '1.0.0', '1.0.0', '1.0.0'],
    ['01.002.0003', '1.2.3', '1.2.3', '1.2.3'],
    ['1.2.3.4', '1.2.3.4', '1.2.3.4', '1.2.3.4'],
    ['0.0.0.1', '0.0.0.1', '0.0.0.1', '0.0.0.1'],
    ['1.0-Beta', '1.0.0-Beta', '1.0.0-beta', '1.0.0-Beta'],
    ['1.0.0-Beta.1+Build.5', '1.0.0-Beta.1', '1.0.0-beta.1', '1.0.0-Beta.1+Build.5'],
    ['1.0.0-0A', '1.0.0-0A', '1.0.0-0a', '1.0.0-0A'],
    ['2147483647.0.0', '2147483647.0.0', '2147483647.0.0', '2147483647.0.0'],
  ])('%s is %s, in URLs %s, in full %s', ([text = '', normal, key, full]) => {
    expect([normalVersion(text), versionKey(text), fullVersion(text)]).toEqual([normal, key, full]);
    expect(versionKey(full ?? '')).toBe(key);
  });

  it.for(['', 'a', '1.', '.1', '1..2', '1.2.3.4.5', '-1', '1.0-', '1.0+', '1.0.0-a..b', '1.0.0-01', '1.0.0-ü', 'v1.0', ' 1.0', '1.0 ', '1.*', '2147483648.0', '1/2', '1.0.0-a/b', '1'.repeat(200)])('"%s" is none', (text) => {
    expect(() => versionKey(text)).toThrow(InvalidVersion);
  });

  it('of SemVer 2.0.0 has dotted labels or metadata', () => {
    expect(['1.0.0', '1.0.0.1', '1.0.0-beta', '1.0.0-beta.1', '1.0.0+a', '1.0.0-beta+a'].map(isSemVer2)).toEqual([false, false, false, true, true, true]);
    expect(['1.0.0', '1.0.0+a', '1.0.0-beta', '1.0.0.1-0'].map(isPrerelease)).toEqual([false, false, true, true]);
  });
});

describe('the order', () => {
  const ordered = [
    '0.0.1-alpha', '0.0.1', '0.9.0', '1.0.0-0', '1.0.0-1', '1.0.0-2', '1.0.0-10', '1.0.0-2147483647', '1.0.0--x', '1.0.0-10000000000', '1.0.0-9999999999', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.1.0', '1.0.0-alpha.beta', '1.0.0-alpha-1', '1.0.0-ALPHA2', '1.0.0-beta',
    '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc', '1.0.0', '1.0.0.1-a', '1.0.0.1', '1.0.0.2', '1.0.0.10', '1.0.1', '1.2.0', '1.10.0', '2.0.0', '10.0.0', '2147483647.0.0',
  ];

  it('is that of the client', () => {
    expect(ordered.toReversed().sort((a, b) => (nugetSortKey(a) < nugetSortKey(b) ? -1 : 1))).toEqual(ordered);
  });

  // `-5` is left out: .NET takes it for a number, which no other tool does.
  const label = fc.oneof(fc.nat().map(String), fc.stringMatching(/^-?[A-Za-z][0-9A-Za-z-]{0,6}$/));
  const version = fc.tuple(fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 4 }), fc.array(label, { maxLength: 3 })).map(([numbers, labels]) => ({ numbers, labels, text: numbers.join('.') + (labels.length === 0 ? '' : `-${labels.join('.')}`) }));

  /** As NuGet's VersionComparer compares. */
  function compare(a: typeof version extends fc.Arbitrary<infer T> ? T : never, b: typeof a): number {
    for (let at = 0; at < 4; at++) if ((a.numbers[at] ?? 0) !== (b.numbers[at] ?? 0)) return (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
    if (a.labels.length === 0 || b.labels.length === 0) return b.labels.length - a.labels.length;
    for (let at = 0; at < Math.max(a.labels.length, b.labels.length); at++) {
      const [x, y] = [a.labels[at], b.labels[at]];
      if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
      const [m, n] = [x, y].map((one) => (/^\d+$/.test(one) ? Number(one) : undefined));
      if (m !== undefined && n !== undefined && m !== n) return m - n;
      if ((m === undefined) !== (n === undefined)) return m === undefined ? 1 : -1;
      const [p, q] = [x.toUpperCase(), y.toUpperCase()];
      if (m === undefined && p !== q) return p < q ? -1 : 1;
    }
    return 0;
  }

  it('is that of the client for any versions', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [x, y] = [nugetSortKey(versionKey(a.text)), nugetSortKey(versionKey(b.text))];
        expect(Math.sign(compare(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
        expect(x).toMatch(/^[!-~]{1,512}$/);
      }),
    );
  });

  it('has a key of at most 512 characters for the longest version', () => {
    expect(nugetSortKey(`1.0.0-${'a.'.repeat(60)}a`).length).toBeLessThanOrEqual(512);
    expect(nugetSortKey(`1.0.0-${'1.'.repeat(60)}1`).length).toBeLessThanOrEqual(512);
  });
});

describe('a range', () => {
  it.for([
    ['1.0', '[1.0.0, )'], ['[1.0]', '[1.0.0]'], ['[1.0,2.0]', '[1.0.0, 2.0.0]'], ['(1.0,2.0)', '(1.0.0, 2.0.0)'], ['[1.0, 2.0)', '[1.0.0, 2.0.0)'], ['(,1.0]', '(, 1.0.0]'], ['(,1.0)', '(, 1.0.0)'],
    ['[1.0,)', '[1.0.0, )'], ['(1.0,)', '(1.0.0, )'], ['', '(, )'], ['(,)', '(, )'], [' [ 1.0 , 1.0 ] ', '[1.0.0]'], ['1.0-rc.1', '[1.0.0-rc.1, )'],
  ] as const)('%s is %s', ([text, written]) => {
    expect(rangeText(parseRange(text))).toBe(written);
    // What is written means the same.
    expect(rangeText(parseRange(written))).toBe(written);
  });

  it.for(['1.*', '*', '[1.*,2.0)', '[2.0,1.0]', '[1.0,1.0)', '(1.0)', '[1.0', '1.0]', '[1.0,2.0,3.0]', '[]', '[a]', 'latest', `[${'1'.repeat(400)}]`])('"%s" is none', (text) => {
    expect(() => parseRange(text)).toThrow(/version|range/);
    expect(() => parseRange(text)).toThrow(expect.toSatisfy((error) => error instanceof InvalidPackage || error instanceof InvalidVersion));
  });

  it('of SemVer 2.0.0 has such an end', () => {
    expect(['1.0', '1.0-beta', '1.0-beta.1', '(,1.0+a]', '(,)'].map((text) => isSemVer2Range(parseRange(text)))).toEqual([false, false, true, true, false]);
  });
});

it('snippets call a package file as clients do', () => {
  const { publish, install, configure } = setupNuget({ url: 'https://packages.example/api/packages/a&b/nuget', package: 'Acme.Lib', version: '1.0-RC+x' });
  expect(publish[0]?.code).toBe('dotnet nuget push Acme.Lib.1.0.0-RC.nupkg --source entrepot --api-key "$NUGET_TOKEN"');
  expect(install[0]?.code).toBe('dotnet add package Acme.Lib --version 1.0-RC+x');
  expect(configure[0]?.code).toContain('value="https://packages.example/api/packages/a&amp;b/nuget/v3/index.json" protocolVersion="3" />');
  expect(setupNuget({ url: 'http://localhost/nuget' }).configure[0]?.code).toContain('allowInsecureConnections="true"');
});
