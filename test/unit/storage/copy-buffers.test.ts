import { expect, test } from 'vitest';
import { bufferBytes, giveBuffer, takeBuffer } from '../../../src/storage/copy-buffers.ts';

const large = 1024 * 1024;

test('what is to come decides', () => {
  const buffers = [large, Infinity, large - 1].map(takeBuffer);
  expect(buffers.map(({ length }) => length)).toEqual([large, large, bufferBytes]);
  buffers.forEach((buffer) => giveBuffer(buffer, true));
});

test('only so many are large at a time, and whoever gives one back makes room, be it free or not', () => {
  const taken = Array.from({ length: 32 }, () => takeBuffer(Infinity));
  expect(new Set(taken.map(({ length }) => length))).toEqual(new Set([large]));
  const small = takeBuffer(Infinity);
  expect(small.length).toBe(bufferBytes);
  const [lost, ...others] = taken;
  giveBuffer(lost!, false);
  const next = takeBuffer(Infinity);
  expect(next.length).toBe(large);
  expect(next).not.toBe(lost);
  for (const buffer of [small, next, ...others]) giveBuffer(buffer, true);
});

test('a buffer is used again only where nobody can read it any more', () => {
  const busy = takeBuffer(1);
  giveBuffer(busy, false);
  const free = takeBuffer(1);
  expect(free).not.toBe(busy);
  giveBuffer(free, true);
  expect(takeBuffer(1)).toBe(free);
});
