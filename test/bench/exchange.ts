import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Sent {
  port: number;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string | undefined;
  /** Undefined: over a connection of its own. */
  agent?: Agent | undefined;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  ms: number;
}

/** Sends a request and reads the whole answer. Rejects where none comes. */
export function exchange({ port, path, method = 'GET', headers = {}, body, agent }: Sent): Promise<Answered> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { ...length, ...headers }, agent: agent ?? false }, (response) => {
      const received: Buffer[] = [];
      response.on('data', (chunk: Buffer) => received.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(received), ms: performance.now() - startedAt }));
    });
    sent.on('error', reject).end(body);
  });
}

/** Reads a path as the load does, which names the host `localhost`: that is part of what documents link to. */
export function fetchBytes(port: number, path: string, headers: Record<string, string>): Promise<Answered> {
  return exchange({ port, path, headers: { host: 'localhost', ...headers } });
}
