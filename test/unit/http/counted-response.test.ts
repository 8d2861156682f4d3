import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { CountedResponse } from '../../../src/http/counted-response.ts';

const always = { 'x-request-id': '1', 'content-security-policy': 'sandbox' };

/** What a client sees of an answer. */
async function answered(answer: (response: CountedResponse) => void) {
  let heads = 0;
  const server = createServer({ ServerResponse: CountedResponse }, (_request, response) => {
    response.always = always;
    response.onHead = () => (heads += 1);
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = String(await buffer(response));
  server.close();
  const names = response.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  return { status: response.statusCode, reason: response.statusMessage, headers: response.headers, body, heads };
}

const whole = { status: 201, headers: { ...always, 'x-own': 'yes' }, body: 'done', heads: 1 };

test.each<[string, (response: CountedResponse) => void]>([
  ['headers at once', (response) => response.writeHead(201, { 'x-own': 'yes' }).end('done')],
  ['a reason and headers', (response) => response.writeHead(201, 'Made', { 'x-own': 'yes' }).end('done')],
  ['a list of headers', (response) => response.writeHead(201, ['x-own', 'yes']).end('done')],
  ['headers that were set', (response) => response.setHeader('x-own', 'yes').writeHead(201).end('done')],
  ['headers that were set, and others at once', (response) => response.setHeader('x-set', 'yes').writeHead(201, { 'x-own': 'yes' }).end('done')],
])('%s: what is always said is said once', async (_name, answer) => {
  expect(await answered(answer)).toMatchObject(whole);
});

test('no head of its own', async () => {
  const { headers, heads } = await answered((response) => response.end('done'));
  expect([headers, heads]).toEqual([expect.objectContaining(always), 1]);
});

test.each<[string, (response: CountedResponse) => void]>([
  ['at once', (response) => response.writeHead(200, { 'content-security-policy': 'none' }).end()],
  ['set before', (response) => response.setHeader('Content-Security-Policy', 'none').end()],
  ['set before, others at once', (response) => response.setHeader('Content-Security-Policy', 'none').writeHead(200, { 'x-own': 'yes' }).end()],
])('what an answer says itself counts: %s', async (_name, answer) => {
  const { headers } = await answered(answer);
  expect([headers['content-security-policy'], headers['x-request-id']]).toEqual(['none', '1']);
});
