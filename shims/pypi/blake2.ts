import { createBLAKE2b } from 'hash-wasm';

/** A BLAKE2b of 256 bits (RFC 7693), which Node's own library does not have: only that of 512, which is another function. */
export interface Blake2 {
  update(bytes: Uint8Array): unknown;
  /** In lower-case hex. */
  hex(): string;
}

export async function createBlake2(): Promise<Blake2> {
  const hasher = await createBLAKE2b(256);
  return { update: (bytes) => hasher.update(bytes), hex: () => hasher.digest('hex') };
}

/** Passes bytes on and hashes them on the way. */
export async function* hashed(source: AsyncIterable<Buffer>, hasher: Blake2): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of source) {
    hasher.update(piece);
    yield piece;
  }
}
