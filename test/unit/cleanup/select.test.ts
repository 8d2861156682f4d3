import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../src/errors.ts';
import { changedRules, type PolicyChanges } from '../../../src/cleanup/policy.ts';
import { type Candidate, type Criteria, reasonFor, selectRemovable } from '../../../src/cleanup/select.ts';
import { dayMs } from '../../../src/days.ts';

const now = Date.UTC(2030, 0, 1);

const all: Criteria = { keepNewest: 0, olderThanDays: null, notDownloadedForDays: null, removePattern: null, keepPattern: null };

function version(name: string, daysOld: number, more: Partial<Candidate> = {}): Candidate {
  return { id: `ver_${name}`, version: name, normalizedVersion: name, publishedAt: now - daysOld * dayMs, lastDownloadedAt: null, sizeBytes: 1, isTagged: false, isProtected: false, ...more };
}

function removed(criteria: Partial<Criteria>, ...versions: Candidate[]): string[] {
  return selectRemovable({ ...all, ...criteria }, versions, now).map((one) => one.version);
}

describe('what may go', () => {
  const five = [version('a', 5), version('b', 4), version('c', 3), version('d', 2), version('e', 1)];

  it.each([
    [0, ['a', 'b', 'c', 'd', 'e']],
    [1, ['a', 'b', 'c', 'd']],
    [4, ['a']],
    [5, []],
    [6, []],
  ])('are all but the %i newest', (keepNewest, gone) => {
    expect(removed({ keepNewest }, ...five)).toEqual(gone);
    expect(removed({ keepNewest }, ...five.toReversed())).toEqual(gone);
  });

  it('of one instant the greatest id is the newest', () => {
    expect(removed({ keepNewest: 1 }, version('b', 1), version('c', 1), version('a', 1))).toEqual(['a', 'b']);
  });

  it('is by publish, not by the order of versions', () => {
    expect(removed({ keepNewest: 1 }, version('2.0.0', 9), version('1.0.1', 1))).toEqual(['2.0.0']);
  });

  it('counts tagged, protected and kept versions among the newest', () => {
    expect(removed({ keepNewest: 2, keepPattern: 'e' }, ...five.slice(0, 3), version('d', 2, { isTagged: true }), version('e', 1))).toEqual(['a', 'b', 'c']);
  });

  it('is older than so many days, and not just as old', () => {
    const versions = [version('at', 30), version('past', 30, { publishedAt: now - 30 * dayMs - 1 }), version('young', 29)];
    expect(removed({ olderThanDays: 30 }, ...versions)).toEqual(['past']);
  });

  it('was not downloaded for so many days, or published where it never was', () => {
    const old = { lastDownloadedAt: now - 10 * dayMs - 1 };
    const versions = [
      version('at', 50, { lastDownloadedAt: now - 10 * dayMs }),
      version('past', 50, old),
      version('never', 11),
      version('fresh', 10),
      version('used', 50, { lastDownloadedAt: now }),
    ];
    expect(removed({ notDownloadedForDays: 10 }, ...versions)).toEqual(['never', 'past']);
  });

  it('matches as a whole', () => {
    const versions = ['1.0.0-beta.1', '1.0.0-beta', '1.0.0', 'beta'].map((name, index) => version(name, index));
    expect(removed({ removePattern: '.*-beta(\\.\\d+)?' }, ...versions)).toEqual(['1.0.0-beta', '1.0.0-beta.1']);
    expect(removed({ removePattern: 'beta' }, ...versions)).toEqual(['beta']);
    expect(removed({ keepPattern: '1\\.0\\.0.*' }, ...versions)).toEqual(['beta']);
    expect(removed({ removePattern: '1.*', keepPattern: '.*beta' }, ...versions)).toEqual(['1.0.0', '1.0.0-beta.1']);
  });

  it.each([
    ['tagged', { isTagged: true }],
    ['protected', { isProtected: true }],
  ])('is never %s', (_title, more) => {
    expect(removed({}, version('a', 900, more), version('b', 900))).toEqual(['b']);
  });

  it('must meet all criteria', () => {
    const criteria = { keepNewest: 1, olderThanDays: 10, notDownloadedForDays: 5, removePattern: '\\d', keepPattern: '9' };
    const good = { lastDownloadedAt: now - 6 * dayMs };
    const versions = [version('1', 20, good), version('2', 9, good), version('3', 20, { lastDownloadedAt: now - 5 * dayMs }), version('x', 20, good), version('9', 20, good), version('5', 0)];
    expect(removed(criteria, ...versions)).toEqual(['1']);
  });

  it('is the same in steps as at once', () => {
    const many = Array.from({ length: 50 }, (_, index) => version(`v${String(index).padStart(2, '0')}`, (index * 7) % 20, { isTagged: index % 9 === 0 }));
    const criteria = { keepNewest: 5, olderThanDays: 3 };
    const atOnce = removed(criteria, ...many);
    const inSteps: string[] = [];
    let left = many;
    for (;;) {
      const step = new Set(removed(criteria, ...left).slice(0, 7));
      if (step.size === 0) break;
      inSteps.push(...step);
      left = left.filter((one) => !step.has(one.version));
    }
    expect(inSteps).toEqual(atOnce);
    expect(atOnce.length).toBeGreaterThan(20);
  });

  it('has a reason', () => {
    expect(reasonFor({ keepNewest: 1, olderThanDays: 1, notDownloadedForDays: 30, removePattern: '.*', keepPattern: 'x' })).toBe(
      'not the newest, older than 1 day, not downloaded for 30 days, matches .*',
    );
    expect(reasonFor({ ...all, keepNewest: 3 })).toBe('not among the 3 newest');
  });
});

