import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';

/** A request body may have at most so many bytes. */
export const maxBodyBytes = 1024 * 1024;

/** What a client asks to be executed (https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters). */
export interface OperationParameters {
  query: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

/**
 * Reads the operation of a POST (JSON) or GET (URL) request. JSON alone is accepted because a page of another origin cannot
 * send that content type without asking first. Throws GraphQLError with the HTTP status in its extensions.
 */
export async function readOperation(request: IncomingMessage, url: string): Promise<OperationParameters> {
  if (request.method === 'GET') return ofSearch(new URLSearchParams(url.slice(url.indexOf('?') + 1)));
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.');
  return ofJson(await readBody(request));
}

/** A refusal before anything is executed. */
export function refuse(status: number, code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status } } });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const tooLarge = () => refuse(413, 'REQUEST_TOO_LARGE', `A request body has at most ${maxBodyBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Without destroying the stream at the end, so that a refusal can still be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > maxBodyBytes) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8');
}

function ofJson(body: string): OperationParameters {
  const value = parseJson(body);
  if (Array.isArray(value)) throw refuse(400, 'BATCH_NOT_SUPPORTED', 'Send one operation per request.');
  if (typeof value !== 'object' || value === null) throw refuse(400, 'BAD_REQUEST', 'The request body is not a JSON object.');
  return checkOperation(value as Record<string, unknown>);
}

function ofSearch(search: URLSearchParams): OperationParameters {
  const variables = search.get('variables');
  return checkOperation({
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') ?? undefined,
    variables: variables === null ? undefined : parseJson(variables),
  });
}

/** Throws GraphQLError where this is no operation. */
export function checkOperation({ query, operationName, variables }: Record<string, unknown>): OperationParameters {
  if (typeof query !== 'string' || query === '') throw refuse(400, 'BAD_REQUEST', '"query" must be the text of a GraphQL document.');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw refuse(400, 'BAD_REQUEST', '"operationName" must be a text.');
  }
  if (variables !== undefined && variables !== null && (typeof variables !== 'object' || Array.isArray(variables))) {
    throw refuse(400, 'BAD_REQUEST', '"variables" must be an object.');
  }
  return {
    query,
    operationName: operationName ?? undefined,
    variables: (variables ?? undefined) as Record<string, unknown> | undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse(400, 'BAD_REQUEST', 'The request is not valid JSON.');
  }
}
