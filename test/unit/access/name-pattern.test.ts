import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPattern, matchesPattern, matchesPatternSql } from '../../../src/access/name-pattern.ts';
import { InvalidInput } from '../../../src/errors.ts';

describe('a name pattern', () => {
  it.for([
    ['lib', 'lib', true],
    ['lib', 'Lib', false],
    ['lib', 'libx', false],
    ['lib*', 'lib', true],
    ['lib*', 'library', true],
    ['*lib', 'mylib', true],
    ['*lib', 'libs', false],
    ['@acme/*', '@acme/lib', true],
    ['@acme/*', '@acmex/lib', false],
    ['*', '', true],
    ['*', 'anything/at all', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*x*x*', 'x', false],
    ['**', '', true],
    ['', '', true],
    ['', 'a', false],
    // Signs of LIKE, GLOB and regular expressions mean themselves.
    ['l?b', 'lib', false],
    ['l?b', 'l?b', true],
    ['[a-z]', 'a', false],
    ['a_c', 'abc', false],
    ['100%', '100x', false],
    ['a.c', 'abc', false],
  ] as const)('%j of %j: %s', ([pattern, name, fits]) => {
    expect(matchesPattern(pattern, name)).toBe(fits);
  });

  it('matches like the regular expression that it stands for', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '%'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const expression = new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.%]/g, '\\$&')).join('[^]*')}$`);
        expect(matchesPattern(pattern, name)).toBe(expression.test(name));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes no longer for a hostile name', () => {
    // A backtracking engine would need some 10^16 steps.
    expect(matchesPattern('*a*a*a*a*a*a*a*b', `${'a'.repeat(100_000)}c`)).toBe(false);
  });

  it('in SQL keeps the signs of each dialect literal', () => {
    expect(matchesPatternSql('sqlite', 'c', 'a*[b?]')).toEqual({ sql: 'c GLOB ?', parameters: ['a*[[]b[?]]'] });
    expect(matchesPatternSql('mysql', 'c', 'a*%_!').parameters).toEqual(['a%!%!_!!']);
  });

  it('has 1 to 255 characters and at most 8 stars', () => {
    for (const good of ['a', 'x'.repeat(255), '*'.repeat(8)]) expect(() => checkPattern('namePattern', good)).not.toThrow();
    for (const bad of ['', 'x'.repeat(256), '*'.repeat(9)]) expect(() => checkPattern('namePattern', bad)).toThrow(InvalidInput);
  });
});
