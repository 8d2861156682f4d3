import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { readersPatience } from '../../src/http/stalled.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { subscribeBySse } from '../support/live.ts';
import { requestHead } from './raw-request.ts';

const patienceMs = 1_000;
const longerThanReaders = (readersPatience + 2) * patienceMs;
const filePath = '/api/packages/acme/widgets/generic/x/1/f';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});
const start = async () => (app = await startApp({ env: { STALLED_SECONDS: String(patienceMs / 1000) } }));

/** A connection, and what has come on it; that it was reset, as when something was sent to it after it was cut, is no more than a close. */
function open({ url }: TestApp): { socket: Socket; text: () => string; closed: Promise<void> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('error', () => undefined).on('data', (chunk) => (text += chunk.toString('latin1')));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, text: () => text, closed };
}

async function metric({ url }: TestApp, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
}
const stalled = (started: TestApp) => metric(started, 'entrepot_http_stalled_total');

/** Does something now and then, for so many times as long as the server is patient. */
async function nowAndThen(times: number, everyMs: number, act: () => void): Promise<void> {
  for (let passedMs = 0; passedMs < times * patienceMs; passedMs += everyMs) {
    act();
    await sleep(everyMs);
  }
}

it('cuts a connection on which nothing is asked, and one whose headers do not end', async () => {
  const started = await start();
  const nothing = open(started);
  const half = open(started);
  half.socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n');
  const dribble = setInterval(() => half.socket.write('x-more: 1\r\n'), 100);
  await Promise.all([nothing.closed, half.closed]);
  clearInterval(dribble);
  expect(half.text()).toMatch(/^HTTP\/1\.1 408 /);
});

it('cuts a body that hardly comes in, and keeps nothing of it', async () => {
  const started = await start();
  const { socket, closed, text } = open(started);
  socket.write(requestHead('PUT', filePath, { 'authorization': `Bearer ${started.secrets.developer}`, 'content-length': 100_000 }));
  const dribble = setInterval(() => socket.write('x'), 50);
  await closed;
  clearInterval(dribble);
  expect(text()).toBe('');
  expect(await stalled(started)).toBe(1);
  expect((await started.fetch(filePath, 'reader')).status).toBe(404);
});

it('leaves a body alone that comes in slowly, for many times as long', async () => {
  const started = await start();
  const { socket, text } = open(started);
  const pieces: Buffer[] = [];
  socket.write(requestHead('PUT', filePath, { 'authorization': `Bearer ${started.secrets.developer}`, 'content-length': 20 * 2_000 }));
  await nowAndThen(4, (4 * patienceMs) / 20, () => {
    const piece = Buffer.alloc(2_000, pieces.length + 1);
    pieces.push(piece);
    socket.write(piece);
  });
  await expect.poll(text).toMatch(/^HTTP\/1\.1 201 /);
  expect(Buffer.from(await (await started.fetch(filePath, 'reader')).arrayBuffer()).equals(Buffer.concat(pieces))).toBe(true);
  socket.destroy();
});

// More than any buffer between the two holds.
const large = Buffer.alloc(64 * 1024 * 1024, 'large');

it('cuts a download of which nothing is taken', async () => {
  const started = await start();
  expect((await started.fetch(filePath, 'developer', { method: 'PUT', body: large })).status).toBe(201);
  const { socket } = open(started);
  socket.pause();
  socket.write(requestHead('GET', filePath, { authorization: `Bearer ${started.secrets.reader}` }));
  await expect.poll(() => stalled(started), { timeout: 40_000 }).toBe(1);
  socket.destroy();
}, 60_000);

it('leaves a download alone that is taken slowly', async () => {
  const started = await start();
  expect((await started.fetch(filePath, 'developer', { method: 'PUT', body: large })).status).toBe(201);
  const response = await started.fetch(filePath, 'reader');
  let taken = 0;
  const startedAt = performance.now();
  for await (const chunk of response.body ?? []) {
    taken += (chunk as Uint8Array).length;
    const aheadMs = (taken / large.length) * 8 * patienceMs - (performance.now() - startedAt);
    if (aheadMs > 50) await sleep(aheadMs);
  }
  expect(taken).toBe(large.length);
  expect(await stalled(started)).toBe(0);
}, 60_000);

it('leaves alone whoever waits for the server', async () => {
  const started = await start();
  const { authenticator } = started.core;
  const actorOf = authenticator.actorOf.bind(authenticator);
  authenticator.actorOf = async (credential) => {
    await sleep(longerThanReaders);
    return actorOf(credential);
  };
  const body = Buffer.alloc(1024 * 1024, 'x');
  const answers = await Promise.all([started.fetch('/api/packages/npm/-/whoami', 'reader'), started.fetch(filePath, 'developer', { method: 'PUT', body })]);
  expect(answers.map(({ status }) => status)).toEqual([200, 201]);
  expect(await stalled(started)).toBe(0);
}, 30_000);

it('leaves a subscription alone that has nothing to tell', async () => {
  const started = await start();
  const stream = await subscribeBySse({ url: started.url, secret: started.secrets.reader, query: 'subscription { events { cursor } }' });
  await sleep(longerThanReaders);
  expect(await metric(started, 'entrepot_event_followers')).toBe(1);
  expect(await stalled(started)).toBe(0);
  stream.close();
  await stream.ended;
}, 30_000);

it('leaves a connection open on which nothing is asked for a while', async () => {
  const started = await start();
  const { socket, text } = open(started);
  const ask = () => socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
  ask();
  await sleep(3 * patienceMs);
  ask();
  await expect.poll(() => text().match(/HTTP\/1\.1 200 /g)?.length).toBe(2);
  socket.destroy();
});

it.for(['0', '1', '301', '86400'])('a server starts with STALLED_SECONDS=%s', async (STALLED_SECONDS) => {
  app = await startApp({ env: { STALLED_SECONDS } });
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
});
