import type { IncomingMessage, ServerResponse } from 'node:http';
import { forPages } from './cors.ts';
import { drain } from './request-body.ts';
import { sendJson } from './send.ts';

/** Why a request is refused before anybody has looked what it is about, and when it may come again. */
export interface Refusal {
  status: 429 | 503;
  code: 'TOO_MANY_REQUESTS' | 'UNAVAILABLE';
  message: string;
  retryAfterSeconds: number;
}

/** As container clients know them: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, and `errcode` of distribution. */
const containerCodes = { TOO_MANY_REQUESTS: 'TOOMANYREQUESTS', UNAVAILABLE: 'UNAVAILABLE' };

/**
 * Refuses a request in the words of all clients at once: npm's read `error`, those of container images and GraphQL `errors`, our own `code` and
 * `message`, and those of NuGet and Maven no more than what stands beside the status.
 */
export function refuse(request: IncomingMessage, response: ServerResponse, { status, code, message, retryAfterSeconds }: Refusal): void {
  response.statusMessage = message;
  const errors = [{ code: containerCodes[code], message, extensions: { code, retryAfterSeconds } }];
  sendJson(response, status, { code, message, error: message, errors }, { ...forPages, 'retry-after': retryAfterSeconds });
  drain(request);
}
