import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { FileTooLarge, InvalidInput } from '../errors.ts';

/** What an upload may be. Sizes in bytes. */
export interface UploadLimits {
  /** More than this is {@link FileTooLarge}. */
  limitBytes: number;
  /** The size announced; anything else is {@link InvalidInput} of `body`. */
  expectedBytes?: number | undefined;
  /** Where the source breaks, what came until then counts as the whole, and this hears why. Without it the error is thrown. */
  onCut?: ((error: unknown) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** An upload being read, chunk by chunk, within its limits. */
export interface UploadSource {
  readonly sizeBytes: number;
  /** The next chunk, or undefined at the end; rejects with the limit broken or whatever {@link fail} was told. */
  next(): Promise<Uint8Array | undefined>;
  /**
   * Takes back a chunk that was copied. The chunks of a request are memory of their own outside the heap; left to the
   * collector, every 64 MB of them cost a full collection, and each of those tens of milliseconds of everybody's time.
   */
  free(chunk: Uint8Array): void;
  /** Ends a `next` that waits for a silent client, and every later one, with this error. */
  fail(error: unknown): void;
  /** Stops reading. */
  release(): void;
}

/**
 * Reads `source` no faster than `next` is called. A Readable is left alone when reading stops early: destroying a request
 * would cut the connection that still has to carry the 413 or 400.
 */
export function openUploadSource(source: AsyncIterable<Uint8Array>, limits: UploadLimits): UploadSource {
  const { limitBytes, expectedBytes, onCut, signal } = limits;
  const iterator: AsyncIterator<Uint8Array> =
    source instanceof Readable ? source.iterator({ destroyOnReturn: false }) : source[Symbol.asyncIterator]();
  let failure: { error: unknown } | undefined;
  let rejectPending: ((error: unknown) => void) | undefined;
  let sizeBytes = 0;
  let isCut = false;
  if (expectedBytes !== undefined && expectedBytes > limitBytes) fail(new FileTooLarge(limitBytes));

  function fail(error: unknown): void {
    failure ??= { error };
    rejectPending?.(failure.error);
  }
  const onAbort = () => fail(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });

  function wrongSize(): InvalidInput {
    return new InvalidInput('body', `The upload has ${sizeBytes} bytes, but ${expectedBytes} were announced.`);
  }

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async next() {
      if (failure !== undefined) throw failure.error;
      const step = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        rejectPending = reject;
        iterator.next().then(resolve, (error: unknown) => {
          if (onCut === undefined || failure !== undefined) return reject(error);
          isCut = true;
          onCut(error);
          resolve({ done: true, value: undefined });
        });
      });
      rejectPending = undefined;
      if (step.done) {
        if (expectedBytes !== undefined && !isCut && sizeBytes !== expectedBytes) throw wrongSize();
        return undefined;
      }
      sizeBytes += step.value.byteLength;
      if (sizeBytes > limitBytes) throw new FileTooLarge(limitBytes);
      if (expectedBytes !== undefined && sizeBytes > expectedBytes) throw wrongSize();
      return step.value;
    },
    free(chunk) {
      const { buffer } = chunk;
      // Only where it is certain that nobody else looks at it: the whole of a buffer that came from the parser.
      const isOwn = source instanceof IncomingMessage && buffer instanceof ArrayBuffer && buffer.byteLength === chunk.byteLength;
      if (isOwn) buffer.transfer(0);
    },
    fail,
    release() {
      signal?.removeEventListener('abort', onAbort);
      // A generator that still waits for its own source finishes when that does; nobody here should wait with it.
      Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}
