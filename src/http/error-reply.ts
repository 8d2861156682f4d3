import type { ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { type EntrepotError, Outage, TooManyRequests, Unavailable } from '../errors.ts';
import { expectedFailure } from '../outage.ts';
import { isClientGone } from './request-body.ts';
import { sendJson } from './send.ts';

/** Runs a handler of our own endpoints; failures are told as JSON `{ code, message }`, unexpected ones masked and logged. */
export async function withJsonErrors(core: Core, response: ServerResponse, requestId: string, handle: () => Promise<void>): Promise<void> {
  try {
    await handle();
  } catch (error) {
    const expected = expectedFailure(error);
    if (!expected && isClientGone(response.req, error)) return;
    logFailure(core, expected, error, requestId);
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

/** Logs what is a fault of ours, or of what we stand on. `expected`: the failure of the catalogue that `error` stands for, if any. */
export function logFailure(core: Pick<Core, 'log'>, expected: EntrepotError | undefined, error: unknown, requestId: string, what = 'a request'): void {
  if (!expected) core.log.error({ err: error, requestId }, `${what} failed`);
  else if (expected instanceof Outage) core.log.warn({ err: expected.cause ?? expected, requestId, code: expected.code }, `${what} could not be served`);
}

/** `Retry-After` of a failure that passes with time (RFC 9110 §10.2.3). */
export function retryHeaders(error: EntrepotError | undefined): Record<string, string> {
  return error instanceof TooManyRequests || error instanceof Unavailable ? { 'retry-after': String(error.retryAfterSeconds) } : {};
}
