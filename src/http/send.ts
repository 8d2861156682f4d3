import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RenderedDocument } from '../documents/cache.ts';
import { evaluatePreconditions } from './conditional.ts';

export type Headers = Record<string, string | number>;

/** Answers with a body that is at hand; to HEAD with its headers only. */
export function send(response: ServerResponse, status: number, headers: Headers, body: string | Buffer = ''): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  if (response.req.method === 'HEAD') response.end();
  else response.end(bytes);
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown, headers: Headers = {}): void {
  send(response, status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/**
 * Answers with a cached document: compressed where the client takes gzip, 304 where it has the current one already.
 * Clients may keep it but must ask each time whether it still holds. Returns whether its bytes were sent.
 */
export function sendDocument(request: IncomingMessage, response: ServerResponse, document: RenderedDocument): boolean {
  const packed = document.gzip !== undefined && acceptsGzip(request) ? document.gzip : undefined;
  const headers: Headers = {
    etag: packed ? document.gzipEtag : document.etag,
    'cache-control': 'private, no-cache',
    vary: 'Accept, Accept-Encoding, Authorization',
    ...document.headers,
  };
  if (request.headers['if-none-match'] !== undefined && isKnown(request, document)) {
    response.writeHead(304, headers);
    response.end();
    return false;
  }
  headers['content-type'] = document.contentType;
  if (packed) headers['content-encoding'] = 'gzip';
  send(response, 200, headers, packed ?? document.body);
  return request.method === 'GET';
}

/** A client may hold either encoding, whichever it takes now. */
function isKnown({ method, headers }: IncomingMessage, { etag, gzipEtag }: RenderedDocument): boolean {
  const known = headers['if-none-match'];
  if (known === etag || known === gzipEtag) return true;
  return [etag, gzipEtag].some((tag) => evaluatePreconditions(method, headers, { etag: tag }) === 'not-modified');
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && accepted.split(',').some((coding) => /^(?:gzip|\*)(?:\s*;\s*q=(?:0?\.\d*[1-9]|1))?$/.test(coding.trim()));
}
