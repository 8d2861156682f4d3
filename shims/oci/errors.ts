import { type EntrepotError, InvalidInput, NotFound, UploadOffsetMismatch } from '../../src/errors.ts';
import type { ErrorReply } from '../kit/shim.ts';
import { rangeOf } from './range.ts';

/** Codes of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, by those of the catalogue. */
const codes: Record<string, string> = {
  UNAUTHENTICATED: 'UNAUTHORIZED',
  INVALID_NAME: 'NAME_INVALID',
  INVALID_VERSION: 'DIGEST_INVALID',
  INVALID_PACKAGE: 'MANIFEST_INVALID',
  DIGEST_MISMATCH: 'DIGEST_INVALID',
  FILE_TOO_LARGE: 'SIZE_INVALID',
  CONTENT_MISSING: 'MANIFEST_BLOB_UNKNOWN',
  UPLOAD_NOT_READY: 'BLOB_UPLOAD_INVALID',
  UPLOAD_OFFSET_MISMATCH: 'BLOB_UPLOAD_INVALID',
  TOO_MANY_REQUESTS: 'TOOMANYREQUESTS',
  IN_USE: 'UNSUPPORTED',
  // Not of the specification, but what docker-registry says; clients show them.
  UNAVAILABLE: 'UNAVAILABLE',
  STORAGE_FULL: 'UNAVAILABLE',
};
const codesOfMissing: Record<string, string> = { Content: 'BLOB_UNKNOWN', Upload: 'BLOB_UPLOAD_UNKNOWN', Version: 'MANIFEST_UNKNOWN', Tag: 'MANIFEST_UNKNOWN', Route: 'UNSUPPORTED' };
const codesOfInput: Record<string, string> = { digest: 'DIGEST_INVALID', path: 'NAME_INVALID', body: 'SIZE_INVALID', 'content-length': 'SIZE_INVALID', 'content-range': 'BLOB_UPLOAD_INVALID', 'content-type': 'MANIFEST_INVALID' };

/** The statuses that the specification knows for what the catalogue has others for. */
const statuses: Record<string, number> = { UPLOAD_OFFSET_MISMATCH: 416, IN_USE: 405 };

/** `{"errors":[{code,message,detail}]}`: all clients show code and message. */
export function renderError(error: EntrepotError | undefined, requestId: string): ErrorReply {
  const status = error ? (statuses[error.code] ?? error.status) : 500;
  const message = error?.message ?? `Internal error, request ${requestId}`;
  const headers: Record<string, string> = {
    ...(error instanceof UploadOffsetMismatch ? { range: rangeOf(error.receivedBytes) } : {}),
    // Old Docker clients take a registry for one of the second version by this.
    ...(status === 401 ? { 'docker-distribution-api-version': 'registry/2.0' } : {}),
  };
  return { status, contentType: 'application/json', body: JSON.stringify({ errors: [{ code: codeOf(error), message, detail: error ? { code: error.code } : {} }] }), headers };
}

function codeOf(error: EntrepotError | undefined): string {
  if (!error) return 'UNKNOWN';
  if (error instanceof NotFound) return codesOfMissing[error.what] ?? 'NAME_UNKNOWN';
  if (error instanceof InvalidInput) return codesOfInput[error.field] ?? 'UNSUPPORTED';
  return codes[error.code] ?? 'DENIED';
}
