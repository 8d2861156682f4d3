import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../contract/random-repository.ts';
import { backends, type OpenBackend } from '../support/environment/backends.ts';
import { applyOperation, lastOperations, observe, type Operation, randomOperation, Side } from './random-changes.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const seed = Number(process.env['CHANGES_SEED'] ?? randomInt(2 ** 31));
const steps = 60;

describe.for(backends)(`two servers on one $name (CHANGES_SEED=${seed})`, { timeout: 300_000 }, ({ open, missing }) => {
  const servers: ServerProcess[] = [];
  const opened: OpenBackend[] = [];
  let pair: Side;
  let single: Side;
  beforeAll(async () => {
    if (missing !== undefined) return;
    const [shared, alone] = [await open(), await open()];
    opened.push(shared, alone);
    servers.push(...(await Promise.all([shared, shared, alone].map(({ env }) => startServer({ ...env, TRUST_PROXY: 'true' })))));
    const [first = '', second = '', third = ''] = servers.map(({ url }) => url);
    [pair, single] = await Promise.all([Side.prepare([first, second]), Side.prepare([third])]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await Promise.all(opened.map((backend) => backend.close()));
  });

  it.skipIf(missing !== undefined)(`answer, after each of ${steps} changes at either of them, at once as a single one does`, async () => {
    const random = randomFrom(seed);
    const seen = new Set<string>();
    let operation: Operation | undefined;
    for (let step = 0; step < steps; step++) {
      operation = lastOperations.at(step - steps) ?? randomOperation(random, operation);
      const at = random() < 0.5 ? 0 : 1;
      const told = `step ${step}: ${JSON.stringify(operation)} at server ${at}`;
      const [byPair, bySingle] = await Promise.all([applyOperation(pair, at, operation), applyOperation(single, 0, operation)]);
      expect(byPair, told).toEqual(bySingle);
      // First the server that was not told of it; that one has older documents, and its clients older tags of them.
      for (const server of [1 - at, at]) {
        const [shown, wanted] = await Promise.all([observe(pair, server, operation.name), observe(single, 0, operation.name)]);
        expect(shown, `${told}, seen at server ${server}`).toEqual(wanted);
        for (const { status } of Object.values(shown)) seen.add(`${status}`);
      }
    }
    // Or nothing was compared.
    expect([...seen]).toEqual(expect.arrayContaining(['200', '304', '401', '404']));
    for (const server of servers) expect(server.output()).not.toMatch(/"level":[56]0/);
  });
});
