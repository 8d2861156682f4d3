import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDurableMove } from '../../../src/storage/durable-move.ts';

test('files get their names in folders that are new, known, or gone again', async () => {
  const root = await mkdtemp(join(tmpdir(), 'moves-'));
  const move = createDurableMove();
  const put = async (name: string) => {
    await writeFile(join(root, 'temporary'), name);
    await move(join(root, 'temporary'), join(root, name));
    expect(await readFile(join(root, name), 'utf8')).toBe(name);
  };
  await put('a/b/first');
  await put('a/b/second');
  await rm(join(root, 'a'), { recursive: true });
  await put('a/b/third');
  await Promise.all(['c/1', 'c/2', 'd/3'].map((name) => writeFile(join(root, name.replace('/', '-')), name).then(() => move(join(root, name.replace('/', '-')), join(root, name)))));
  expect(await readFile(join(root, 'd/3'), 'utf8')).toBe('d/3');
  await expect(move(join(root, 'absent'), join(root, 'e/f'))).rejects.toThrow('ENOENT');
  await rm(root, { recursive: true });
});
