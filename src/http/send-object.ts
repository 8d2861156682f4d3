import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentDisposition } from '../storage/content-disposition.ts';
import { SinkClosed } from '../storage/object-store.ts';
import type { ByteRange, ObjectStore } from '../storage/object-store.ts';
import { parseByteRange } from './byte-range.ts';
import { evaluatePreconditions, isRangeCurrent } from './conditional.ts';
import type { Headers } from './send.ts';

/** A stored object and how it is presented to clients. */
export interface SentObject {
  /** Its key in the store. */
  key: string;
  sizeBytes: number;
  /** Lower-case hex; becomes the entity tag, which is strong since it names the bytes. */
  sha256: string;
  contentType: string;
  /** The name under which a browser saves it. */
  fileName: string;
  modifiedAtMs: number;
  /** `attachment` unless said otherwise; `inline` lets a browser show it. */
  disposition?: 'attachment' | 'inline' | undefined;
  /** The value of `Cache-Control`. */
  cacheControl: string;
}

/** How a reply went. */
export interface SendResult {
  status: 200 | 206 | 304 | 412 | 416;
  /** False where the client went away before it had everything. */
  complete: boolean;
}

/**
 * Answers a GET or HEAD with a stored object: RFC 9110 conditional requests and single ranges, a strong ETag, and the
 * headers that make a download safe. The reply is ended in any case. `extraHeaders` go on every reply, over ours.
 *
 * A client that leaves is no error: the result says so. Where the store fails before anything was sent this throws with
 * the response untouched, for the caller to answer 500; where it fails later the connection is cut, so that nobody takes
 * a part for the whole, and it throws as well.
 */
export async function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  store: ObjectStore,
  object: SentObject,
  extraHeaders: Headers = {},
): Promise<SendResult> {
  const { status, range } = choose(request, object);
  const withBody = (status === 200 || status === 206) && request.method !== 'HEAD' && object.sizeBytes > 0;
  const kept = withBody ? store.content?.(object.key, object.sizeBytes) : undefined;
  const content = kept instanceof Promise ? await kept : kept;
  const headers = { ...headersFor(status, range, object), ...extraHeaders };
  if (!withBody || content) {
    response.writeHead(status, headers);
    response.end(range && content ? content.subarray(range.start, range.end + 1) : content);
    // It was handed over in one piece, to somebody or to nobody.
    return { status, complete: !response.destroyed };
  }
  // Not writeHead, which could not be taken back when the object turns out to be missing.
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  try {
    await store.copyTo(object.key, response, range ?? { start: 0, end: object.sizeBytes - 1 });
    response.end();
    return { status, complete: true };
  } catch (error) {
    if (error instanceof SinkClosed) return { status, complete: false };
    if (response.headersSent) {
      response.destroy();
    } else {
      for (const name of Object.keys(headers)) response.removeHeader(name);
      response.statusCode = 200;
    }
    throw error;
  }
}

function choose(request: IncomingMessage, object: SentObject): { status: SendResult['status']; range?: ByteRange } {
  const validators = { etag: etagOf(object), modifiedAtMs: object.modifiedAtMs };
  const outcome = evaluatePreconditions(request.method, request.headers, validators);
  if (outcome === 'failed') return { status: 412 };
  if (outcome === 'not-modified') return { status: 304 };
  // Ranges are defined for GET alone (RFC 9110 §14.2).
  const asked = request.method === 'GET' && request.headers.range !== undefined && isRangeCurrent(request.headers, validators);
  const range = asked ? parseByteRange(request.headers.range, object.sizeBytes) : undefined;
  if (range === undefined) return { status: 200 };
  return range === 'unsatisfiable' ? { status: 416 } : { status: 206, range };
}

function headersFor(status: SendResult['status'], range: ByteRange | undefined, object: SentObject): Headers {
  const validators = {
    'ETag': etagOf(object),
    'Last-Modified': new Date(object.modifiedAtMs).toUTCString(),
    'Cache-Control': object.cacheControl,
    'Accept-Ranges': 'bytes',
  };
  switch (status) {
    case 304:
      return validators;
    case 412:
      return { 'Content-Length': 0, 'Cache-Control': 'no-store' };
    case 416:
      return { 'Content-Length': 0, 'Cache-Control': 'no-store', 'Content-Range': `bytes */${object.sizeBytes}` };
  }
  return {
    ...validators,
    'Content-Type': object.contentType,
    'Content-Length': range === undefined ? object.sizeBytes : range.end - range.start + 1,
    ...(range !== undefined && { 'Content-Range': `bytes ${range.start}-${range.end}/${object.sizeBytes}` }),
    'Content-Disposition': contentDisposition(object.disposition ?? 'attachment', object.fileName),
  };
}

function etagOf(object: SentObject): string {
  return `"${object.sha256}"`;
}
