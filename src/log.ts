import { type Logger, pino } from 'pino';

/** Of an error so many are told that it came of. */
const maxCauses = 5;

/** What is written of an error. */
interface LoggedError {
  type: string;
  message: string;
  stack: string | undefined;
  code?: string | number;
  /** The statement that failed, without its values. */
  query?: string;
  cause?: LoggedError;
  /** What it is made of: one for each address that was tried, say. */
  errors?: LoggedError[];
}

/** The log: lines of JSON on standard output. */
export function createLog(level: string): Logger {
  return pino({ level, serializers: { err: (error: unknown) => loggedError(error) } });
}

/**
 * An error as it is logged: no more than we know to be harmless. What libraries hang on their errors is not: drivers the values of a statement, hashes of
 * passwords and secrets of webhooks among them, Node the bytes of a request that it could not read, credentials included.
 */
export function loggedError(error: unknown, causes = maxCauses): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: undefined };
  const { code, query, cause } = error as Error & { code?: unknown; query?: unknown };
  const parts = error instanceof AggregateError && causes > 0 ? error.errors.slice(0, maxCauses) : [];
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof query === 'string' ? { query } : {}),
    ...(cause instanceof Error && causes > 0 ? { cause: loggedError(cause, causes - 1) } : {}),
    ...(parts.length > 0 ? { errors: parts.map((part: unknown) => loggedError(part, causes - 1)) } : {}),
  };
}
