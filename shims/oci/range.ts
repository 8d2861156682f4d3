import { InvalidInput } from '../../src/errors.ts';

/** What has arrived of an upload, as the header `Range` tells it: inclusive on both ends, and of nothing the same as of one byte. */
export function rangeOf(receivedBytes: number): string {
  return `0-${Math.max(0, receivedBytes - 1)}`;
}

/**
 * Reads `Content-Range` of a chunk, `{first}-{last}` without a unit (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks);
 * some clients write it as HTTP does. Undefined: there is none, and the bytes go on where the upload is. Throws InvalidInput.
 */
export function parseContentRange(header: string | string[] | undefined): { start: number; sizeBytes: number } | undefined {
  if (header === undefined) return undefined;
  const match = typeof header === 'string' ? /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim()) : null;
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || end < start) throw new InvalidInput('content-range', 'Content-Range must be {first}-{last}, in bytes from 0.');
  return { start, sizeBytes: end - start + 1 };
}
