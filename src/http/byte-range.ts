import type { ByteRange } from '../storage/object-store.ts';

const byteUnit = /^bytes\s*=/i;
const singleRange = /^bytes\s*=\s*(?:(\d+)-(\d*)|-(\d+))\s*$/i;

/**
 * Reads a `Range` header against a content of `sizeBytes` (RFC 9110 §14.1.2,
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2). Returns
 * - the range, cut to the content, where it is a single one and begins inside,
 * - `'unsatisfiable'` where it does not, or ends before it begins, for a 416,
 * - undefined where the whole content is to be sent: no header, another unit, several ranges, a malformed one (all of which
 *   the RFC lets a server ignore), or an empty content, of which no client can want a 416.
 */
export function parseByteRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  if (header === undefined || sizeBytes === 0 || !byteUnit.test(header)) return undefined;
  const match = singleRange.exec(header);
  if (match === null) return undefined;
  const [, first, last, suffix] = match;
  if (first === undefined) {
    const length = Math.min(Number(suffix), sizeBytes);
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const start = Number(first);
  const end = last ? Math.min(Number(last), sizeBytes - 1) : sizeBytes - 1;
  // Refused (§14.2 leaves it open), since whoever asks so would not expect everything.
  if (last && Number(last) < start) return 'unsatisfiable';
  return start < sizeBytes ? { start, end } : 'unsatisfiable';
}
