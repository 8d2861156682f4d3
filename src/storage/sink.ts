import { OutgoingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { SinkClosed } from './object-store.ts';

/** A sink that is being written to by {@link guardSink}. */
export interface GuardedSink {
  /**
   * Hands over one chunk, after the one before it has left. Resolves once the hand-over is done, not once the chunk has
   * left: two buffers used in turn are therefore never overwritten while the sink still needs them.
   */
  send(chunk: Uint8Array): Promise<void>;
  /** Resolves when the last chunk has left, so that every buffer is free again. */
  flush(): Promise<void>;
  /** Removes the listeners; call it in `finally`. */
  release(): void;
}

/**
 * Writes to a stream that may vanish at any moment, as a client's connection does. Everything pending rejects with
 * {@link SinkClosed} as soon as the sink closes, whether or not it calls back; `onGone` then runs once.
 */
export function guardSink(sink: Writable, onGone: (error: SinkClosed) => void = () => {}): GuardedSink {
  let gone: SinkClosed | undefined;
  let rejectPending: ((error: Error) => void) | undefined;
  let pending: Promise<void> = Promise.resolve();
  let released = false;

  function fail(cause?: unknown): void {
    if (gone !== undefined || released) return;
    gone = new SinkClosed(cause);
    rejectPending?.(gone);
    onGone(gone);
  }
  const onClose = () => fail();
  sink.on('close', onClose);
  sink.on('error', fail);

  function start(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      rejectPending = reject;
      sink.write(chunk, (error) => {
        if (error) reject(gone ?? new SinkClosed(error));
        else resolve();
      });
    });
  }

  /** `write` on a destroyed response emits an error that nobody can catch, so ask first. */
  function check(): void {
    if (sink.destroyed || sink.writableEnded) fail();
    if (gone !== undefined) throw gone;
  }

  return {
    async send(chunk) {
      check();
      await pending;
      check();
      pending = start(chunk);
      pending.catch(() => {});
    },
    async flush() {
      await pending;
      // A socket that died with its last write in flight still calls back without an error.
      check();
    },
    release() {
      released = true;
      sink.off('close', onClose);
      sink.off('error', fail);
    },
  };
}

/**
 * Whether a chunk is free for reuse when its write has called back. True of sockets and of HTTP/1 messages, whose bytes
 * are then in the kernel; a PassThrough or a collector keeps the chunk itself, and would see it change.
 */
export function copiesChunks(sink: Writable): boolean {
  return sink instanceof OutgoingMessage || sink instanceof Socket;
}
