import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../support/environment/commands.ts';

const source = join(import.meta.dirname, '..', '..', 'src');

/** Runs a module in a process of its own and returns what it prints as JSON. */
async function printed(text: string): Promise<unknown> {
  const { ok, output } = await runCommand(process.execPath, ['--no-warnings', '--input-type=module', '-e', text], { timeoutSeconds: 60 });
  if (!ok) throw new Error(output);
  return JSON.parse(output);
}

it('gives back the space that young objects took, and keeps what is in use', async () => {
  const { before, after, kept, collector } = (await printed(`
    import { getHeapSpaceStatistics } from 'node:v8';
    import { releaseStartMemory } from ${JSON.stringify(join(source, 'start-memory.ts'))};
    const young = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size;
    const kept = [];
    for (let round = 0; round < 400; round++) kept[round % 40] = Array.from({ length: 10_000 }, (_, index) => ({ index }));
    const before = young();
    releaseStartMemory();
    console.log(JSON.stringify({ before, after: young(), kept: kept.length, collector: typeof globalThis.gc }));
  `)) as Record<string, number>;
  expect(before).toBeGreaterThan(8_000_000);
  expect(after).toBeLessThan(4_000_000);
  expect({ kept, collector }).toEqual({ kept: 40, collector: 'undefined' });
}, 60_000);

it('a registry with files does not load the library of Google Cloud Storage', async () => {
  const loaded = await printed(`
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(join(source, 'app.ts'))});
    const { openObjectStore } = await import(${JSON.stringify(join(source, 'storage', 'open.ts'))});
    const google = () => Object.keys(createRequire(${JSON.stringify(source)}).cache).some((path) => path.includes('@google-cloud'));
    const before = google();
    await openObjectStore('gs://bucket');
    console.log(JSON.stringify([before, google()]));
  `);
  expect(loaded).toEqual([false, true]);
}, 60_000);
