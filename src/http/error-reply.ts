import type { ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { EntrepotError, TooManyRequests } from '../errors.ts';
import { isClientGone } from './request-body.ts';
import { sendJson } from './send.ts';

/** Runs a handler of our own endpoints; failures are told as JSON `{ code, message }`, unexpected ones masked and logged. */
export async function withJsonErrors(core: Core, response: ServerResponse, requestId: string, handle: () => Promise<void>): Promise<void> {
  try {
    await handle();
  } catch (error) {
    const expected = error instanceof EntrepotError ? error : undefined;
    if (!expected && isClientGone(response.req, error)) return;
    if (!expected) core.log.error({ err: error, requestId }, 'a request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const challenge = expected?.status === 401 ? { 'www-authenticate': 'Basic realm="Entrepot"' } : {};
    const again = retryHeaders(expected);
    const body = { code: expected?.code ?? 'INTERNAL_ERROR', message: expected?.message ?? `Internal error ${requestId}` };
    sendJson(response, expected?.status ?? 500, body, { ...challenge, ...again });
  }
}

/** `Retry-After` of a failure that passes with time (RFC 9110 §10.2.3). */
export function retryHeaders(error: EntrepotError | undefined): Record<string, string> {
  return error instanceof TooManyRequests ? { 'retry-after': String(error.retryAfterSeconds) } : {};
}
