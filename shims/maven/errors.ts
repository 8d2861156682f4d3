import type { EntrepotError } from '../../src/errors.ts';
import type { ErrorReply } from '../kit/shim.ts';

/** Plain text, and once more beside the status: that is all that Maven, Gradle and Ivy show of a refusal. */
export function renderError(error: EntrepotError | undefined, requestId: string): ErrorReply {
  const message = error?.message ?? `Internal error, request ${requestId}`;
  return { status: error?.status ?? 500, contentType: 'text/plain; charset=utf-8', body: `${message}\n`, reason: message };
}
