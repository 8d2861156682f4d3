import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatOf, routeRows } from '../permissions/routes.ts';
import type { Place, World } from '../permissions/world.ts';
import { rawRequest, requestHead } from '../wire/raw-request.ts';
import { changeRequest, requestChange, type WireRequest } from './fuzz/requests.ts';
import { fuzz, fuzzTimeout, maxGrowthBytes, note, type Seen, soon, usedBytes } from './fuzz/run.ts';
import { makeFuzzWorld } from './fuzz/world.ts';

/** On a machine under load an answer may take longer than its work. */
const patienceMs = 30_000;

let world: World;
let place: Place;
let began: number;
beforeAll(async () => {
  world = await makeFuzzWorld();
  place = world.places.find(({ name }) => name === 'public') as Place;
  began = usedBytes();
}, 120_000);
afterAll(() => world?.app.close(), 120_000);

describe.for(['npm', 'pypi', 'nuget', 'maven', 'oci', 'generic', 'server'] as const)('%s', (format) => {
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
    // What was refused without being read goes with its connection.
    await expect.poll(() => usedBytes() - began, { timeout: 10_000, interval: 500 }).toBeLessThan(maxGrowthBytes);
  });
});

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
