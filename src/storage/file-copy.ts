import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { ByteRange } from './object-store.ts';
import { copiesChunks, guardSink } from './sink.ts';

/** Large enough that system calls are rare, small enough to stay in the processor's cache. */
export const bufferBytes = 256 * 1024;

/** Buffers kept between copies, 4 MiB together: fresh memory costs a page fault per 4 KiB, more than reading it does. */
const idleBuffers = 16;

const idle: Buffer[] = [];

/**
 * Writes an open file, or a range of it, into `sink` through two buffers in turn, one filling while the other leaves. That
 * is as fast as a bare loop over the socket, which `createReadStream().pipe()` misses by a third to a half.
 */
export async function copyFile(file: FileHandle, sink: Writable, range: ByteRange | undefined): Promise<void> {
  const length = range === undefined ? Infinity : range.end - range.start + 1;
  const reuse = copiesChunks(sink);
  const buffers: (Buffer | undefined)[] = [undefined, undefined];
  const guarded = guardSink(sink);
  try {
    let done = 0;
    for (let turn = 0; done < length; turn = 1 - turn) {
      const buffer = reuse ? (buffers[turn] ??= takeBuffer()) : Buffer.allocUnsafeSlow(Math.min(bufferBytes, length - done));
      const position = (range?.start ?? 0) + done;
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - done), position);
      if (bytesRead === 0) {
        if (range === undefined) break;
        throw new Error(`the object ends at byte ${position}, before the range does`);
      }
      done += bytesRead;
      await guarded.send(bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead));
    }
    await guarded.flush();
  } finally {
    guarded.release();
  }
  // Only here is it certain that nobody reads them any more; after a failure they are left to the collector.
  for (const buffer of buffers) if (buffer !== undefined && idle.length < idleBuffers) idle.push(buffer);
}

function takeBuffer(): Buffer {
  return idle.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
}
