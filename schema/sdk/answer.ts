import { EntrepotError, type ErrorDetails, type GraphQLErrorEntry } from './error.ts';

/** The JSON of an answer that went well, or a GraphQL response whatever its status; throws EntrepotError for any other. */
export async function readAnswer(response: Response): Promise<unknown> {
  const { status } = response;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const text = await textOf(response, { status, requestId });
  const body = parsed(text);
  if (isObject(body)) {
    if (response.ok || Array.isArray(body['errors'])) return body;
    const { code, message } = body;
    if (typeof code === 'string' && typeof message === 'string') throw new EntrepotError(code, message, { status, requestId });
  }
  throw new EntrepotError('BAD_RESPONSE', `The server answered with status ${status}: ${text.slice(0, 200)}`, { status, requestId });
}

/** The data of a GraphQL response; throws EntrepotError where it has errors, even beside data. */
export async function readResult(response: Response): Promise<unknown> {
  const { data, errors } = (await readAnswer(response)) as { data?: unknown; errors?: readonly GraphQLErrorEntry[] };
  const { status } = response;
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const [first] = errors ?? [];
  if (first) throw new EntrepotError(first.extensions?.code ?? 'BAD_RESPONSE', first.message, { path: first.path, errors, status, requestId });
  if (data === undefined || data === null) throw new EntrepotError('BAD_RESPONSE', 'The server answered without data.', { status, requestId });
  return data;
}

async function textOf(response: Response, details: ErrorDetails): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    // What else it may be is the reason of the signal that ended the call.
    if (!(error instanceof TypeError)) throw error;
    throw new EntrepotError('NETWORK_ERROR', 'The answer broke off.', { ...details, cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
