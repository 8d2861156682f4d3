import { expect, it } from 'vitest';
import { growthPerMinute, type Sample } from '../../bench/load-run/samples.ts';
import { Counter } from '../../bench/load-run/tally.ts';

const sample = (seconds: number, rssMb: number) => ({ seconds, rssMb }) as Sample;

it('memory grows by the slope of what comes after the warm-up', () => {
  const steady = Array.from({ length: 20 }, (_, index) => sample(index * 5, 500 + index));
  expect(growthPerMinute(steady, 0)).toBeCloseTo(12);
  const teeth = Array.from({ length: 40 }, (_, index) => sample(index * 5, index < 10 ? index * 50 : 600 + (index % 2)));
  expect(growthPerMinute(teeth, 0)).toBeGreaterThan(50);
  expect(Math.abs(growthPerMinute(teeth, 50))).toBeLessThan(1);
});

it('answers are counted by what they were', () => {
  const counter = new Counter('readers');
  for (let ms = 1; ms <= 100; ms++) counter.count(ms === 7 ? 'ECONNRESET' : 200, ms);
  expect(counter.tally()).toEqual({ name: 'readers', requests: 100, outcomes: { 200: 99, ECONNRESET: 1 }, p50Ms: 51, p99Ms: 100, maxMs: 100 });
});
