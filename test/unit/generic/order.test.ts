import fc from 'fast-check';
import { compare, parse } from 'semver';
import { expect, it } from 'vitest';
import { semverSortKey } from '../../../src/formats/semver-order.ts';
import { genericSortKey, isGenericPrerelease } from '../../../shims/generic/order.ts';
import { semverVersion } from '../formats/semver-arbitrary.ts';

const bytewise = (a: string, b: string): number => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

it.each([
  ['semantic versions', ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.1', '1.2.0', '1.10.0', '2.0.0']],
  ['two, three and four numbers', ['1.2-rc.1', '1.2', '1.2.0-rc.1', '1.2.0', '1.2.0.1', 'v1.3', '1.10']],
  ['builds', ['1.0.0', '1.0.0+2', '1.0.0+10', '1.0.1']],
  ['a pre-release with builds', ['1.0.0-a', '1.0.0-a+1', '1.0.0-a.1', '1.0.0-a-']],
  ['dates', ['2023-12-31', '2024-1-9', '2024-1-10', '2024-11-1']],
  ['words with numbers', ['nightly-7', 'nightly-10', 'nightly-10a', 'release-1']],
  ['letters behind numbers', ['1.0.2', '1.0.2a', '1.0.2k', '1.0.3']],
  ['tildes', ['1.0~rc1', '1.0', '1.0.1']],
  ['long numbers', ['9', '10', '999999999', '1000000000', '20240101120000', '9'.repeat(255)]],
])('orders %s', (_, ordered) => {
  expect([...ordered].reverse().sort((a, b) => bytewise(genericSortKey(a), genericSortKey(b)))).toEqual(ordered);
});

it('agrees with semver', () => {
  fc.assert(fc.property(semverVersion, semverVersion, (a, b) => {
    const order = compare(a, b);
    if (order !== 0) expect(bytewise(genericSortKey(a), genericSortKey(b)), `${a} ? ${b}`).toBe(order);
    if (parse(a)?.build.length === 0) expect(genericSortKey(a)).toBe(semverSortKey(a));
  }), { numRuns: 3000 });
});

it('has a key of at most 512 printable ASCII characters for every allowed version', () => {
  const allowed = fc.stringMatching(/^[A-Za-z0-9_~@+-][A-Za-z0-9._~@+-]{0,254}$/);
  const hard = fc.constantFrom('1.'.repeat(127) + '1', '1a'.repeat(127) + '1', `1.1-${'a.'.repeat(125)}a`, `1.1-${'1.'.repeat(125)}1`, `1.1+${'1.'.repeat(125)}1`, '0'.repeat(255), '~'.repeat(255));
  fc.assert(fc.property(fc.oneof(allowed, hard), (version) => {
    expect(genericSortKey(version)).toMatch(/^[!-~]{1,512}$/);
  }), { numRuns: 2000 });
});

it.each([['1.0.0-rc.1', true], ['1.2-beta', true], ['1.0.0', false], ['1.0.0+a-b', false], ['2024-01-15', false], ['nightly', false]])('isPrerelease(%j) is %s', (version, expected) => {
  expect(isGenericPrerelease(version)).toBe(expected);
});