describe('the rules of a policy', () => {
  const fieldOf = (changes: PolicyChanges, known?: PolicyChanges) => {
    try {
      changedRules(known && changedRules(undefined, known), changes);
      return 'none';
    } catch (error) {
      return error instanceof InvalidInput ? error.field : String(error);
    }
  };

  it('have defaults', () => {
    expect(changedRules(undefined, { olderThanDays: 30, name: null })).toEqual({
      name: 'Cleanup',
      target: 'VERSION',
      isEnabled: true,
      formats: null,
      namePattern: null,
      keepNewest: 1,
      olderThanDays: 30,
      notDownloadedForDays: null,
      removePattern: null,
      keepPattern: null,
    });
  });

  it('change by field, and null takes away', () => {
    const known = changedRules(undefined, { olderThanDays: 30, keepPattern: 'x', formats: ['npm'], keepNewest: 5 });
    expect(changedRules(known, { olderThanDays: 40, keepPattern: null, formats: null, isEnabled: false })).toMatchObject({
      olderThanDays: 40,
      keepPattern: null,
      formats: null,
      isEnabled: false,
      keepNewest: 5,
    });
  });

  it.each<[string, PolicyChanges]>([
    ['none', { keepNewest: 1 }],
    ['none', { keepNewest: 100_000 }],
    ['none', { keepNewest: 0, olderThanDays: 1 }],
    ['none', { notDownloadedForDays: 36_500 }],
    ['none', { removePattern: '.*', name: 'x'.repeat(255), namePattern: '@acme/*' }],
    ['none', { removePattern: 'x'.repeat(255) }],
    ['none', { target: 'BUILD', keepNewest: 1 }],
    ['keepNewest', { target: 'BUILD', keepNewest: 0, olderThanDays: 1 }],
    ['keepNewest', { target: 'BUILD' }],
    ['keepNewest', {}],
    ['keepNewest', { keepNewest: 0 }],
    ['keepNewest', { keepPattern: 'x', formats: ['npm'] }],
    ['keepNewest', { keepNewest: -1 }],
    ['keepNewest', { keepNewest: 100_001 }],
    ['keepNewest', { keepNewest: 1.5 }],
    ['olderThanDays', { olderThanDays: 0 }],
    ['olderThanDays', { olderThanDays: 36_501 }],
    ['notDownloadedForDays', { notDownloadedForDays: 0 }],
    ['name', { olderThanDays: 1, name: '' }],
    ['name', { olderThanDays: 1, name: 'x'.repeat(256) }],
    ['formats', { olderThanDays: 1, formats: [] }],
    ['namePattern', { olderThanDays: 1, namePattern: '' }],
    ['removePattern', { removePattern: '(' }],
    ['removePattern', { removePattern: 'x'.repeat(256) }],
    ['removePattern', { removePattern: '(a)\\1' }],
    ['keepPattern', { olderThanDays: 1, keepPattern: '[z-a]' }],
  ])('are wrong in %s where they are %j', (field, changes) => {
    expect(fieldOf(changes)).toBe(field);
  });

  it('say what may go after each change, too', () => {
    expect(fieldOf({ olderThanDays: null }, { olderThanDays: 30 })).toBe('keepNewest');
    expect(fieldOf({ olderThanDays: null, keepNewest: 3 }, { olderThanDays: 30 })).toBe('none');
    expect(fieldOf({ olderThanDays: null, removePattern: 'x' }, { olderThanDays: 30 })).toBe('none');
    expect(fieldOf({ name: 'y' }, { keepNewest: 3 })).toBe('none');
    expect(fieldOf({ keepNewest: null }, { keepNewest: 3 })).toBe('none');
    expect(fieldOf({ keepNewest: 0 }, { keepNewest: 3 })).toBe('keepNewest');
  });
});
