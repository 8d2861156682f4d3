import { expect, it } from 'vitest';
import { NotFound } from '../../src/errors.ts';
import { expectedFailure } from '../../src/outage.ts';

const mysql = (errno: number, message = '', more: object = {}) => Object.assign(new Error(message), { errno, ...more });
/** As TypeORM throws it. */
const wrapped = (driverError: Error) => Object.assign(new Error('a statement failed'), { driverError });
const sqlite = (errcode: number) => wrapped(Object.assign(new Error(), { code: 'ERR_SQLITE_ERROR', errcode }));

it.for<[what: string, error: Error, code: string | undefined]>([
  ['a refused connection', mysql(-111, 'connect ECONNREFUSED', { code: 'ECONNREFUSED', fatal: true }), 'UNAVAILABLE'],
  ['a lost one', wrapped(mysql(0, 'Connection lost', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })), 'UNAVAILABLE'],
  ['too many connections', mysql(1040), 'UNAVAILABLE'],
  ['a deadlock that came again and again', wrapped(mysql(1213)), 'UNAVAILABLE'],
  ['a server that is read-only', wrapped(mysql(1290)), 'UNAVAILABLE'],
  ['a killed statement', wrapped(mysql(1317)), 'UNAVAILABLE'],
  ['a full table', wrapped(mysql(1114, 'The table is full')), 'STORAGE_FULL'],
  ['no space, by number', wrapped(mysql(1030, 'Got error 28 "No space left on device" from storage engine')), 'STORAGE_FULL'],
  ['no space for a temporary file', wrapped(mysql(3, 'Error writing file (Errcode: 28 "No space left on device")')), 'STORAGE_FULL'],
  ['SQLITE_FULL', sqlite(13), 'STORAGE_FULL'],
  ['SQLITE_BUSY', sqlite(5), 'UNAVAILABLE'],
  ['SQLITE_IOERR_WRITE', sqlite(778), 'UNAVAILABLE'],
  ['what is of the catalogue', new NotFound('Package'), 'NOT_FOUND'],
  ['another error of the storage engine', wrapped(mysql(1030, 'Got error 128 from storage engine')), undefined],
  ['a wrong statement', wrapped(mysql(1064)), undefined],
  ['a duplicate', sqlite(2067), undefined],
  ['SQLITE_CORRUPT', sqlite(11), undefined],
  ['a mistake', new TypeError('undefined is no function'), undefined],
  ['a client that is gone', Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), undefined],
])('tells %s', ([, error, code]) => {
  expect(expectedFailure(error)?.code).toBe(code);
});
