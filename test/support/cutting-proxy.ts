import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a server, whose connections a test may cut. */
export interface CuttingProxy {
  url: string;
  /** Cuts all connections that are open now. */
  cut(): void;
  close(): Promise<void>;
}

/** What becomes of a connection, told what came from the server: how many bytes of it go through, and what happens then. Nothing: all is well. */
export type Fate = { afterBytes: number; how: 'end' | 'reset' | 'silence' } | undefined;

/** Starts one. `fate` is asked for each connection. */
export async function startCuttingProxy(target: string, fate: () => Fate = () => undefined): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const doomed = fate();
    const upstream = connect(Number(port), hostname);
    let passed = 0;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      const rest = doomed ? doomed.afterBytes - passed : Infinity;
      passed += bytes.length;
      if (rest > 0 && !client.write(bytes.subarray(0, rest))) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
      if (!doomed || rest > bytes.length || rest < 0) return;
      if (doomed.how === 'end') client.end();
      if (doomed.how === 'reset') client.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => open.forEach((socket) => socket.destroy()),
    async close() {
      open.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
