import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { forPages } from '../src/http/cors.ts';
import { send } from '../src/http/send.ts';

/** The media type of Server-Sent Events. */
export const eventStream = 'text/event-stream';

const mediaTypes = ['application/graphql-response+json', 'application/json'] as const;

/** What came of an operation, before anybody is told. */
export type Answer = Omit<ExecutionResult, 'errors'> & { errors?: readonly unknown[] };

/** Whether a client can read Server-Sent Events. */
export function takesEventStream({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? '').includes(eventStream);
}

/** Answers with the result of an operation, by GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/#sec-Response). */
export function reply({ headers, method }: IncomingMessage, response: ServerResponse, result: ExecutionResult, more: Record<string, string>): void {
  const accept = headers.accept ?? '';
  const mediaType = mediaTypes.find((type) => accept.includes(type)) ?? 'application/json';
  const { status, headers: because } = httpOf(result);
  send(
    response,
    status,
    {
      'content-type': `${mediaType}; charset=utf-8`,
      ...forPages,
      'cache-control': 'private, no-store',
      vary: 'Accept, Authorization, Cookie',
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="Entrepot"' } : {}),
      ...(status === 405 ? { allow: 'POST' } : {}),
      // What is left of a body that was refused is not read.
      ...(status === 413 && method === 'POST' ? { connection: 'close' } : {}),
      ...because,
      ...more,
    },
    JSON.stringify(result.errors ? { ...result, errors: result.errors.map(withoutHttp) } : result),
  );
}

/**
 * An operation that was executed is 200, whatever its fields say; one that was not has the status of the reason. So has one of which
 * nothing came because there were too many like it: proxies and guards look at no more than the status.
 */
function httpOf({ data, errors }: ExecutionResult): { status: number; headers?: Record<string, string> } {
  const { http, code } = errors?.[0]?.extensions ?? {};
  const told = http as { status?: number; headers?: Record<string, string> } | undefined;
  if (!errors || (data !== undefined && (data !== null || told?.status === undefined))) return { status: 200 };
  return { ...told, status: told?.status ?? (code === 'INTERNAL_ERROR' ? 500 : 400) };
}

function withoutHttp(error: GraphQLError): object {
  const { extensions: { http: _, ...extensions } = {}, ...rest } = error.toJSON();
  // Only values that do not fit their type come without a code: variables, mostly.
  return { ...rest, extensions: { code: 'BAD_USER_INPUT', ...extensions } };
}
