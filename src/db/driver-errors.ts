interface DriverError {
  /** mysql2: `ER_DUP_ENTRY` …; node:sqlite: `ERR_SQLITE_ERROR`. */
  code?: string;
  /** mysql2's number. */
  errno?: number;
  /** node:sqlite's extended result code (https://sqlite.org/rescode.html). */
  errcode?: number;
  message?: string;
}

function driverError(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null) return {};
  const wrapped = (error as { driverError?: unknown }).driverError;
  return (wrapped ?? error) as DriverError;
}

/** Whether a unique constraint or primary key was violated, on either database. */
export function isDuplicateKey(error: unknown): boolean {
  const { errno, errcode } = driverError(error);
  return errno === 1062 || errcode === 2067 || errcode === 1555;
}

/** Whether a row that others reference was removed, or one that is not there was referenced. */
export function isForeignKeyViolation(error: unknown): boolean {
  const { errno, errcode } = driverError(error);
  return errno === 1451 || errno === 1452 || errcode === 787;
}

/** Whether MySQL would not compare a text with a column of ASCII, since it has other characters. SQLite compares any. */
export function isIncomparableText(error: unknown): boolean {
  return driverError(error).errno === 1267;
}

/** Deadlock, lock wait timeout or a busy SQLite file: the whole transaction may simply be run again. */
export function isTransient(error: unknown): boolean {
  const { errno, errcode } = driverError(error);
  return errno === 1213 || errno === 1205 || errno === 1020 || (errcode !== undefined && (errcode & 0xff) === 5);
}
