import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** What a server answers to a request that offers to change to another protocol. */
function offer(path: string, protocol: string): Promise<string> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: ${protocol}\r\nhttp2-settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n`));
    socket.once('data', (data) => {
      resolve(String(data).slice(9, 12));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

it.for([['/healthz', 'h2c', '200'], ['/api/packages/npm/-/ping', 'h2c', '200'], ['/healthz', 'websocket', '404']] as const)('%s with an offer of %s is told %s', async ([path, protocol, status]) => {
  expect(await offer(path, protocol)).toBe(status);
});

it.for(['/nothing', '/graphql'])('whoever asks for a WebSocket at %s and hangs up ends nothing', (path) => {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const request = { url: path, method: 'GET', headers: { upgrade: 'websocket', connection: 'upgrade' }, socket, httpVersion: '1.1' };
  app.app.server.server.emit('upgrade', request, socket, Buffer.alloc(0));
  // Node ends the process on an error that nobody listens to.
  expect(socket.emit('error', new Error('read ECONNRESET'))).toBe(true);
});
