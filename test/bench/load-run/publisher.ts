import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { npmVersion, packagePath, publishBody, smallFileBytes, tarballPath } from '../data.ts';
import { ask, nameOf } from './ask.ts';
import { pause } from './readers.ts';
import type { Published } from './published.ts';
import { Counter, type Tally } from './tally.ts';

/** So many packages get version after version. */
const packages = 20;

/** Publishes npm versions at an even pace, whether those before are done or not, until `signal`, and tells of each that was acknowledged. */
export async function publishSteadily(url: string, perSecond: number, signal: AbortSignal, onPublished: (version: Published) => void): Promise<Tally> {
  const counter = new Counter('npm publishes');
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const underWay = new Set<Promise<void>>();
  const publish = async (number: number) => {
    const [name, version] = [`@load/stream-${number % packages}`, `1.${Math.floor(number / packages)}.0`];
    const made = await npmVersion(name, version, smallFileBytes);
    const startedAt = performance.now();
    try {
      const { status, ms } = await ask({ url, agent, path: packagePath(name), method: 'PUT', headers: { 'content-type': 'application/json' }, body: publishBody(made) });
      counter.count(status, ms);
      if (status === 201) onPublished({ name, version, path: tarballPath(name, version), sha256: createHash('sha256').update(made.tarball).digest('hex') });
    } catch (error) {
      counter.count(nameOf(error), performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  for (let number = 0; !signal.aborted; number++) {
    const work = publish(number).finally(() => underWay.delete(work));
    underWay.add(work);
    await pause(Math.max(0, startedAt + ((number + 1) * 1000) / perSecond - performance.now()), signal);
  }
  await Promise.all(underWay);
  agent.destroy();
  return counter.tally();
}
