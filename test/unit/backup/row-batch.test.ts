import { expect, test } from 'vitest';
import { shapeOf } from '../../../src/backup/columns.ts';
import { charactersOf, isFull, type RowBatch } from '../../../src/backup/row-batch.ts';

const shape = shapeOf('version');
const batch = (rows: number, characters: number): RowBatch => ({ shape, rows: Array.from({ length: rows }, () => []), characters });

test('a statement has no more values than SQLite takes', () => {
  const most = Math.floor(32_766 / shape.columns.length);
  let rows = 0;
  while (!isFull(batch(rows, 0))) rows += 1;
  expect(rows).toBeGreaterThan(most / 4);
  expect(rows).toBeLessThanOrEqual(most);
});

test('nor more text than MariaDB takes', () => {
  expect([isFull(batch(1, 1024 * 1024 - 1)), isFull(batch(1, 1024 * 1024))]).toEqual([false, true]);
});

test('only texts have characters', () => {
  expect(charactersOf(['abc', 12345, null, 'ü', ''])).toBe(4);
});
