/**
 * The same bytes in memory of their own, for what is kept for long: a few bytes that were cut from a larger block (a chunk of zlib's, or what
 * Buffer shares among small ones) keep the whole of it alive.
 */
export function inOwnMemory(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength === bytes.length) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}
