import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../permissions/world.ts';
import { changeSample, type Sample, sampleChange } from './fuzz/archives.ts';
import { readAs } from './fuzz/readers.ts';
import { realArchives } from './fuzz/real-archives.ts';
import { showAll } from './fuzz/show-all.ts';
import { fuzz, fuzzTimeout, maxGrowthBytes, note, type Seen, soon, usedBytes } from './fuzz/run.ts';
import { named, samplesOf } from './fuzz/samples.ts';
import { nameOf, readsOf, uploadOf } from './fuzz/uploads.ts';
import { makeFuzzWorld } from './fuzz/world.ts';

const formats = ['npm', 'pypi', 'nuget', 'maven', 'oci', 'generic'] as const;

let world: World;
let began: number;
beforeAll(async () => {
  world = await makeFuzzWorld();
  began = usedBytes();
}, 120_000);
afterAll(() => world?.app.close(), 120_000);

describe.for(formats)('%s', (format) => {
  it('files that are changed are read or refused, and soon', { timeout: fuzzTimeout }, async () => {
    const real = await realArchives(format, 6);
    const samples: Sample[] = [...samplesOf(format), ...real];
    const seen: Seen = new Map([['real files', real.length]]);
    for (const { fileName, entries } of real) expect([fileName, await readAs(format, fileName, entries[0]?.content as Buffer)]).toEqual([fileName, expect.any(String)]);
    const property = fc.asyncProperty(fc.nat(), sampleChange, async (index, change) => {
      const sample = samples[index % samples.length] as Sample;
      const bytes = await changeSample(sample, change);
      note(seen, await soon(readAs(format, sample.fileName, bytes)));
    });
    await fuzz(`${format} files`, property, { runs: 150, seen, parts: 3 });
    expect(seen.get('taken') ?? 0).toBeGreaterThan(0);
  });

  it('what is taken of them can be shown everywhere', { timeout: fuzzTimeout }, async () => {
    const seen: Seen = new Map();
    let number = 0;
    const property = fc.asyncProperty(fc.nat(), sampleChange, async (index, change) => {
      const samples = samplesOf(format);
      const own = ++number;
      const sample = named(samples[index % samples.length] as Sample, own);
      const call = await uploadOf(format, sample.fileName, await changeSample(sample, change), own);
      if (!call) return;
      const { app } = world;
      const reply = await soon(app.fetch(call.path, 'developer', { method: call.method, ...(call.headers ? { headers: call.headers } : {}), ...(call.body === undefined ? {} : { body: call.body }) }));
      note(seen, reply.status);
      if (reply.status >= 500) throw new Error(`${reply.status} ${await reply.text()}`);
      if (reply.status >= 300) return;
      for (const path of readsOf(format, own)) {
        const read = await soon(app.fetch(path, 'reader'));
        if (read.status >= 500) throw new Error(`${path}: ${read.status} ${await read.text()}`);
      }
      const shown = await soon(app.fetch('/graphql', 'reader', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: showAll(format), variables: { name: nameOf(format, own), format: format.toUpperCase() } }) }));
      const text = await shown.text();
      if (shown.status !== 200 || text.includes('INTERNAL_ERROR')) throw new Error(`GraphQL: ${shown.status} ${text.slice(0, 500)}`);
    });
    await fuzz(`${format} uploads`, property, { runs: 60, seen, parts: 3 });
    await expect.poll(() => usedBytes() - began, { timeout: 10_000, interval: 500 }).toBeLessThan(maxGrowthBytes);
  });
});
