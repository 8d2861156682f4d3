import type { Readable, Writable } from 'node:stream';

/** An inclusive range of bytes, as in RFC 9110 §14: `{ start: 0, end: 0 }` is the first byte. */
export interface ByteRange {
  start: number;
  end: number;
}

/** One object being written. Exactly one of `commit` and `abort` ends it. */
export interface ObjectWriter {
  /** Takes the bytes over; resolves when the next chunk may come and `chunk` may be reused. */
  write(chunk: Uint8Array): Promise<void>;
  /** Resolves once the object is complete, durable and readable under its key. */
  commit(): Promise<void>;
  /** Drops what was written. Never throws; a leftover is found by the sweep. */
  abort(): Promise<void>;
}

/**
 * Where bytes live: files below a folder, or a bucket. Keys are made by the caller, are never reused, and consist of
 * `[a-z0-9/_-]`. An object is immutable: written once, read often, deleted once.
 */
export interface ObjectStore {
  readonly kind: 'files' | 'gcs';
  /** Starts a new object. Nothing is readable under `key` before `commit`. */
  create(key: string): Promise<ObjectWriter>;
  /** A stream of the object or of a range of it; throws {@link ObjectMissing} before the first byte. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Writes the object (or a range) into `sink` with back-pressure, without ending `sink`. Rejects where the sink closes early. */
  copyTo(key: string, sink: Writable, range?: ByteRange): Promise<void>;
  /** Size in bytes, or undefined where there is no such object. */
  sizeBytes(key: string): Promise<number | undefined>;
  /** Removes the object; removing one that is not there succeeds. */
  delete(key: string): Promise<void>;
  /** A URL that serves the object without credentials for a while, where the store can make one. */
  signedUrl?(key: string, options: SignedUrlOptions): Promise<string>;
  /** Throws where the store cannot be reached or written to. */
  ping(): Promise<void>;
}

export interface SignedUrlOptions {
  ttlSeconds: number;
  fileName: string;
  contentType: string;
}

/** A key that a row names has no object: an inconsistency, never the caller's fault. */
export class ObjectMissing extends Error {
  constructor(key: string) {
    super(`no object under ${key}`);
  }
}
