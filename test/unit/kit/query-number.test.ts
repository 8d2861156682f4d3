import { expect, it } from 'vitest';
import { wholeNumber } from '../../../shims/kit/query-number.ts';

it.for([
  [null, 20],
  ['', 20],
  ['0', 0],
  ['7', 7],
  ['999', 250],
  ['-1', 20],
  ['1.5', 20],
  ['many', 20],
] as const)('%s is %i', ([text, expected]) => {
  expect(wholeNumber(text, 20, 250)).toBe(expected);
});
