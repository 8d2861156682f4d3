import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, longestPauseMs } from '../../../src/webhooks/backoff.ts';

const most = () => 1 - Number.EPSILON;

describe('pauses after failures', () => {
  it('double from 10 s to an hour', () => {
    expect([1, 2, 3, 4, 9, 10, 11, 1000].map((failures) => backoffMs(failures, most) / 1000)).toEqual([10, 20, 40, 80, 2560, 3600, 3600, 3600]);
  });

  it('are spread over the upper half', () => {
    expect(backoffMs(3, () => 0)).toBe(20_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const ms = backoffMs(failures, () => random);
        expect(ms).toBeGreaterThanOrEqual(5_000);
        expect(ms).toBeLessThanOrEqual(longestPauseMs);
        expect(ms).toBeGreaterThanOrEqual(backoffMs(failures, most) / 2 - 1);
      }),
    );
    const paused = Array.from({ length: 50 }, () => backoffMs(5));
    expect(new Set(paused).size).toBeGreaterThan(25);
  });
});
