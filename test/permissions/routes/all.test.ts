import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { shims } from '../../../shims/index.ts';
import { formatOf, routeRows } from '../routes.ts';

it('has a row for every route', () => {
  const routes = shims.flatMap(({ format, routes: list }) => list.map(({ method, path }) => `${format.id} ${method} ${path}`));
  const rows = new Set(routeRows.map(({ route }) => route));
  expect(routes.filter((route) => !rows.has(route))).toEqual([]);
  expect([...rows].filter((row) => formatOf(row) !== 'server' && !routes.includes(row))).toEqual([]);
});

it('has a file for every format, so that several are walked at a time', async () => {
  const files = await readdir(import.meta.dirname);
  const formats = new Set(routeRows.map(({ route }) => formatOf(route)));
  expect(files.filter((name) => name.endsWith('.test.ts')).sort()).toEqual([...formats, 'all'].map((name) => `${name}.test.ts`).sort());
});
