import type { IncomingHttpHeaders } from 'node:http';

/** What identifies the current state of a resource. */
export interface Validators {
  /** An entity tag in its quotes, with `W/` in front where it is weak. */
  etag: string;
  /** Milliseconds since the epoch; compared in whole seconds, as the header has them. */
  modifiedAtMs?: number | undefined;
}

/** `proceed` = answer as usual, `not-modified` = 304, `failed` = 412. */
export type PreconditionOutcome = 'proceed' | 'not-modified' | 'failed';

/**
 * Weighs If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since of a request for a resource that exists, in the
 * order of RFC 9110 §13.2.2 (https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2). A date that is none is ignored.
 */
export function evaluatePreconditions(
  method: string | undefined,
  headers: IncomingHttpHeaders,
  current: Validators,
): PreconditionOutcome {
  const reading = method === 'GET' || method === 'HEAD';
  if (headers['if-match'] !== undefined) {
    if (!matchesAny(headers['if-match'], current.etag, 'strong')) return 'failed';
  } else if (isModifiedSince(headers['if-unmodified-since'], current) === true) {
    return 'failed';
  }
  if (headers['if-none-match'] !== undefined) {
    if (!matchesAny(headers['if-none-match'], current.etag, 'weak')) return 'proceed';
    return reading ? 'not-modified' : 'failed';
  }
  return reading && isModifiedSince(headers['if-modified-since'], current) === false ? 'not-modified' : 'proceed';
}

/**
 * Whether a `Range` may be honoured in the light of `If-Range` (RFC 9110 §13.1.5,
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5): without the header always, else only if it names exactly the
 * current state. A date counts as strong here, since what we date never changes within its second.
 */
export function isRangeCurrent(headers: IncomingHttpHeaders, current: Validators): boolean {
  const value = headers['if-range'];
  if (typeof value !== 'string') return true;
  if (/^\s*(?:W\/)?"/.test(value)) return matchesAny(value, current.etag, 'strong');
  const date = parseHttpDate(value);
  return date !== undefined && date === wholeSeconds(current.modifiedAtMs);
}

/** Commas may stand inside a tag, so the list is walked, not split. */
function matchesAny(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  if (comparison === 'strong' && etag.startsWith('W/')) return false;
  const opaque = etag.replace(/^W\//, '');
  for (const [, weak, tag] of header.matchAll(/(W\/)?("[^"]*")/g)) {
    if (tag === opaque && (comparison === 'weak' || weak === undefined)) return true;
  }
  return false;
}

/** Undefined where nothing can be said: no header, no valid date, or a resource without one. */
function isModifiedSince(header: string | undefined, current: Validators): boolean | undefined {
  const date = header === undefined ? undefined : parseHttpDate(header);
  const modified = wholeSeconds(current.modifiedAtMs);
  return date === undefined || modified === undefined ? undefined : modified > date;
}

function wholeSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 1000) * 1000;
}

const httpDates = [
  /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * An HTTP date in any of the three forms a recipient must take (RFC 9110 §5.6.7,
 * https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7), in milliseconds since the epoch; undefined where it is none.
 */
export function parseHttpDate(text: string): number | undefined {
  const value = text.trim();
  if (!httpDates.some((form) => form.test(value))) return undefined;
  // asctime has no zone and means GMT; the engine would take it as local time.
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : date;
}

/** Entity tags as `If-Match` and `If-None-Match` list them: the opaque parts, without quotes; `any` for `*`. */
export type EntityTags = readonly string[] | 'any';

/**
 * Reads `If-Match` (RFC 9110 §13.1.1): the strong tags in it, since weak ones never match there. Undefined without the header;
 * a list that names nothing usable is empty, so that nothing can match it.
 */
export function parseStrongTags(header: string | undefined): EntityTags | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].filter(([, weak]) => weak === undefined).map(([, , tag = '']) => tag);
}
