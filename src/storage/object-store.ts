import type { Readable, Writable } from 'node:stream';

/** An inclusive range of bytes, as in RFC 9110 §14: `{ start: 0, end: 0 }` is the first byte. */
export interface ByteRange {
  start: number;
  end: number;
}

/** One object being written. Exactly one of `commit` and `abort` ends it; a commit that fails cleans up after itself. */
export interface ObjectWriter {
  /** Takes the bytes over; resolves when the next chunk may come and `chunk` may be reused. */
  write(chunk: Uint8Array): Promise<void>;
  /**
   * Resolves once the object is complete, durable and readable under its key. Where the caller knows the digest of what it
   * wrote, a remote store compares it with what it received, and rejects without leaving the object where they differ.
   */
  commit(written?: { md5: string | null }): Promise<void>;
  /** Drops what was written. Never throws; a leftover is found by the sweep. */
  abort(): Promise<void>;
}

/**
 * Where bytes live: files below a folder, or a bucket. Keys are made by the caller, are never reused, and consist of
 * `[a-z0-9/_-]`. An object is immutable: written once, read often, deleted once.
 */
export interface ObjectStore {
  readonly kind: 'files' | 'gcs';
  /** The digest with which it compares what it received, where it is far away: its writers are to be told that. */
  readonly compares?: 'md5';
  /** Starts a new object. Nothing is readable under `key` before `commit`. */
  create(key: string): Promise<ObjectWriter>;
  /**
   * Goes on with an object, which has so many bytes. `commit` leaves it with what was added, `abort` as it was; where neither comes, as a process dies, there is something behind
   * them. Only where the store can, and only for whoever began the object and alone writes to it: what others read must not reach beyond what was committed.
   */
  append?(key: string, sizeBytes: number): Promise<ObjectWriter>;
  /** A stream of the object or of a range within it; throws {@link ObjectMissing} before the first byte. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * Writes the object (or a range within it) into `sink` with back-pressure, without ending `sink`, and resolves when the
   * sink has taken the last byte. Throws {@link ObjectMissing} before the first byte, {@link SinkClosed} promptly where the
   * sink closes early, and an Error where the object ends before the range does.
   */
  copyTo(key: string, sink: Writable, range?: ByteRange): Promise<void>;
  /**
   * The whole of an object of this size, where the store keeps such small ones in memory: the bytes at once if it has them, else a promise of them,
   * which rejects as `read` does. Not to be written to.
   */
  content?(key: string, sizeBytes: number): Buffer | Promise<Buffer> | undefined;
  /** Size in bytes, or undefined where there is no such object. */
  sizeBytes(key: string): Promise<number | undefined>;
  /** The objects that are there, in no order and some at a time; one that comes or goes meanwhile may be told or not. */
  list(): AsyncIterable<StoredObject[]>;
  /** Removes the object; removing one that is not there succeeds. */
  delete(key: string): Promise<void>;
  /** A URL that serves the object without credentials for a while, where the store can make one. */
  signedUrl?(key: string, options: SignedUrlOptions): Promise<string>;
  /** Throws where the store cannot be reached or written to. */
  ping(): Promise<void>;
}

/** An object as a listing tells it. */
export interface StoredObject {
  key: string;
  sizeBytes: number;
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

/** The store does not answer, answers what makes no sense, or forgot what it was told: of a remote one nobody can tell which. */
export class StoreSilent extends Error {}

/** The receiver went away in the middle of a copy: daily life with downloads, so it is told apart from a failing store. */
export class SinkClosed extends Error {
  constructor(cause?: unknown) {
    super('the receiver closed before everything was written', cause === undefined ? undefined : { cause });
  }
}
