import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sendObject } from '../../../src/http/send-object.ts';
import type { SendResult, SentObject } from '../../../src/http/send-object.ts';
import { openFileStore } from '../../../src/storage/files.ts';
import { ObjectMissing } from '../../../src/storage/object-store.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { keepSmallObjects } from '../../../src/storage/small-objects.ts';

const modified = 'Sun, 06 Nov 1994 08:49:37 GMT';
let root: string;
let store: ObjectStore;
/** The one that is sent from. */
let sending: ObjectStore;
let server: http.Server;
let port: number;
const objects = new Map<string, { content: Buffer; object: SentObject }>();
/** How each reply of the running test went, or what it threw. */
let outcomes: (SendResult | Error)[];

async function put(name: string, content: Buffer, more: Partial<SentObject> = {}): Promise<void> {
  const key = `objects/${name}`;
  const writer = await store.create(key);
  await writer.write(content);
  await writer.commit();
  const sha256 = createHash('sha256').update(content).digest('hex');
  const object = {
    key,
    sizeBytes: content.length,
    sha256,
    contentType: 'application/gzip',
    fileName: `${name}.tgz`,
    modifiedAtMs: Date.parse(modified) + 300,
    cacheControl: 'public, immutable',
    ...more,
  };
  objects.set(`/${name}`, { content, object });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'send-'));
  store = openFileStore(root);
  sending = store;
  await put('small', Buffer.from('0123456789'));
  await put('large', randomBytes(5 * 2 ** 20 + 3));
  await put('empty', Buffer.alloc(0));
  await put('shown', Buffer.from('text'), { disposition: 'inline', fileName: 'läuft.txt' });
  await put('missing', Buffer.from('gone'));
  await store.delete('objects/missing');
  await put('shortened', randomBytes(400_000));
  const shortened = objects.get('/shortened');
  if (shortened !== undefined) shortened.object.sizeBytes = 800_000;
  server = http.createServer(async (request, response) => {
    const { object } = objects.get(request.url ?? '') as { object: SentObject };
    try {
      outcomes.push(await sendObject(request, response, sending, object, { 'X-Extra': 'yes' }));
    } catch (error) {
      outcomes.push(error as Error);
      if (!response.headersSent) response.writeHead(500).end('sorry');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true });
});
beforeEach(() => {
  outcomes = [];
});

async function ask(name: string, headers: Record<string, string> = {}, method = 'GET') {
  const request = http.request({ port, path: `/${name}`, method, headers, agent: false });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => request.on('response', resolve).on('error', reject));
  request.end();
  const response = await answered;
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

const contentOf = (name: string) => (objects.get(`/${name}`) as { content: Buffer }).content;
const etagOf = (name: string) => `"${createHash('sha256').update(contentOf(name)).digest('hex')}"`;

