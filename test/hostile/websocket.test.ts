import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** A connection that has said hello. */
async function connect(): Promise<WebSocket> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('{"type":"connection_init"}');
  await new Promise((resolve) => socket.once('message', resolve));
  return socket;
}

it.for([
  ['questions of the protocol', 100_000, (socket: WebSocket) => socket.send(`{"type":"ping","payload":{"a":"${'x'.repeat(1_000)}"}}`)],
  ['pings', 300_000, (socket: WebSocket) => socket.ping('x'.repeat(100))],
] as const)('%s of a client that reads no answers are left at the client', { timeout: 60_000 }, async ([, total, ask]) => {
  const socket = await connect();
  socket.pause();
  for (let sent = 0; sent < total; sent += 1_000) {
    for (let index = 0; index < 1_000; index++) ask(socket);
    await sleep(1);
  }
  // The server and this process share their memory, so what counts is where the bytes wait: here, since there nobody listens.
  for (let before = -1; before !== socket.bufferedAmount; await sleep(500)) before = socket.bufferedAmount;
  expect(socket.bufferedAmount).toBeGreaterThan(1_000_000);
  let answers = 0;
  const done = new Promise<void>((resolve) => {
    const count = () => {
      answers += 1;
      if (answers === total) resolve();
    };
    socket.on('message', count);
    socket.on('pong', count);
  });
  socket.resume();
  // Once it reads, it gets every answer.
  await done;
  expect(answers).toBe(total);
  socket.terminate();
});
