import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of a request to the storage emulator: it is answered with a status instead; its answer is cut in the middle; it is done, and the
 * connection cut instead of an answer. Undefined: all is well.
 */
export type StoreFate = { status: number } | 'cut' | 'lost reply' | undefined;

/** A proxy in front of the storage emulator that fails as it is told. */
export interface FailingStoreProxy {
  /** For `STORAGE_EMULATOR_HOST`. */
  url: string;
  /** From now on each request meets with what this says. */
  fail(fate: (request: IncomingMessage) => StoreFate): void;
  /** How many requests met with something. */
  failed(): number;
  close(): Promise<void>;
}

/** Starts one. */
export async function startFailingStoreProxy(emulator: string): Promise<FailingStoreProxy> {
  const agent = new Agent({ keepAlive: true });
  let fateOf: (request: IncomingMessage) => StoreFate = () => undefined;
  let failed = 0;
  const server = createServer((request, response) => {
    const fate = fateOf(request);
    if (fate !== undefined) failed += 1;
    request.on('error', () => undefined);
    if (typeof fate === 'object') return void request.resume().once('end', () => response.writeHead(fate.status).end('the store is not well'));
    forward(request, response, fate);
  });

  function forward(request: IncomingMessage, response: ServerResponse, fate: StoreFate): void {
    const onward = httpRequest(`${emulator}${request.url}`, { agent, method: request.method, headers: request.headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => {
        const body = Buffer.concat(pieces);
        if (fate === 'lost reply') return void response.destroy();
        // The emulator tells its own address as that of a resumable upload.
        const location = answer.headers.location?.replace(emulator, url);
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(location === undefined ? {} : { location }) });
        if (fate !== 'cut') return void response.end(body);
        response.write(body.subarray(0, body.length >> 1), () => setImmediate(() => response.destroy()));
      });
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    fail: (fate) => void (fateOf = fate),
    failed: () => failed,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
