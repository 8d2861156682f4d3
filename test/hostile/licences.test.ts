import { expect, it } from 'vitest';
import { isFree, listDependencies } from '../support/licences.ts';

it('every dependency has a licence of the list', () => {
  const all = listDependencies();
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((each) => !isFree(each))).toEqual([]);
});

it.for([
  ['MIT', true, true],
  ['(MIT OR GPL-3.0-only)', true, true],
  ['MIT AND GPL-3.0-only', false, false],
  ['MPL-2.0', false, true],
  ['AGPL-3.0-only', false, false],
  ['GPL-2.0-only WITH Classpath-exception-2.0', false, false],
  ['SEE LICENSE IN LICENSE', false, false],
  [undefined, false, false],
] as const)('%s: in the product %s, in tests %s', ([license, inProduct, inTests]) => {
  expect([isFree({ license, isForTests: false }), isFree({ license, isForTests: true })]).toEqual([inProduct, inTests]);
});
