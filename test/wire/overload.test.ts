import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type StartOptions, startApp, type TestApp } from '../support/app.ts';
import { subscribeBySse, subscribeBySocket } from '../support/live.ts';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});
const start = async (env: Record<string, string>, options: StartOptions = {}) => (app = await startApp({ ...options, env }));
const whoami = () => '/api/packages/npm/-/whoami';
const query = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' };

/** Makes every request that has a credential wait for the returned function. */
function hold({ core }: TestApp): () => void {
  const { authenticator } = core;
  const actorOf = authenticator.actorOf.bind(authenticator);
  const gate = Promise.withResolvers<void>();
  authenticator.actorOf = async (credential) => {
    await gate.promise;
    return actorOf(credential);
  };
  return gate.resolve;
}

async function underWay({ url }: TestApp): Promise<{ working: number; receiving: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (phase: string) => Number(new RegExp(`^entrepot_http_requests_under_way\\{phase="${phase}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  return { working: of('working'), receiving: of('receiving') };
}

describe('REQUESTS_AT_ONCE', () => {
  it('refuses what is too much with 503 and Retry-After, in the words of all clients, and serves at once when there is room again', async () => {
    const started = await start({ REQUESTS_AT_ONCE: '4' });
    const release = hold(started);
    const waiting = [started.fetch(whoami(), 'reader'), started.fetch(whoami(), 'reader')];
    await expect.poll(() => underWay(started)).toEqual({ working: 2, receiving: 0 });
    const upload = { method: 'PUT', body: Buffer.alloc(200_000) };
    const paths: [string, RequestInit?][] = [[whoami()], ['/api/packages/acme/widgets/maven/org/x/maven-metadata.xml'], ['/v2/x/manifests/latest'], ['/api/packages/acme/pypi/simple/x/'], ['/api/files/x/y'], ['/nothing'], ['/api/packages/npm/%ff'], ['/graphql', query], ['/api/packages/acme/widgets/generic/x/1/f', upload]];
    for (const [path, init] of paths) {
      const refused = await started.fetch(path, 'developer', init);
      expect([path, refused.status, refused.headers.get('retry-after')]).toEqual([path, 503, expect.stringMatching(/^[1-5]$/)]);
      const message = 'The server has too much to do at the moment; try again in a few seconds.';
      expect(refused.statusText).toBe(message);
      const retryAfterSeconds = Number(refused.headers.get('retry-after'));
      expect(await refused.json()).toEqual({ code: 'UNAVAILABLE', message, error: message, errors: [{ code: 'UNAVAILABLE', message, extensions: { code: 'UNAVAILABLE', retryAfterSeconds } }] });
    }
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await fetch(`${started.url}${path}`)).status).toBe(200);
    await expect(subscribeBySocket({ url: started.url, secret: started.secrets.reader, query: 'subscription { events { cursor } }' })).rejects.toThrow('503');
    release();
    expect(await Promise.all(waiting.map(async (answer) => (await answer).status))).toEqual([200, 200]);
    expect((await started.fetch(whoami(), 'reader')).status).toBe(200);
    expect(await underWay(started)).toEqual({ working: 0, receiving: 0 });
    expect(await started.core.database.reads.query('SELECT 1 FROM package')).toEqual([]);
    expect(await (await fetch(`${started.url}/metrics`)).text()).toContain(`entrepot_http_overloaded_total{excess="working"} ${paths.length + 1}`);
  });

  it('leaves room for others than the one who asks so much', async () => {
    const started = await start({ REQUESTS_AT_ONCE: '4', TRUST_PROXY: 'true' });
    const release = hold(started);
    const from = (address: string) => started.fetch(whoami(), 'reader', { headers: { 'x-forwarded-for': address } });
    const waiting = [from('192.0.2.1'), from('192.0.2.1')];
    await expect.poll(async () => (await underWay(started)).working).toBe(2);
    expect((await from('192.0.2.1')).status).toBe(503);
    waiting.push(from('192.0.2.2'));
    await expect.poll(async () => (await underWay(started)).working).toBe(3);
    expect((await from('192.0.2.2')).status).toBe(503);
    release();
    for (const answer of waiting) expect((await answer).status).toBe(200);
  });

  it('counts no answer that has begun, however long it goes on', async () => {
    const started = await start({ REQUESTS_AT_ONCE: '2' });
    const streams = [];
    for (let count = 0; count < 3; count++) streams.push(await subscribeBySse({ url: started.url, secret: started.secrets.reader, query: 'subscription { events { cursor } }' }));
    expect((await started.fetch(whoami(), 'reader')).status).toBe(200);
    for (const stream of streams) stream.close();
  });

  it('counts bodies that come in by themselves', async () => {
    const started = await start({ REQUESTS_AT_ONCE: '2' });
    const { hostname, port } = new URL(started.url);
    const slow = connect(Number(port), hostname);
    slow.write(`POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${query.body.length}\r\n\r\n{`);
    await expect.poll(() => underWay(started)).toEqual({ working: 0, receiving: 1 });
    expect((await started.fetch(whoami(), 'reader')).status).toBe(200);
    expect((await started.fetch('/graphql', 'reader', query)).status).toBe(503);
    slow.write(query.body.slice(1));
    await expect.poll(() => underWay(started)).toEqual({ working: 0, receiving: 0 });
    expect((await started.fetch('/graphql', 'reader', query)).status).toBe(200);
    slow.destroy();
  });

  it('forgets those who leave', async () => {
    const started = await start({ REQUESTS_AT_ONCE: '2' });
    const release = hold(started);
    const leaving = new AbortController();
    const left = started.fetch(whoami(), 'reader', { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(async () => (await underWay(started)).working).toBe(1);
    leaving.abort();
    await left;
    await expect.poll(async () => (await underWay(started)).working).toBe(0);
    release();
  });
});

describe('MAX_DELAY_MS', () => {
  it('refuses what comes late in a turn that has been long, and serves what comes after it', async () => {
    const started = await start({ MAX_DELAY_MS: '100' });
    const { authenticator } = started.core;
    const actorOf = authenticator.actorOf.bind(authenticator);
    authenticator.actorOf = (credential) => {
      for (const end = performance.now() + 10; performance.now() < end; ) continue;
      return actorOf(credential);
    };
    const statuses = await pipelined(started, 100);
    expect(statuses).toHaveLength(100);
    const served = statuses.indexOf(503);
    expect(served).toBeGreaterThanOrEqual(16);
    expect(statuses.slice(0, served).every((status) => status === 200)).toBe(true);
    expect((await started.fetch(whoami(), 'reader')).status).toBe(200);
    expect(await (await fetch(`${started.url}/metrics`)).text()).toMatch(/entrepot_http_overloaded_total\{excess="delay"\} [1-9]/);
  });

  it('serves a few that come after a pause of the whole process', async () => {
    const started = await start({ MAX_DELAY_MS: '1' });
    for (let round = 0; round < 3; round++) {
      const answers = [started.fetch(whoami(), 'reader'), started.fetch(whoami(), 'reader')];
      for (const end = performance.now() + 300; performance.now() < end; ) continue;
      for (const answer of answers) expect((await answer).status).toBe(200);
    }
  });

  it('0 waits for ever', async () => {
    const started = await start({ MAX_DELAY_MS: '0', REQUESTS_AT_ONCE: '0' });
    const release = hold(started);
    const waiting = Array.from({ length: 40 }, () => started.fetch(whoami(), 'reader'));
    await expect.poll(async () => (await underWay(started)).working).toBe(40);
    release();
    for (const answer of waiting) expect((await answer).status).toBe(200);
  });
});

/** Sends so many requests at once over one connection; their statuses, in order. */
function pipelined({ url, secrets }: TestApp, count: number): Promise<number[]> {
  const { hostname, port } = new URL(url);
  const one = `GET ${whoami()} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secrets.reader}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('error', reject).on('data', (chunk) => {
      text += chunk.toString('latin1');
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      if (statuses.length < count) return;
      socket.destroy();
      resolve(statuses);
    });
    socket.write(one.repeat(count));
  });
}
