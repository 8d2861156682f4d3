import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request as httpRequest, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { lastingPort } from '../support/environment/services.ts';
import { type AlternatingProxy, startProxy } from '../support/alternating-proxy.ts';

const servers: Server[] = [];
let proxy: AlternatingProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const named = (name: string) => serve((request, response) => request.pipe(response.setHeader('x-name', name)));

async function ask(agent: Agent, body: string): Promise<unknown[]> {
  const request = httpRequest(proxy?.url ?? '', { agent, method: 'PUT' });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response) text += String(piece);
  return [response.statusCode, response.headers['x-name'], text];
}

it('gives requests to the servers in turn, also those of one connection', async () => {
  proxy = await startProxy([await named('a'), await named('b')]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const [body, name] of [['1', 'a'], ['2', 'b'], ['3', 'a'], ['4', 'b']] as const) expect(await ask(agent, body)).toEqual([200, name, body]);
  expect(proxy.given).toEqual([2, 2]);
  agent.destroy();
});

it('gives a request to the next server where one refuses the connection, and 502 where all do', async () => {
  const [closed, other] = [await lastingPort(), await lastingPort()].map((port) => `http://127.0.0.1:${port}`);
  proxy = await startProxy([closed ?? '', await named('b')]);
  for (const body of ['1', '2']) expect(await ask(new Agent(), body)).toEqual([200, 'b', body]);
  await proxy.close();
  proxy = await startProxy([closed ?? '', other ?? '']);
  expect((await ask(new Agent(), '3'))[0]).toBe(502);
});

it('asks no other server where one has had something of the request', async () => {
  const cutting = await serve((request) => request.once('data', () => request.socket.destroy()));
  proxy = await startProxy([cutting, await named('b')]);
  expect((await ask(new Agent(), '1'))[0]).toBe(502);
  expect(proxy.given).toEqual([1, 0]);
});

it('passes Host on and says who asks for what, in place of what the client says', async () => {
  const seen: IncomingMessage['headers'][] = [];
  proxy = await startProxy([await serve((request, response) => void response.end(String(seen.push(request.headers))))]);
  await fetch(proxy.url, { headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' } });
  const { host } = new URL(proxy.url);
  expect(seen).toMatchObject([{ host, 'x-forwarded-host': host, 'x-forwarded-proto': 'http', 'x-forwarded-for': '192.0.2.1, 127.0.0.1' }]);
});

it('streams both ways', async () => {
  proxy = await startProxy([await named('a')]);
  const request = httpRequest(proxy.url, { method: 'PUT' });
  request.write('1');
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(String((await once(response, 'data'))[0])).toBe('1');
  request.end('2');
  expect(String((await once(response, 'data'))[0])).toBe('2');
});

it('cuts where the server cuts', async () => {
  proxy = await startProxy([await serve((_request, response) => void response.write('half', () => response.destroy()))]);
  await expect(fetch(proxy.url).then((response) => response.text())).rejects.toThrow();
});
