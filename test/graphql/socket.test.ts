import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serveSocket } from '../../schema/socket.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connection whose client reads, and answers, as a test says. */
class Client extends EventEmitter {
  protocol = 'graphql-transport-ws';
  bufferedAmount = 0;
  isPaused = false;
  isEnded = false;
  answers = true;
  ping = () => this.answers && this.emit('pong');
  terminate = () => (this.isEnded = true);
}

function serve(stalledSeconds: number): Client {
  const client = new Client();
  serveSocket({ config: { stalledSeconds } } as never, { opened: () => async () => undefined } as never, client as never, {});
  return client;
}

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

it('a connection that answers stays, however long nothing is told', () => {
  const client = serve(60);
  pass(3600);
  expect(client.isEnded).toBe(false);
});

it('one that does not answer is ended in a minute', () => {
  const client = serve(60);
  client.answers = false;
  pass(59);
  expect(client.isEnded).toBe(false);
  pass(12);
  expect(client.isEnded).toBe(true);
});

it('one whose answers stand behind what it has to read is waited for as long as it reads', () => {
  const client = serve(60);
  Object.assign(client, { answers: false, bufferedAmount: 10_000_000 });
  for (let seconds = 0; seconds < 1800; seconds += 200) {
    pass(200);
    client.bufferedAmount -= 1_000_000;
  }
  expect(client.isEnded).toBe(false);
  pass(320);
  expect(client.isEnded).toBe(true);
});

it('or for ever, where nobody is to be cut off', () => {
  const client = serve(0);
  Object.assign(client, { answers: false, bufferedAmount: 1 });
  pass(86_400);
  expect(client.isEnded).toBe(false);
});
