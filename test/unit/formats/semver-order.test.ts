import fc from 'fast-check';
import { compare } from 'semver';
import { describe, expect, it } from 'vitest';
import { InvalidVersion } from '../../../src/errors.ts';
import { isPrerelease, semverSortKey } from '../../../src/formats/semver-order.ts';
import { semverVersion } from './semver-arbitrary.ts';

const bytewise = (a: string, b: string): number => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe('semverSortKey', () => {
  it('orders as semver.compare does', () => {
    const property = fc.property(semverVersion, semverVersion, (a, b) => {
      expect(bytewise(semverSortKey(a), semverSortKey(b)), `${a} ? ${b}`).toBe(compare(a, b));
    });
    fc.assert(property, { numRuns: 3000 });
  });

  it('orders the example of the specification', () => {
    const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '2.0.0', '2.1.0', '2.1.1', '2.10.0'];
    expect([...ordered].reverse().sort((a, b) => bytewise(semverSortKey(a), semverSortKey(b)))).toEqual(ordered);
  });

  it('leaves build metadata out', () => {
    expect(semverSortKey('1.0.0+a')).toBe(semverSortKey('1.0.0+b'));
  });

  it('stays within 512 printable ASCII characters for the longest versions', () => {
    const longest = [`0.0.0-${'0.'.repeat(124)}0`, `0.0.0-${'a.'.repeat(124)}a`, `0.0.0-${'9'.repeat(250)}`, `0.0.0-${'z'.repeat(250)}`];
    for (const version of longest) {
      expect(version.length).toBeGreaterThan(250);
      expect(semverSortKey(version)).toMatch(/^[!-~]{1,512}$/);
    }
  });

  it.each(['', '1', '1.2', '1.2.3.4', '01.2.3', '1.2.3-01', 'latest', `1.0.0-${'a'.repeat(300)}`])('refuses %j', (version) => {
    expect(() => semverSortKey(version)).toThrow(InvalidVersion);
  });
});

it.each([['1.0.0-rc.1', true], ['1.0.0', false], ['1.0.0+rc-1', false], ['x', false]])('isPrerelease(%j) is %s', (version, expected) => {
  expect(isPrerelease(version)).toBe(expected);
});
