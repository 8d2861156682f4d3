import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenBackend, openEmbedded } from '../support/environment/backends.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** More than what waits at a server of Node unless it is told otherwise (511). */
const connections = 1_500;

const allowed = Number(await readFile('/proc/sys/net/core/somaxconn', 'utf8').catch(() => 0));

let backend: OpenBackend;
let server: ServerProcess;
beforeAll(async () => {
  backend = await openEmbedded();
  server = await startServer(backend.env);
}, 60_000);
afterAll(async () => {
  server?.child.kill('SIGCONT');
  await server?.kill();
  await backend?.close();
});

// Elsewhere, and where the system allows fewer, there is nothing to be seen.
it.skipIf(allowed < connections)('those who connect while the server is busy are all accepted and answered', { timeout: 60_000 }, async () => {
  const { port } = new URL(server.url);
  server.child.kill('SIGSTOP');
  const sockets = Array.from({ length: connections }, () => connect(Number(port), '127.0.0.1'));
  try {
    // The kernel does it for a server that is stopped, as far as there is room; whoever finds none is told nothing.
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const answers = sockets.map(statusOf);
    for (const socket of sockets) socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    server.child.kill('SIGCONT');
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['HTTP/1.1 200 OK']));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

async function statusOf(socket: Socket): Promise<string> {
  const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['closed'])]);
  return String(chunk).split('\r\n')[0] ?? '';
}
