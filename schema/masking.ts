import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import type { Logger } from 'pino';
import { CursorExpired, type EntrepotError, Outage, TooManyRequests, Unavailable } from '../src/errors.ts';
import { writeEventCursor } from '../src/events/cursor.ts';
import { logFailure, retryHeaders } from '../src/http/error-reply.ts';
import { expectedFailure } from '../src/outage.ts';

/**
 * What the caller is told of errors: those of GraphQL itself as they are, those of the catalogue with code and message, and of
 * anything else nothing but the request's id, under which it is logged, once however many fields it broke.
 */
export function tellErrors(errors: readonly unknown[], log: Logger, requestId: string): GraphQLError[] {
  const logged = new Set<unknown>();
  return errors.map((error) => {
    const cause = causeOf(error);
    if (error instanceof GraphQLError && cause instanceof GraphQLError) return error;
    const place: GraphQLErrorOptions = error instanceof GraphQLError ? { nodes: error.nodes ?? null, path: error.path ?? null } : {};
    const expected = expectedFailure(cause);
    if (!logged.has(cause)) logFailure({ log }, expected, cause, requestId, 'a GraphQL operation');
    logged.add(cause);
    if (expected) return new GraphQLError(expected.message, { ...place, extensions: extensionsOf(expected) });
    return new GraphQLError(`Internal error ${requestId}`, { ...place, extensions: { code: 'INTERNAL_ERROR' } });
  });
}

/** Code and whatever else programs act on; `http` is what the whole answer becomes where nothing else came of it. */
export function extensionsOf(error: EntrepotError): Record<string, unknown> {
  if (error instanceof CursorExpired) return { code: error.code, cursor: writeEventCursor(error.resumeSeq) };
  if (!(error instanceof TooManyRequests || error instanceof Outage)) return { code: error.code };
  const again = error instanceof TooManyRequests || error instanceof Unavailable ? { retryAfterSeconds: error.retryAfterSeconds } : {};
  return { code: error.code, ...again, http: { status: error.status, headers: retryHeaders(error) } };
}

/** What was thrown in the first place: executors wrap it, some of them twice. */
export function causeOf(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { originalError } = error;
  return originalError === undefined || originalError === null ? error : causeOf(originalError);
}
