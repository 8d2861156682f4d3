import type { IncomingHttpHeaders } from 'node:http';
import type { UploadRow } from '../db/tables/file.ts';
import { InvalidInput, UnsupportedMediaType } from '../errors.ts';

/** What a request says that adds to an upload; https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-resumable-upload-12#name-upload-append. */
export interface UploadAppend {
  offset: number;
  /** Whether nothing comes after it. */
  isLast: boolean;
  /** Bytes of the whole, where they were. */
  lengthBytes: number | undefined;
}

/** The kind of body that adds to an upload. */
export const partialUpload = 'application/partial-upload';

/**
 * Reads the headers of a PATCH whose body has so many bytes, where that was announced. Throws UnsupportedMediaType, and InvalidInput where they
 * lack something or contradict each other.
 */
export function parseUploadAppend(headers: IncomingHttpHeaders, expectedBytes: number | undefined): UploadAppend {
  const [contentType = ''] = headers['content-type']?.split(';') ?? [];
  if (contentType.trim().toLowerCase() !== partialUpload) throw new UnsupportedMediaType(`Add to an upload with Content-Type: ${partialUpload}.`);
  const offset = parseInteger(headers['upload-offset']);
  if (offset === undefined) throw new InvalidInput('Upload-Offset', 'Upload-Offset must say at which byte of the upload the body begins.');
  const isLast = parseBoolean(headers['upload-complete']);
  if (isLast === undefined) throw new InvalidInput('Upload-Complete', 'Upload-Complete must be ?1 where the body is the end of the upload, and ?0 where more will follow.');
  const announced = parseInteger(headers['upload-length']);
  const end = isLast && expectedBytes !== undefined ? offset + expectedBytes : undefined;
  if (announced !== undefined && end !== undefined && announced !== end) throw new InvalidInput('Upload-Length', `The upload ends at byte ${end}, but Upload-Length is ${announced}.`);
  return { offset, isLast, lengthBytes: announced ?? end };
}

/** Whether a request says that its body is not the whole. */
export function isIncomplete(headers: IncomingHttpHeaders): boolean {
  return parseBoolean(headers['upload-complete']) === false;
}

/** How far an upload is, and its limits, as headers of an answer. */
export function uploadHeaders({ objectKey, receivedBytes, lengthBytes, expiresAt }: UploadRow, limits: { maxBytes: number; now: number }): Record<string, string> {
  return {
    'upload-offset': String(receivedBytes),
    'upload-complete': objectKey === null ? '?0' : '?1',
    ...(lengthBytes === null ? {} : { 'upload-length': String(lengthBytes) }),
    'upload-limit': `max-size=${limits.maxBytes}, max-age=${Math.max(0, Math.floor((expiresAt - limits.now) / 1000))}`,
    'cache-control': 'no-store',
  };
}

/** An Integer of RFC 9651 (§3.3.1) that is not negative; anything else is as if it were not there. Parameters mean nothing here. */
function parseInteger(header: string | string[] | undefined): number | undefined {
  const digits = itemOf(header);
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** A Boolean of RFC 9651 (§3.3.6). */
function parseBoolean(header: string | string[] | undefined): boolean | undefined {
  const item = itemOf(header);
  return item === '?1' ? true : item === '?0' ? false : undefined;
}

function itemOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.split(';')[0]?.trim() : undefined;
}
