import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSpdxExpression, licensesOf } from '../../../src/formats/licenses.ts';

it.each<[unknown, string[]]>([
  ['MIT', ['MIT']],
  ['  Apache-2.0\n', ['Apache-2.0']],
  ['(MIT OR Apache-2.0)', ['MIT OR Apache-2.0']],
  ['((MIT))', ['MIT']],
  ['(MIT) OR (ISC)', ['(MIT) OR (ISC)']],
  [{ type: 'BSD-3-Clause', url: 'https://example.com' }, ['BSD-3-Clause']],
  [{ name: 'ISC' }, ['ISC']],
  [[{ type: 'MIT' }, 'GPL-2.0-only', 'MIT'], ['MIT', 'GPL-2.0-only']],
  ['SEE LICENSE IN LICENSE.txt', ['SEE LICENSE IN LICENSE.txt']],
  ['UNLICENSED', ['UNLICENSED']],
  ['(my own words)', ['(my own words)']],
  [undefined, []],
  [null, []],
  ['', []],
  [42, []],
  [{}, []],
  [{ type: { type: 'MIT' } }, []],
  [[['MIT']], []],
  ['x'.repeat(1001), []],
])('%j declares %j', (declared, expected) => {
  expect(licensesOf(declared)).toEqual(expected);
});

it('tells SPDX expressions from other words', () => {
  expect(isSpdxExpression('GPL-2.0-only WITH Classpath-exception-2.0')).toBe(true);
  expect(isSpdxExpression('Proprietary')).toBe(false);
  expect(isSpdxExpression('('.repeat(100_000))).toBe(false);
});

it('takes anything without throwing', () => {
  fc.assert(fc.property(fc.anything(), (declared) => licensesOf(declared).every((license) => license.length <= 1000)), { numRuns: 500 });
});
