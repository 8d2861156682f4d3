import { expect, it } from 'vitest';
import { batched } from '../../../src/db/batch.ts';

const upper = (keys: string[]) => new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.toUpperCase()]));

it('loads what is asked for in one turn at once, each key once, and nothing twice', async () => {
  const loads: string[][] = [];
  const find = batched((key: string) => key, async (keys) => (loads.push(keys), upper(keys)));
  expect(await Promise.all(['a', 'b', 'a', 'none'].map(find))).toEqual(['A', 'B', 'A', undefined]);
  expect(loads).toEqual([['a', 'b', 'none']]);
  expect(await find('a')).toBe('A');
  expect(loads).toEqual([['a', 'b', 'none'], ['a']]);
});

it('loads no more than so many keys at once', async () => {
  const sizes: number[] = [];
  const find = batched((key: number) => String(key), async (keys) => (sizes.push(keys.length), new Map(keys.map((key) => [String(key), -key]))), 4);
  expect(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map(find))).toEqual([-1, -2, -3, -4, -5, -6, -7, -8, -9]);
  expect(sizes).toEqual([4, 4, 1]);
});

it('a key that cannot be looked up fails alone', async () => {
  const find = batched((key: string) => key, async (keys) => {
    if (keys.includes('bad')) throw new Error('no such text');
    return upper(keys);
  });
  const results = await Promise.allSettled(['a', 'bad', 'b'].map(find));
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message))).toEqual(['A', 'no such text', 'B']);
});
