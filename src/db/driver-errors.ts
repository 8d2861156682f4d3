interface DriverError {
  /** mysql2: `ER_DUP_ENTRY` …; node:sqlite: `ERR_SQLITE_ERROR`. */
  code?: string;
  /** mysql2's number. */
  errno?: number;
  /** node:sqlite's extended result code (https://sqlite.org/rescode.html). */
  errcode?: number;
  /** mysql2: the connection is lost, or was never made. */
  fatal?: boolean;
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

/** MySQL has no connection to give: too many of the server's, or of the user's. Nothing was begun. */
export function isOutOfConnections(error: unknown): boolean {
  return [1040, 1203, 1226].includes(driverError(error).errno ?? 0);
}

/** Refused by the server itself, for now: shutting down, query ended, out of threads or memory, read-only. */
const mysqlRefusals = new Set([1037, 1038, 1041, 1053, 1135, 1180, 1290, 1317, 1792, 1836, 1927, 3024, 4031]);
/** A table, the file system under it or the folder for temporary files is full. */
const mysqlFull = new Set([1021, 1114]);
/** The same, told by the error number of the system: ENOSPC is 28. */
const mysqlNoSpace = /\b(?:error|errcode):? 28\b|No space left/i;
/** SQLITE_LOCKED, _NOMEM, _READONLY, _IOERR, _CANTOPEN and _PROTOCOL (https://sqlite.org/rescode.html). */
const sqliteRefusals = new Set([6, 7, 8, 10, 14, 15]);
const sqliteFull = 13;

/** Whether the database has no room left to write what it was told to. */
export function isDatabaseFull(error: unknown): boolean {
  const { errno = 0, errcode, message = '' } = driverError(error);
  return (errcode !== undefined && (errcode & 0xff) === sqliteFull) || mysqlFull.has(errno) || ([3, 1026, 1030].includes(errno) && mysqlNoSpace.test(message));
}

/** Whether the database cannot be reached, or refuses for reasons of its own what it would do at another time. */
export function isDatabaseAway(error: unknown): boolean {
  const { errno, errcode, fatal } = driverError(error);
  return fatal === true || isTransient(error) || isOutOfConnections(error) || mysqlRefusals.has(errno ?? 0) || (errcode !== undefined && sqliteRefusals.has(errcode & 0xff));
}
