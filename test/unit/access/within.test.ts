import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isWithin } from '../../../src/access/job-tokens.ts';
import { matchesPattern } from '../../../src/access/name-pattern.ts';

const text = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 6 });

it('a pattern within another matches nothing that the other does not', () => {
  let within = 0;
  fc.assert(
    fc.property(text('ab*'), text('ab*'), fc.array(text('ab'), { minLength: 6, maxLength: 6 }), (pattern, other, fillings) => {
      if (!isWithin(pattern, other)) return;
      within += 1;
      let star = 0;
      const name = pattern.replace(/\*/g, () => fillings[star++] ?? '');
      expect([matchesPattern(pattern, name), matchesPattern(other, name)]).toEqual([true, true]);
    }),
    { numRuns: 5000 },
  );
  expect(within).toBeGreaterThan(100);
});

it.for([
  ['@acme/lib', '@acme/*', true],
  ['@acme/lib-*', '@acme/*', true],
  ['@acme/*', '@acme/*', true],
  ['anything', '*', true],
  ['*', '*', true],
  ['*', '@acme/*', false],
  ['@acm*', '@acme/*', false],
  ['@acme*', '@acme/*', false],
  ['@acme/*', '@acme/lib', false],
  ['lib', 'lib', true],
  ['lib2', 'lib', false],
] as const)('%s within %s: %s', ([pattern, other, expected]) => {
  expect(isWithin(pattern, other)).toBe(expected);
});
