import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { manyVersionsPackage, npmGzipHeaders, packagePath, smallPackage, tarballPath } from '../data.ts';
import { graphqlBody } from '../graphql.ts';
import { type Asked, ask, nameOf } from './ask.ts';
import { Counter, type Tally } from './tally.ts';

/** A reader asks again after so long, evenly spread around it. */
const thinkMs = 8_000;

/** What they read, in turn: mostly what npm asks for, now and then the API and a search. */
const reads: Omit<Asked, 'url'>[] = [
  { path: packagePath(smallPackage), headers: npmGzipHeaders },
  { path: tarballPath(smallPackage, '1.0.0') },
  { path: packagePath(manyVersionsPackage), headers: { 'accept-encoding': 'gzip' } },
  { path: tarballPath(manyVersionsPackage, '1.7.0') },
  { path: packagePath(smallPackage) },
  { path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json' }, body: graphqlBody },
  { path: '/api/packages/npm/-/v1/search?text=thousand&size=20' },
];

/** Keeps so many connections open, each with a client of its own that asks, reads and pauses, until `signal`. */
export async function keepReading(url: string, count: number, signal: AbortSignal): Promise<{ tally: Tally; connections: number }> {
  const counter = new Counter('readers on keep-alive connections');
  let connections = 0;
  const read = async (index: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.on('free', (socket) => {
      if (!seen.has(socket)) connections += 1;
      seen.add(socket);
    });
    await pause(Math.random() * thinkMs, signal);
    for (let turn = index; !signal.aborted; turn++) {
      const startedAt = performance.now();
      await ask({ url, agent, ...(reads[turn % reads.length] as Omit<Asked, 'url'>) }).then(
        ({ status, ms }) => counter.count(status, ms),
        (error: unknown) => counter.count(nameOf(error), performance.now() - startedAt),
      );
      await pause((0.5 + Math.random()) * thinkMs, signal);
    }
    agent.destroy();
  };
  const seen = new WeakSet<object>();
  await Promise.all(Array.from({ length: count }, (_, index) => read(index)));
  return { tally: counter.tally(), connections };
}

/** Waits, at most until `signal`. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}
