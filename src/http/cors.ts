import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mount } from './server.ts';

/** Headers of answers that pages may read, beside those that they always may. */
const exposed = 'etag, x-request-id, retry-after, upload-offset, upload-complete, upload-length, upload-limit';

/**
 * Lets pages of other origins use our own endpoints (https://fetch.spec.whatwg.org/#http-cors-protocol). Only with a token that
 * the page was given: no cookie or stored password goes along, so any origin may.
 */
export function withCors(mount: Mount): Mount {
  return {
    ...mount,
    methods: [...mount.methods, 'OPTIONS'],
    handle: async (request, response, url, requestId) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-expose-headers', exposed);
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
