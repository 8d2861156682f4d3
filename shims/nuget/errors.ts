import type { EntrepotError } from '../../src/errors.ts';
import type { ErrorReply } from '../kit/shim.ts';

/**
 * Clients show nobody the body of an answer: what dotnet and nuget print of a failure is the reason phrase behind the status (NuGet.Client,
 * `HttpSourceResponse`, `EnsureSuccessStatusCode`), so the words go there, and into the body for everybody else.
 */
export function renderError(error: EntrepotError | undefined, requestId: string): ErrorReply {
  const text = error?.message ?? `Internal error, request ${requestId}`;
  return {
    status: error?.status ?? 500,
    contentType: 'application/json',
    body: JSON.stringify({ error: text, ...(error ? { code: error.code } : {}) }),
    reason: text,
  };
}
