import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mount } from './server.ts';

/** Lets pages of every origin read an answer, with what it tells beside its body. */
export const forPages = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'etag, x-request-id, retry-after, upload-offset, upload-complete, upload-length, upload-limit' };

/**
 * Lets pages of other origins use our own endpoints (https://fetch.spec.whatwg.org/#http-cors-protocol). Only with a token that
 * the page was given: no cookie or stored password goes along, so any origin may.
 */
export function withCors(mount: Mount): Mount {
  return {
    ...mount,
    methods: [...mount.methods, 'OPTIONS'],
    handle: async (request, response, url, requestId) => {
      for (const [name, value] of Object.entries(forPages)) response.setHeader(name, value);
      if (request.method === 'OPTIONS') answerPreflight(request, response, mount.methods);
      else await mount.handle(request, response, url, requestId);
    },
  };
}

function answerPreflight(request: IncomingMessage, response: ServerResponse, methods: readonly string[]): void {
  const wanted = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    'access-control-allow-methods': methods.join(', '),
    ...(wanted === undefined ? {} : { 'access-control-allow-headers': wanted }),
    'access-control-max-age': '86400',
    vary: 'Access-Control-Request-Headers',
  });
  response.end();
}
