import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { npmTarball } from '../support/npm-tarball.ts';
import { type Packument, publishDocument } from '../wire/npm-request.ts';

/** A publish that was answered 201, or 403 after a try of which nothing was heard. */
export interface Acknowledged {
  name: string;
  version: string;
  sha512: string;
}

/** What clients that publish and download without a pause have seen. */
export interface Load {
  acknowledged: Acknowledged[];
  /** Requests of which nothing was heard, or only from the proxy, in words. */
  cut: string[];
  /** Answers that were not as they must be, in words. */
  wrong: string[];
  /** How many documents and tarballs were read. */
  reads: number;
  /** Lets the clients finish what they are doing, publishes that failed included. */
  stop(): Promise<void>;
}

const sizes = [500, 20_000, 150_000];
/** The packages of a load: fewer than clients, so that some publish into the same one. */
export const packageNames = Array.from({ length: 3 }, (_, index) => `rolling-${index}`);

/**
 * Starts so many clients, each on a connection of its own: publish a version, read a packument, download a tarball, and so on.
 * A packument must hold every version that was acknowledged before it was asked for, a tarball have the bytes that were published. A
 * request that is cut is tried again until it succeeds, as a person would. Versions are `{major}.x.y`.
 */
export function startLoad(url: string, secret: string, clients: number, major = 1): Load {
  let isStopped = false;
  const load: Load = {
    acknowledged: [],
    cut: [],
    wrong: [],
    reads: 0,
    async stop() {
      isStopped = true;
      await Promise.all(running);
    },
  };
  const running = Array.from({ length: clients }, (_, index) => client(index));
  return load;

  async function client(index: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (method: string, path: string, body?: Buffer) => exchange(agent, `${url}${path}`, method, secret, body);
    for (let round = 0; !isStopped; round++) {
      await publish(ask, packageNames[index % packageNames.length] ?? '', `${major}.${index}.${round}`, sizes[round % sizes.length] ?? 1);
      await readPackument(ask, packageNames[randomInt(packageNames.length)] ?? '');
      const one = load.acknowledged[randomInt(load.acknowledged.length)];
      if (one) await download(ask, one);
    }
    agent.destroy();
  }

  async function publish(ask: Ask, name: string, version: string, sizeBytes: number): Promise<void> {
    const tarball = await npmTarball({ name, version }, { random: randomBytes(sizeBytes) });
    const body = Buffer.from(JSON.stringify(await publishDocument(name, version, { tarball, tags: { [`by-${version.split('.')[1]}`]: version } })));
    const acknowledge = () => load.acknowledged.push({ name, version, sha512: sha512Of(tarball) });
    let isUnsure = false;
    for (;;) {
      const { status, text } = await ask('PUT', `/api/packages/npm/${name}`, body);
      if (status === 201 || (isUnsure && status === 403 && text.includes('already published'))) return void acknowledge();
      if (!(await isCut(status, `publish ${name}@${version}: ${status} ${text}`))) return;
      isUnsure = true;
    }
  }

  async function readPackument(ask: Ask, name: string): Promise<void> {
    for (;;) {
      const wanted = load.acknowledged.filter((one) => one.name === name);
      const { status, text } = await ask('GET', `/api/packages/npm/${name}`);
      if (status === 404 && wanted.length === 0) return;
      if (status === 200) {
        const { versions } = JSON.parse(text) as Packument;
        const gone = wanted.filter(({ version }) => versions[version]?.dist.integrity === undefined);
        load.wrong.push(...gone.map(({ version }) => `${name}@${version} was acknowledged and is not in the packument`));
        load.reads += 1;
        return;
      }
      if (!(await isCut(status, `packument of ${name}: ${status} ${text}`))) return;
    }
  }

  async function download(ask: Ask, { name, version, sha512 }: Acknowledged): Promise<void> {
    for (;;) {
      const { status, text, body } = await ask('GET', `/api/packages/npm/${name}/-/${name}-${version}.tgz`);
      if (status === 200 && sha512Of(body) === sha512) {
        load.reads += 1;
        return;
      }
      if (!(await isCut(status, `tarball of ${name}@${version}: ${status} ${status === 200 ? 'with other bytes' : text}`))) return;
    }
  }

  /** Whether to try again, after a moment. */
  async function isCut(status: number, words: string): Promise<boolean> {
    const cut = status === 0 || status === 502;
    (cut ? load.cut : load.wrong).push(words);
    await sleep(50);
    return cut;
  }
}

type Ask = (method: string, path: string, body?: Buffer) => Promise<Answer>;

interface Answer {
  /** 0 where the connection was cut. */
  status: number;
  body: Buffer;
  text: string;
}

function exchange(agent: Agent, url: string, method: string, secret: string, body: Buffer | undefined): Promise<Answer> {
  const headers = { authorization: `Bearer ${secret}`, ...(body && { 'content-type': 'application/json', 'content-length': body.length }) };
  return new Promise((resolve) => {
    const cut = (error: Error) => resolve({ status: 0, body: Buffer.of(), text: error.message });
    const request = httpRequest(url, { agent, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', cut);
      response.once('end', () => {
        const whole = Buffer.concat(pieces);
        resolve({ status: response.statusCode ?? 0, body: whole, text: whole.toString() });
      });
    });
    request.once('error', cut);
    request.end(body);
  });
}

/** The digest as packuments write it. */
export function sha512Of(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
