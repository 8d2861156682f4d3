import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatOf, routeRows } from '../permissions/routes.ts';
import { makeWorld, type Place, type World } from '../permissions/world.ts';
import { digestOf, imageOf, putImage } from '../support/oci-image.ts';
import { rawRequest, requestHead } from '../wire/raw-request.ts';
import { changeSample, type Sample, sampleChange } from './fuzz/archives.ts';
import { readAs } from './fuzz/readers.ts';
import { realArchives } from './fuzz/real-archives.ts';
import { changeRequest, requestChange, type WireRequest } from './fuzz/requests.ts';
import { showAll } from './fuzz/show-all.ts';
import { fuzz, fuzzTimeout, note, type Seen } from './fuzz/run.ts';
import { imageContent, named, samplesOf } from './fuzz/samples.ts';
import { nameOf, readsOf, uploadOf } from './fuzz/uploads.ts';

const formats = ['npm', 'pypi', 'nuget', 'maven', 'oci', 'generic'] as const;
/** Nothing takes longer, whatever is sent. */
const hangMs = 5_000;
/** On a machine under load an answer may take longer than its work. */
const patienceMs = 30_000;
const maxGrowthBytes = 1024 ** 3;

let world: World;
let place: Place;
let began: number;
beforeAll(async () => {
  world = await makeWorld();
  const { app } = world;
  place = world.places.find(({ name }) => name === 'public') as Place;
  const widgets = (await app.core.database.reads.query("SELECT id, path, lineage FROM namespace WHERE path = 'acme/widgets'"))[0];
  await putImage(app.core, await app.actor('admin'), widgets, 'img-1', imageOf({ layers: ['layer 1', 'layer 2'] }));
  for (const content of imageContent) await app.fetch(`/v2/acme/widgets/img-1/blobs/uploads/?digest=${digestOf(content)}`, 'developer', { method: 'POST', body: content as never });
  began = process.memoryUsage().rss;
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
  });
});

describe.for([...formats, 'server'] as const)('%s', (format) => {
  it('requests that are changed are answered, soon, and without a fault', { timeout: fuzzTimeout }, async () => {
    const rows = routeRows.filter(({ route }) => formatOf(route) === format);
    const seen: Seen = new Map();
    let number = 1_000_000;
    const property = fc.asyncProperty(fc.nat(), requestChange, fc.constantFrom('anonymous', 'outsider', 'developer', 'admin'), async (index, change, as) => {
      const row = rows[index % rows.length];
      if (!row) throw new Error(`no routes of ${format}`);
      const call = await row.call({ target: place.standing, node: place.project.path, number: number++, openUpload: async () => 'upl_none' });
      const reply = await soon(send(await changeRequest(call, change), as));
      note(seen, reply.status);
      // 505 is for what says that it is of another version of HTTP.
      if (reply.status >= 500 && reply.status !== 505) throw new Error(`${row.route}: ${reply.status} ${reply.body.slice(0, 300)}`);
      if (reply.status === 0 && !isIncomplete(change.headers)) throw new Error(`${row.route}: no answer within ${patienceMs} ms`);
      if (reply.headers['set-cookie'] !== undefined) throw new Error(`${row.route}: a cookie`);
    });
    await fuzz(`${format} requests`, property, { runs: 300, seen, parts: 3 });
    expect((await world.app.fetch('/readyz', 'anonymous')).status).toBe(200);
    expect(process.memoryUsage().rss - began).toBeLessThan(maxGrowthBytes);
  });
});

/** Fails where something keeps the processor for too long: on a machine that others use as well a clock would tell nothing. */
async function soon<Value>(work: Promise<Value>): Promise<Value> {
  const start = process.cpuUsage();
  const value = await work;
  const { user, system } = process.cpuUsage(start);
  if ((user + system) / 1000 > hangMs) throw new Error(`it took ${Math.round((user + system) / 1000)} ms of the processor`);
  // Whatever else the server has to do has its turn.
  await nextTurn();
  return value;
}

async function send({ method, target, headers, body }: WireRequest, as: 'anonymous' | 'outsider' | 'developer' | 'admin') {
  const { app } = world;
  const credential = as === 'anonymous' ? {} : { authorization: `Bearer ${app.secrets[as]}` };
  const head = requestHead(method, target, { 'content-length': body.length, ...credential, ...headers });
  // What announces more than it sends is waited for: it ends with its connection.
  return rawRequest(app.url, Buffer.concat([Buffer.from(head, 'latin1'), body]), isIncomplete(headers) ? { end: true, timeoutMs: 500 } : { timeoutMs: patienceMs });
}

/** Whether a request may be one of which the server has to wait for the rest. */
function isIncomplete(headers: Record<string, string>): boolean {
  return ['content-length', 'transfer-encoding', 'expect', 'upgrade', 'connection'].some((name) => name in headers);
}
