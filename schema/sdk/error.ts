/** An error as a GraphQL response tells it (https://spec.graphql.org/draft/#sec-Errors). */
export interface GraphQLErrorEntry {
  message: string;
  path?: readonly (string | number)[];
  extensions?: { code?: string; [key: string]: unknown };
}

/** A GraphQL response, as it comes. */
export interface GraphQLAnswer {
  data?: unknown;
  errors?: readonly GraphQLErrorEntry[];
}

/** What is known of a failure besides its code and message. */
export interface ErrorDetails {
  /** Where in the result the failed field belongs. */
  path?: readonly (string | number)[] | undefined;
  /** HTTP status of the answer. */
  status?: number | undefined;
  /** The server's log knows the request under this id. */
  requestId?: string | undefined;
  /** After so long the server wants to be asked again, and not before. */
  retryAfterSeconds?: number | undefined;
  /** All errors of the response; the first one gives code, message and path. */
  errors?: readonly GraphQLErrorEntry[] | undefined;
  /** The member of a mutation's result that told the failure, with its own fields. */
  failure?: Failure | undefined;
  cause?: unknown;
}

/** What all error members of the mutations' results have in common. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/**
 * A request that failed. `code` is for programs and lasting: one of the server's own, such as `UNAUTHENTICATED`, `FORBIDDEN`,
 * `VERSION_EXISTS`; or `NETWORK_ERROR` where no answer came, `BAD_RESPONSE` where the answer is none of an Entrepot server.
 */
export class EntrepotError extends Error {
  override readonly name = 'EntrepotError';
  readonly code: string;
  /** Where in the result the failed field belongs. */
  readonly path: readonly (string | number)[] | undefined;
  /** HTTP status of the answer, if one came. */
  readonly status: number | undefined;
  /** The server's log knows the request under this id. */
  readonly requestId: string | undefined;
  /** After so long the server wants to be asked again, and not before. */
  readonly retryAfterSeconds: number | undefined;
  /** All errors of a GraphQL response. */
  readonly errors: readonly GraphQLErrorEntry[];
  /** The error member of a mutation's result, where {@link orThrow} threw this. */
  readonly failure: Failure | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.errors = details.errors ?? [];
    this.failure = details.failure;
  }
}

/** Whether a mutation's result is one of its error members. */
export function isFailure<Result extends object>(result: Result): result is Extract<Result, Failure> {
  return 'code' in result && 'message' in result;
}

/**
 * The payload of a mutation's result; throws its error members as {@link EntrepotError}.
 *
 *     const { version } = orThrow(await client.publishPackage(input));
 */
export function orThrow<Result extends object>(result: Result): Exclude<Result, Failure> {
  if (isFailure(result)) throw new EntrepotError(result.code, result.message, { failure: result });
  return result as Exclude<Result, Failure>;
}
