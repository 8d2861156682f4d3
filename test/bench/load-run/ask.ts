import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { authorization } from '../data.ts';

/** A request of any client of the run. */
export interface Asked {
  url: string;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  agent?: Agent;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  ms: number;
}

/** Asks as the admin and reads the whole answer. Rejects where none comes. */
export function ask({ url, path, method = 'GET', headers = {}, body, agent }: Asked): Promise<Answered> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const asking = request(`${url}${path}`, { method, headers: { ...authorization, ...length, ...headers }, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), ms: performance.now() - startedAt }));
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** What an error is counted as. */
export function nameOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
