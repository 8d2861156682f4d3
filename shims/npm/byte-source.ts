/**
 * A stream of bytes with a cursor: `chunk` from `position` on has not been read yet. Nothing but one chunk is held.
 */
export class ByteSource {
  chunk: Buffer = Buffer.alloc(0);
  position = 0;
  #iterator: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Makes sure there is at least one unread byte; false at the end of the stream. Passes on what the stream throws. */
  async fill(): Promise<boolean> {
    while (this.position >= this.chunk.length) {
      const next = await this.#iterator.next();
      if (next.done === true) return false;
      this.chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      this.position = 0;
    }
    return true;
  }
}

/** Bytes collected into one growing buffer, so that a body sent byte by byte costs no more memory than one sent at once. */
export class ByteCollector {
  #buffer = Buffer.allocUnsafe(2 * 1024);
  #length = 0;
  readonly #limitBytes: number;
  readonly #tooLong: () => Error;

  /** `tooLong` makes the error to throw when more than `limitBytes` come. */
  constructor(limitBytes: number, tooLong: () => Error) {
    this.#limitBytes = limitBytes;
    this.#tooLong = tooLong;
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#limitBytes) throw this.#tooLong();
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** A view of what was collected, valid until the next append. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}
