import type { EntrepotError } from '../../src/errors.ts';
import type { ErrorReply } from '../kit/shim.ts';

/**
 * Where npm's clients expect another status than the catalogue's: npmjs answers 403 to a version that exists; and after a 429 npm tries
 * again for more than a minute without a word (`make-fetch-happen`, `lib/remote.js`), which is of no use within a quarter of an hour.
 */
const statusOf: Record<string, number> = { VERSION_EXISTS: 403, TOO_MANY_REQUESTS: 403 };

/**
 * `{ "error": "…" }`: npm, pnpm and yarn print the text (npm's `npm-registry-fetch`, `errors.js`). Of a 401 npm prints a
 * text of its own, always of a bad token, even after a wrong password; what `npm-notice` says it prints in any case
 * (`check-response.js`).
 */
export function renderError(error: EntrepotError | undefined, requestId: string): ErrorReply {
  const status = error ? (statusOf[error.code] ?? error.status) : 500;
  const text = error?.message ?? `Internal error, request ${requestId}`;
  const body = JSON.stringify({ error: text, ...(error ? { code: error.code } : {}) });
  return { status, contentType: 'application/json', body, ...(status === 401 ? { headers: { 'npm-notice': text } } : {}) };
}
