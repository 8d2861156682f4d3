import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSubscribe } from '../../../schema/sdk/index.ts';
import { next } from './scripted-server.ts';

const total = 1_000;
const filler = 'x'.repeat(64 * 1024);

it('a slow reader is waited for by the server, and then has everything in order', { timeout: 60_000 }, async () => {
  let sent = 0;
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    while (sent < total) {
      sent += 1;
      if (!response.write(next(`e${sent}`, { data: { number: sent, filler } }))) await once(response, 'drain');
    }
    response.end('event: complete\ndata:\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const subscribe = createSubscribe({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const numbers: number[] = [];
  for await (const { number } of subscribe<{ number: number }, {}>('subscription { number }')) {
    numbers.push(number);
    if (number === 1) expect(await whenItStops(() => sent)).toBeLessThan(total / 2);
  }
  expect(numbers).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  server.close();
});

/** A number when it has stood still for a while. */
async function whenItStops(read: () => number): Promise<number> {
  for (let last = read(), still = 0; ; last = read()) {
    await sleep(20);
    still = read() === last ? still + 1 : 0;
    if (still === 10) return last;
  }
}