describe.each<[string, (plain: ObjectStore) => ObjectStore]>([
  ['a store', (plain) => plain],
  ['a store that keeps small objects', keepSmallObjects],
])('sendObject from %s', (_name, open) => {
  beforeAll(() => {
    sending = open(store);
  });

  test('200 with everything a cache and a browser need', async () => {
    const { status, headers, body } = await ask('small');
    expect(status).toBe(200);
    expect(body.toString()).toBe('0123456789');
    expect(headers).toMatchObject({
      'etag': etagOf('small'),
      'last-modified': modified,
      'accept-ranges': 'bytes',
      'content-type': 'application/gzip',
      'content-length': '10',
      'content-disposition': 'attachment; filename="small.tgz"',
      'cache-control': 'public, immutable',
      'x-extra': 'yes',
    });
    expect(headers).not.toHaveProperty('content-range');
    await vi.waitFor(() => expect(outcomes).toEqual([{ status: 200, complete: true }]));
  });

  test.each(['large', 'empty'])('200 %s', async (name) => {
    const { status, headers, body } = await ask(name);
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(contentOf(name).length));
    expect(body.equals(contentOf(name))).toBe(true);
  });

  test('200 to a reader that dawdles, with the very bytes', async () => {
    const request = http.get({ port, path: '/large', agent: false });
    const response = await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
    const received: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received.push(chunk);
      if (received.length % 10 === 0) await delay(3);
    }
    expect(Buffer.concat(received).equals(contentOf('large'))).toBe(true);
  });

  test('200 inline with a name outside ASCII', async () => {
    const { headers } = await ask('shown');
    expect(headers['content-disposition']).toBe(`inline; filename="l_uft.txt"; filename*=UTF-8''l%C3%A4uft.txt`);
  });

  test('HEAD has the headers of GET, no body, and ignores Range', async () => {
    const whole = await ask('small');
    const head = await ask('small', { range: 'bytes=0-4' }, 'HEAD');
    expect(head.status).toBe(200);
    expect({ ...head.headers, date: '' }).toEqual({ ...whole.headers, date: '' });
    expect(head.body.length).toBe(0);
  });

  test.each([
    ['bytes=0-4', 'bytes 0-4/10', '01234'],
    ['bytes=5-', 'bytes 5-9/10', '56789'],
    ['bytes=-3', 'bytes 7-9/10', '789'],
    ['bytes=8-99', 'bytes 8-9/10', '89'],
  ])('206 for %s', async (range, contentRange, expected) => {
    const { status, headers, body } = await ask('small', { range });
    expect(status).toBe(206);
    expect(headers).toMatchObject({ 'content-range': contentRange, 'etag': etagOf('small') });
    expect(headers['content-length']).toBe(String(expected.length));
    expect(body.toString()).toBe(expected);
  });

  test('206 across buffers', async () => {
    const { status, body } = await ask('large', { range: 'bytes=262100-1000000' });
    expect(status).toBe(206);
    expect(body.equals(contentOf('large').subarray(262_100, 1_000_001))).toBe(true);
  });

  test.each(['bytes=0-1,4-5', 'lines=1-2'])('200 for a range it does not honour: %s', async (range) => {
    const { status, body } = await ask('small', { range });
    expect(status).toBe(200);
    expect(body.length).toBe(10);
  });

  test('416 tells the size', async () => {
    const { status, headers, body } = await ask('small', { range: 'bytes=10-' });
    expect(status).toBe(416);
    expect(headers).toMatchObject({ 'content-range': 'bytes */10', 'content-length': '0' });
    expect(body.length).toBe(0);
  });

  test('If-Range decides between 206 and 200', async () => {
    expect((await ask('small', { 'range': 'bytes=0-1', 'if-range': etagOf('small') })).status).toBe(206);
    expect((await ask('small', { 'range': 'bytes=0-1', 'if-range': '"old"' })).status).toBe(200);
    expect((await ask('small', { 'range': 'bytes=90-', 'if-range': '"old"' })).status).toBe(200);
  });

  test.each(['GET', 'HEAD'])('304 for %s has validators and no body', async (method) => {
    const { status, headers, body } = await ask('small', { 'if-none-match': etagOf('small'), 'range': 'bytes=0-1' }, method);
    expect(status).toBe(304);
    expect(headers).toMatchObject({ 'etag': etagOf('small'), 'cache-control': 'public, immutable', 'x-extra': 'yes' });
    expect(headers).not.toHaveProperty('content-length');
    expect(headers).not.toHaveProperty('content-type');
    expect(body.length).toBe(0);
  });

  test('304 and 412 by date', async () => {
    expect((await ask('small', { 'if-modified-since': modified })).status).toBe(304);
    expect((await ask('small', { 'if-unmodified-since': 'Sat, 05 Nov 1994 08:49:37 GMT' })).status).toBe(412);
  });

  test('412 has no body and is not cached', async () => {
    const { status, headers, body } = await ask('small', { 'if-match': '"old"' });
    expect(status).toBe(412);
    expect(headers).toMatchObject({ 'content-length': '0', 'cache-control': 'no-store' });
    expect(body.length).toBe(0);
  });

  test('a missing object throws with the response still clean', async () => {
    const { status, headers, body } = await ask('missing');
    expect(outcomes).toEqual([expect.any(ObjectMissing)]);
    expect(status).toBe(500);
    expect(body.toString()).toBe('sorry');
    for (const name of ['etag', 'content-disposition', 'content-type', 'cache-control', 'x-extra']) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test('a store that fails half-way cuts the connection and throws', async () => {
    await expect(ask('shortened')).rejects.toThrow();
    await vi.waitFor(() => expect(outcomes).toEqual([expect.any(Error)]));
  });

  test('replies on one kept connection follow each other cleanly', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const one = async (path: string, range?: string) => {
      const request = http.get({ port, path, agent, headers: range === undefined ? {} : { range } });
      return buffer(await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve)));
    };
    const asked = [one('/large'), one('/small', 'bytes=99-'), one('/small'), one('/empty'), one('/large')];
    const bodies = await Promise.all(asked);
    expect(bodies.map((body) => body.length)).toEqual([contentOf('large').length, 0, 10, 0, contentOf('large').length]);
    expect(bodies[4]?.equals(contentOf('large'))).toBe(true);
    agent.destroy();
  });
});

describe('a client that leaves', () => {
  /** Descriptors of this process on files of the store. */
  async function openObjects(): Promise<number> {
    const descriptors = await readdir('/proc/self/fd');
    const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
    return links.filter((link) => link.startsWith(root)).length;
  }

  test('is no error and leaks no file, however many do', async () => {
    const unexpected = vi.fn();
    process.on('unhandledRejection', unexpected).on('uncaughtException', unexpected);
    const logged = vi.spyOn(console, 'error');
    const leaving = Array.from({ length: 20 }, async (_, index) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
      socket.pause();
      // Some leave before the headers, some in the middle, by RST or FIN.
      await delay(index * 3);
      if (index % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
    });
    await Promise.all(leaving);
    await vi.waitFor(async () => {
      expect(await openObjects()).toBe(0);
      expect(outcomes.length).toBeGreaterThanOrEqual(10);
    });
    for (const outcome of outcomes) expect(outcome).toEqual({ status: 200, complete: false });
    expect(unexpected).not.toHaveBeenCalled();
    expect(logged).not.toHaveBeenCalled();
    process.off('unhandledRejection', unexpected).off('uncaughtException', unexpected);
    logged.mockRestore();
    expect((await ask('large')).body.equals(contentOf('large'))).toBe(true);
  });
});
