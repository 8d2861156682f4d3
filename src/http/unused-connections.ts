import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches connections on which nothing has been asked so far: browsers open some ahead. Node does not count them as idle, so a server that
 * stops would wait for them. The returned function hangs up on them.
 */
export function watchUnusedConnections(server: Server): () => void {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  const use = ({ socket }: { socket: Socket }) => unused.delete(socket);
  server.on('request', use);
  server.on('upgrade', use);
  return () => {
    for (const socket of unused) socket.destroy();
  };
}
