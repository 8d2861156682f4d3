/** Small enough for a thousand slow readers to hold two of them each. */
export const bufferBytes = 256 * 1024;
/** For as many as there is room for: with fewer system calls and fewer turns between threads a file leaves a third faster. */
const largeBytes = 1024 * 1024;
/** 32 MiB, for sixteen copies at once. */
const mostLarge = 32;
/** Kept between copies, of each kind: fresh memory costs a page fault per 4 KiB, more than reading it does. */
const mostIdle = 16;

const idle: Buffer[] = [];
const idleLarge: Buffer[] = [];
let largeTaken = 0;

/** A buffer for a copy of which so much is to come; to be given back by {@link giveBuffer}. */
export function takeBuffer(comingBytes: number): Buffer {
  if (comingBytes < largeBytes || largeTaken === mostLarge) return idle.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
  largeTaken += 1;
  return idleLarge.pop() ?? Buffer.allocUnsafeSlow(largeBytes);
}

/** Gives one back; `isFree`: nobody can read it any more. */
export function giveBuffer(buffer: Buffer, isFree: boolean): void {
  const isLarge = buffer.length === largeBytes;
  if (isLarge) largeTaken -= 1;
  const kept = isLarge ? idleLarge : idle;
  if (isFree && kept.length < mostIdle) kept.push(buffer);
}
