import { expect, test } from 'vitest';
import type { HashJob } from '../../../src/storage/hashing.ts';
import { GrowingParts } from '../../../src/uploads/growing-parts.ts';

const dropped: string[] = [];

function part(key: string) {
  const job: HashJob = { update: async () => {}, digests: () => Promise.reject(new Error('of no use')), drop: () => void dropped.push(key) };
  return { key, sizeBytes: 1, offsetBytes: 0, job };
}

test('whoever takes a part has it alone until it is put back', () => {
  const parts = new GrowingParts();
  parts.put('upload', part('a'));
  expect(parts.take('upload')?.key).toBe('a');
  expect(parts.take('upload')).toBeUndefined();
  expect(dropped).toEqual([]);
});

test('what is forgotten, or put in the place of another, no longer hashes', () => {
  dropped.length = 0;
  const parts = new GrowingParts();
  parts.put('upload', part('a'));
  parts.put('upload', part('b'));
  expect(dropped).toEqual(['a']);
  parts.drop('upload');
  parts.drop('upload');
  expect(dropped).toEqual(['a', 'b']);
});

test('of very many the oldest are forgotten', () => {
  dropped.length = 0;
  const parts = new GrowingParts();
  for (let index = 0; index < 1_002; index++) parts.put(`upload ${index}`, part(`${index}`));
  expect(dropped).toEqual(['0', '1']);
  expect(parts.take('upload 2')?.key).toBe('2');
});
