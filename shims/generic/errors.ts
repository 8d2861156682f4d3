import type { EntrepotError } from '../../src/errors.ts';
import type { ErrorReply } from '../kit/shim.ts';

/** Plain text, for people at a terminal: curl prints a body as it is. */
export function renderError(error: EntrepotError | undefined, requestId: string): ErrorReply {
  return {
    status: error?.status ?? 500,
    contentType: 'text/plain; charset=utf-8',
    body: `${error?.message ?? `Internal error, request ${requestId}`}\n`,
  };
}
