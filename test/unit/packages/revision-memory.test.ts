import { expect, it } from 'vitest';
import { RevisionMemory } from '../../../src/packages/revision-memory.ts';

it('loads what was found once for each revision, package and thing', async () => {
  const memory = new RevisionMemory();
  let loads = 0;
  const get = (id: string, revision: number, what: string) => memory.get({ id, revision }, what, async () => ({ text: `${id} ${revision} ${what} ${++loads}` }));
  const first = await get('a', 1, 'x');
  expect(await get('a', 1, 'x')).toBe(first);
  for (const [id, revision, what] of [['a', 2, 'x'], ['b', 1, 'x'], ['a', 1, 'y']] as const) expect((await get(id, revision, what))?.text).toBe(`${id} ${revision} ${what} ${loads}`);
  expect(loads).toBe(4);
});

it('keeps neither what was not found nor a failure', async () => {
  const memory = new RevisionMemory();
  const at = { id: 'a', revision: 1 };
  expect(await memory.get(at, 'x', async () => undefined)).toBeUndefined();
  await expect(memory.get(at, 'x', () => Promise.reject(new Error('the database is away')))).rejects.toThrow('the database is away');
  expect(await memory.get(at, 'x', async () => ({ found: true }))).toEqual({ found: true });
});

it('forgets the least used beyond its bound', async () => {
  const memory = new RevisionMemory(100_000);
  let loads = 0;
  const get = (what: string) => memory.get({ id: 'a', revision: 1 }, what, async () => (loads++, { text: 'x'.repeat(20_000) }));
  for (const what of ['1', '2', '1', '3', '1', '2']) await get(what);
  expect(loads).toBe(4);
});
