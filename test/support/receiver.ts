import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request that arrived. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Answers a request that has arrived; by default with 204. */
export type Respond = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

/** A server that webhooks are sent to. */
export interface Receiver {
  /** `http://127.0.0.1:port`. */
  url: string;
  port: number;
  /** Everything that arrived whole, in order. */
  received: Received[];
  /** Answers so from now on. */
  respond(how: Respond): void;
  /** Connections that were made. */
  connections(): number;
  /** Resolves when so many have arrived, or some that do. */
  until(enough: number | ((received: readonly Received[]) => boolean)): Promise<void>;
  close(): Promise<void>;
}

/** Answers with a status. */
export function answer(status: number, headers: Record<string, string> = {}, body = ''): Respond {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** Starts a receiver on a free port. */
export async function startReceiver(respond: Respond = answer(204), port = 0): Promise<Receiver> {
  let how = respond;
  let connections = 0;
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      for (const look of waiting) look();
      how(response, one, request);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    respond: (other) => void (how = other),
    connections: () => connections,
    until(enough) {
      const isEnough = () => (typeof enough === 'number' ? received.length >= enough : enough(received));
      return new Promise((resolve) => {
        const look = () => {
          if (!isEnough()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
