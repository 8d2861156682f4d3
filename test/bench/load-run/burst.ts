import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { manyVersionsPackage, npmVersion, packagePath, publishBody, smallFileBytes, tarballPath } from '../data.ts';
import { graphqlBody } from '../graphql.ts';
import { type Asked, ask, nameOf } from './ask.ts';
import type { KnownFile } from './published.ts';
import { Counter, type Tally } from './tally.ts';
import { watchHealth, type Watched } from './watchman.ts';

/** What came of far more requests at once than can be served. */
export interface Burst {
  tally: Tally;
  /** Refusals that did not say when to come again; there must be none. */
  withoutRetryAfter: number;
  /** Whoever watches over the server asked meanwhile: `/healthz`. */
  health: Watched;
  /** From the last answer of the burst until a request was served as usual. */
  recoveredMs: number;
  /** What was published and acknowledged. */
  published: KnownFile[];
}

/** A request, and what it publishes. */
interface Expensive extends Asked {
  publishes?: KnownFile;
}

/** Sends so many expensive requests at once: searches, queries, publishes, and a document of many versions that those publishes make obsolete. */
export async function sendBurst(url: string, count: number): Promise<Burst> {
  const counter = new Counter('burst of expensive requests');
  const published: KnownFile[] = [];
  let withoutRetryAfter = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const requests = await Promise.all(Array.from({ length: count }, (_, index) => expensive(url, index)));
  const send = async ({ publishes, ...asked }: Expensive) => {
    const startedAt = performance.now();
    try {
      const { status, headers, ms } = await ask({ ...asked, agent });
      counter.count(status, ms);
      if (status === 201 && publishes) published.push(publishes);
      if (status === 503 && headers['retry-after'] === undefined) withoutRetryAfter += 1;
    } catch (error) {
      counter.count(nameOf(error), performance.now() - startedAt);
    }
  };
  const [, health] = await watchHealth(url, () => Promise.all(requests.map(send)));
  agent.destroy();
  const endedAt = performance.now();
  while ((await ask({ url, path: packagePath(manyVersionsPackage) })).status !== 200) await sleep(20);
  const recoveredMs = performance.now() - endedAt;
  return { tally: counter.tally(), withoutRetryAfter, health, recoveredMs, published };
}

async function expensive(url: string, index: number): Promise<Expensive> {
  switch (index % 4) {
    case 0:
      return { url, path: `/api/packages/npm/-/v1/search?text=e${index % 97}&size=250` };
    case 1:
      return { url, path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json' }, body: graphqlBody };
    case 2:
      return { url, path: packagePath(manyVersionsPackage) };
  }
  const [name, number] = index % 8 === 3 ? [manyVersionsPackage, `2.${index}.0`] : [`@load/burst-${index}`, '1.0.0'];
  const version = await npmVersion(name, number, smallFileBytes);
  const publishes = { path: tarballPath(name, number), sha256: createHash('sha256').update(version.tarball).digest('hex') };
  return { url, path: packagePath(name), method: 'PUT', headers: { 'content-type': 'application/json' }, body: publishBody(version), publishes };
}
