import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseByteRange } from '../../../src/http/byte-range.ts';

describe('parseByteRange', () => {
  const whole = undefined;
  test.each([
    // [header, size, expected]
    [undefined, 10, whole],
    ['bytes=0-4', 10, { start: 0, end: 4 }],
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=5-', 10, { start: 5, end: 9 }],
    ['bytes=9-', 10, { start: 9, end: 9 }],
    ['bytes=-5', 10, { start: 5, end: 9 }],
    ['bytes=-10', 10, { start: 0, end: 9 }],
    ['bytes=-11', 10, { start: 0, end: 9 }],
    ['bytes=4-99', 10, { start: 4, end: 9 }],
    ['bytes=0-99999999999999999999999', 10, { start: 0, end: 9 }],
    ['BYTES=0-4', 10, { start: 0, end: 4 }],
    ['bytes= 0-4 ', 10, { start: 0, end: 4 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-20', 10, 'unsatisfiable'],
    ['bytes=99999999999999999999999-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=4-3', 10, 'unsatisfiable'],
    ['bytes=20-10', 10, 'unsatisfiable'],
    ['bytes=0-1,3-4', 10, whole],
    ['bytes=0-1, -1', 10, whole],
    ['bytes=', 10, whole],
    ['bytes=-', 10, whole],
    ['bytes=a-b', 10, whole],
    ['bytes=+1-2', 10, whole],
    ['bytes=1.0-2', 10, whole],
    ['bytes=--5', 10, whole],
    ['bytes 0-4', 10, whole],
    ['items=0-4', 10, whole],
    ['0-4', 10, whole],
    ['', 10, whole],
    ['bytes=0-', 0, whole],
    ['bytes=-5', 0, whole],
    ['bytes=0-0', 1, { start: 0, end: 0 }],
    ['bytes=1-1', 1, 'unsatisfiable'],
  ] as const)('%s of %i bytes', (header, size, expected) => {
    expect(parseByteRange(header, size)).toEqual(expected);
  });

  test('never leaves the content, whatever the header', () => {
    const number = fc.oneof(fc.nat(20).map(String), fc.constant(''), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(number, number, fc.nat(12), (first, last, size) => {
        const range = parseByteRange(`bytes=${first}-${last}`, size);
        if (range === undefined || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});
