import { EntrepotError, type ErrorDetails, type GraphQLAnswer } from './error.ts';

/** The JSON of an answer that went well, or a GraphQL response whatever its status; throws EntrepotError for any other. */
export async function readAnswer(response: Response): Promise<unknown> {
  const { status } = response;
  const details = detailsOf(response);
  const text = await textOf(response, details);
  const body = parsed(text);
  if (isObject(body)) {
    if (response.ok || Array.isArray(body['errors'])) return body;
    const { code, message } = body;
    if (typeof code === 'string' && typeof message === 'string') throw new EntrepotError(code, message, details);
  }
  throw new EntrepotError('BAD_RESPONSE', `The server answered with status ${status}: ${text.slice(0, 200)}`, details);
}

/** The data of a GraphQL response; throws EntrepotError where it has errors, even beside data. */
export async function readResult(response: Response): Promise<unknown> {
  return dataOf((await readAnswer(response)) as GraphQLAnswer, detailsOf(response));
}

/** The data of a GraphQL answer that came with these details; throws EntrepotError where it has errors, even beside data. */
export function dataOf({ data, errors }: GraphQLAnswer, details: ErrorDetails): unknown {
  const [first] = errors ?? [];
  if (first) throw new EntrepotError(first.extensions?.code ?? 'BAD_RESPONSE', first.message, { ...details, path: first.path, errors });
  if (data === undefined || data === null) throw new EntrepotError('BAD_RESPONSE', 'The server answered without data.', details);
  return data;
}

/** What a response tells beside its body. */
export function detailsOf({ status, headers }: Response): ErrorDetails {
  return { status, requestId: headers.get('x-request-id') ?? undefined, retryAfterSeconds: secondsUntil(headers.get('retry-after')) };
}

/** `Retry-After` (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3): seconds, or an instant. */
function secondsUntil(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
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

/** The value of a JSON text; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
