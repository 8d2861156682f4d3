import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseNetworks } from '../../../src/webhooks/address.ts';
import { type ClientOptions, maxExcerptBytes, WebhookClient } from '../../../src/webhooks/client.ts';
import { answer, type Receiver, type Respond, startReceiver } from '../../support/receiver.ts';

const opened = parseNetworks('127.0.0.0/8');
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function receiver(respond?: Respond): Promise<Receiver> {
  const started = await startReceiver(respond);
  closers.push(started.close);
  return started;
}

/** A server that speaks bytes, not HTTP. */
async function rawServer(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const post = (url: string, options: ClientOptions = {}) => new WebhookClient({ opened, timeoutMs: 300, ...options }).post(url, { 'webhook-id': 'dlv_1' }, '{"é":1}');

describe('the client of webhooks', () => {
  it('posts JSON and tells what was answered', async () => {
    const target = await receiver(answer(202, { 'retry-after': '17' }, 'thanks'));
    expect(await post(`${target.url}/hook?a=1`)).toEqual({ durationMs: expect.any(Number), answer: { status: 202, excerpt: 'thanks', retryAfterSeconds: 17 } });
    expect(target.received).toMatchObject([
      { path: '/hook?a=1', body: '{"é":1}', headers: { 'content-type': 'application/json', 'content-length': '8', 'user-agent': 'Entrepot-Webhook', 'webhook-id': 'dlv_1', connection: 'close' } },
    ]);
    expect(Object.keys(target.received[0]?.headers ?? {})).not.toContain('authorization');
  });

  it('follows no redirect', async () => {
    const other = await receiver();
    const target = await receiver(answer(307, { location: other.url }));
    expect(await post(target.url)).toMatchObject({ answer: { status: 307 } });
    expect(other.connections()).toBe(0);
  });

  it('reads only the beginning of a huge answer, and hangs up', async () => {
    let sent = 0;
    let isClosed: (() => void) | undefined;
    const closed = new Promise<void>((resolve) => (isClosed = resolve));
    const target = await receiver((response) => {
      response.once('close', () => isClosed?.());
      const more = (): void => {
        while (!response.destroyed) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536, 'x'))) return void response.once('drain', more);
        }
      };
      response.writeHead(200);
      more();
    });
    const result = await post(target.url, { timeoutMs: 5_000 });
    expect(result).toMatchObject({ answer: { status: 200, excerpt: 'x'.repeat(maxExcerptBytes) } });
    await closed;
    // What fits into the buffers of two sockets, not what a reader would have got.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('makes text of whatever bytes there are', async () => {
    const target = await receiver((response) => void response.writeHead(200).end(Buffer.from([0xff, 0xfe, 0x41])));
    expect(await post(target.url)).toMatchObject({ answer: { excerpt: '\ufffd\ufffdA' } });
  });

  it('waits for an answer only so long, and takes the status of one that does not end', async () => {
    const silent = await receiver(() => undefined);
    expect(await post(silent.url)).toMatchObject({ error: 'There was no answer within 0.3 s.' });
    const dripping = await receiver((response) => void response.writeHead(200).write('begun'));
    expect(await post(dripping.url)).toMatchObject({ answer: { status: 200, excerpt: 'begun' } });
    const headless = await rawServer((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await post(headless)).toMatchObject({ error: 'There was no answer within 0.3 s.' });
  });

  it.each([
    ['nothing', (socket: Socket) => void socket.end()],
    ['a reset', (socket: Socket) => void socket.resetAndDestroy()],
    ['something else than HTTP', (socket: Socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['endless headers', (socket: Socket) => void socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`)],
    ['another protocol', (socket: Socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n')],
  ])('tells an error where %s is answered', async (_what, serve) => {
    expect(await post(await rawServer(serve))).toEqual({ durationMs: expect.any(Number), error: expect.stringMatching(/./) });
  });

  it('tells an error where nobody listens', async () => {
    const target = await startReceiver();
    await target.close();
    expect(await post(target.url)).toMatchObject({ error: expect.stringContaining('ECONNREFUSED') });
  });

  it('does not connect to private addresses, in whatever spelling', async () => {
    const target = await receiver();
    const { port } = target;
    for (const host of ['127.0.0.1', '127.1', '0x7f000001', '2130706433', '017700000001', '[::ffff:127.0.0.1]', '[::1]', '0.0.0.0', '[::]', '[64:ff9b::7f00:1]', '169.254.169.254']) {
      expect(await post(`http://${host}:${port}/`, { opened: [] })).toMatchObject({ error: expect.stringContaining('is not on the public internet') });
    }
    expect(await post(`http://localhost:${port}/`, { opened: [] })).toMatchObject({ error: expect.stringContaining('is not on the public internet') });
    expect(target.connections()).toBe(0);
  });

  it('looks at what a name means when it connects, each time anew', async () => {
    const target = await receiver();
    const meanings = [['127.0.0.1'], ['10.0.0.1'], ['10.0.0.1', '::1'], ['127.0.0.1', '10.0.0.1']];
    const resolve = async () => meanings.shift() ?? [];
    const client = new WebhookClient({ opened, timeoutMs: 2_000, resolve });
    const url = `http://rebinding.example:${target.port}/`;
    expect(await client.post(url, {}, '{}')).toMatchObject({ answer: { status: 204 } });
    expect(await client.post(url, {}, '{}')).toMatchObject({ error: expect.stringContaining('rebinding.example is not on the public internet') });
    expect(await client.post(url, {}, '{}')).toMatchObject({ error: expect.stringContaining('rebinding.example is not on the public internet') });
    // Of several the good one is taken, and only that.
    expect(await client.post(url, {}, '{}')).toMatchObject({ answer: { status: 204 } });
    expect(target.received.map(({ headers }) => headers['host'])).toEqual([`rebinding.example:${target.port}`, `rebinding.example:${target.port}`]);
    expect(meanings).toEqual([]);
  });

  it('tells a name that is not there', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND nowhere.example'), { code: 'ENOTFOUND' }));
    expect(await post('http://nowhere.example/', { resolve })).toMatchObject({ error: 'queryA ENOTFOUND nowhere.example' });
  });
});
