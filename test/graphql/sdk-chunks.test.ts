import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, createClient, orThrow } from '../../schema/sdk/index.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const namespace = 'acme/widgets';
const chunk = 16 * 1024 * 1024;
const bytes = randomBytes(chunk + 5);
const sha256 = createHash('sha256').update(bytes).digest('hex');

/** What happens to a request to the upload's URL; undefined: it goes through. */
type Fate = (request: { method: string; offset: string | null; go: () => Promise<Response> }, time: number) => Promise<Response> | undefined;

/** A client whose requests to uploads meet their fates, and what it sent there: method and offset, or GET. */
function clientWith(fate: Fate): { client: Client; sent: string[] } {
  const sent: string[] = [];
  const fetchIt: typeof fetch = (url, init) => {
    const go = () => fetch(url, init);
    if (!String(url).includes('/api/uploads/')) return go();
    const offset = new Headers(init?.headers).get('upload-offset');
    const method = init?.method ?? 'GET';
    sent.push(offset === null ? method : `${method} ${offset}`);
    return fate({ method, offset, go }, sent.length) ?? go();
  };
  return { client: createClient({ url: app.url, token: app.secrets.developer, fetch: fetchIt }), sent };
}

/** Lets every pause pass at once, and tells how long they were; only while nothing goes over the net, which has timers of its own. */
function withoutPauses(): number[] {
  const pauses: number[] = [];
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
    pauses.push(ms);
    queueMicrotask(run);
  }) as unknown as typeof setTimeout);
  return pauses;
}

const lost = () => Promise.reject(new TypeError('network'));
const upload = (client: Client, body: Blob | Uint8Array | ArrayBuffer = new Blob([bytes]), options = {}) => client.upload({ fileName: 'large.bin', body }, namespace, options);

describe('upload', () => {
  it.for([
    ['a Blob', () => new Blob([bytes])],
    ['a Buffer', () => bytes],
    ['an ArrayBuffer', () => new Uint8Array(bytes).buffer],
  ] as const)('sends %s in chunks, with the digests of the whole', async ([, body]) => {
    const { client, sent } = clientWith(() => undefined);
    expect(await upload(client, body())).toMatchObject({ sizeBytes: bytes.length, sha256 });
    expect(sent).toEqual(['PATCH 0', `PATCH ${chunk}`]);
  });

  it('sends as a whole what is no larger than a chunk, and streams', async () => {
    const { client, sent } = clientWith(() => undefined);
    expect((await upload(client, new Blob([bytes.subarray(0, chunk)]))).sizeBytes).toBe(chunk);
    expect((await client.upload({ fileName: 's', body: new Blob([bytes]).stream() }, namespace)).sha256).toBe(sha256);
    expect(sent).toEqual(['PUT', 'PUT']);
  });

  it('goes on after a request that never arrived, and after an answer that did not', async () => {
    const { client, sent } = clientWith(({ go }, time) => (time === 1 ? lost() : time === 3 ? go().then(lost) : undefined));
    expect(await upload(client)).toMatchObject({ sizeBytes: bytes.length, sha256 });
    expect(sent).toEqual(['PATCH 0', 'GET', 'PATCH 0', 'GET', `PATCH ${chunk}`]);
  });

  it('gets the answer to the last chunk even where it was lost, or broke off', async () => {
    const broken = async () => new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) }), { status: 201 });
    for (const end of [lost, broken]) {
      const { client, sent } = clientWith(({ go }, time) => (time === 2 ? go().then(end) : undefined));
      expect(await upload(client)).toMatchObject({ sizeBytes: bytes.length, sha256 });
      expect(sent).toEqual(['PATCH 0', `PATCH ${chunk}`, 'GET', `PATCH ${bytes.length}`]);
    }
  });

  it('goes on where the server says that it is further, and where it was away', async () => {
    const { client, sent } = clientWith(({ go }, time) => {
      // The first chunk arrives twice, as where a proxy repeats it.
      if (time === 1) return go().then(go);
      return time === 2 ? Promise.resolve(new Response('<html>Bad gateway</html>', { status: 502 })) : undefined;
    });
    expect(await upload(client)).toMatchObject({ sha256 });
    expect(sent).toEqual(['PATCH 0', `PATCH ${chunk}`, 'GET', `PATCH ${chunk}`]);
  });

  it('gives up on what will not get better', async () => {
    const refused = clientWith(({ go, method }, time) => (time === 2 && method === 'PATCH' ? app.core.database.tx((tx) => tx.query('DELETE FROM upload_session')).then(go) : undefined));
    await expect(upload(refused.client)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
    expect(refused.sent).toEqual(['PATCH 0', `PATCH ${chunk}`]);
    await expect(createClient({ url: app.url, token: app.secrets.reader }).upload({ fileName: 'x', body: new Blob([bytes]) }, namespace)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('gives up where nothing gets on, after longer and longer pauses', async () => {
    let pauses: number[] = [];
    const { client, sent } = clientWith(({ method }, time) => {
      if (time === 1) pauses = withoutPauses();
      return method === 'GET' ? Promise.resolve(new Response(null, { status: 204, headers: { 'upload-offset': '0' } })) : lost();
    });
    const outcome = await upload(client).catch((error: unknown) => error).finally(() => vi.restoreAllMocks());
    expect(outcome).toMatchObject({ code: 'NETWORK_ERROR' });
    expect(sent).toEqual(Array.from({ length: 13 }, (_, index) => (index % 2 === 0 ? 'PATCH 0' : 'GET')));
    expect(pauses).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  });

  it('waits as long as the server says', async () => {
    let pauses: number[] = [];
    const { client, sent } = clientWith((_request, time) => {
      if (time > 1) {
        vi.restoreAllMocks();
        return undefined;
      }
      pauses = withoutPauses();
      return Promise.resolve(new Response('{"code":"TOO_MANY_REQUESTS","message":"Too many."}', { status: 429, headers: { 'retry-after': '20' } }));
    });
    expect(await upload(client)).toMatchObject({ sha256 });
    expect(pauses).toEqual([20_500]);
    expect(sent).toEqual(['PATCH 0', 'GET', 'PATCH 0', `PATCH ${chunk}`]);
  });

  it('ends by its signal, also while it waits', async () => {
    const stop = new AbortController();
    const reason = new Error('no longer needed');
    const { client, sent } = clientWith((_request, time) => {
      if (time > 1) return undefined;
      setTimeout(() => stop.abort(reason), 10);
      return Promise.resolve(new Response(null, { status: 503, headers: { 'retry-after': '60' } }));
    });
    await expect(upload(client, undefined, { signal: stop.signal })).rejects.toBe(reason);
    expect(sent).toEqual(['PATCH 0']);
  });

  it('is published like any other', async () => {
    const published = orThrow(await clientWith(() => undefined).client.publish({ namespace, format: 'GENERIC', name: 'large', version: '1', files: [{ fileName: 'large.bin', body: new Blob([bytes]) }] }));
    expect(published.files[0]).toMatchObject({ sizeBytes: bytes.length, sha256 });
  });
});
