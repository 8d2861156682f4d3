import type { EntrepotError } from '../../src/errors.ts';
import type { ErrorReply } from '../kit/shim.ts';

/** What twine and uv take for "this very file is there already" where they are told to go on then; nothing else may look like it. */
const fileIsThere = new Set(['FILE_EXISTS', 'VERSION_EXISTS']);

/**
 * Plain text, and the same words as reason phrase: uv and Poetry show the body, twine and pip the status line (twine's `utils.check_status_code`, pip's
 * `raise_for_status`). 409 is kept for a file that is there: `twine --skip-existing` passes over it.
 */
export function renderError(error: EntrepotError | undefined, requestId: string): ErrorReply {
  const text = error ? messageOf(error) : `Internal error, request ${requestId}`;
  return { status: error ? statusOf(error) : 500, contentType: 'text/plain; charset=utf-8', body: `${text}\n`, reason: text };
}

function statusOf({ code, status }: EntrepotError): number {
  return status === 409 && !fileIsThere.has(code) ? 400 : status;
}

function messageOf({ code, message }: EntrepotError): string {
  return code === 'FILE_EXISTS' ? `File already exists: ${message}` : message;
}
