import { BadExport } from './row-codec.ts';

/** More than any row has: an end to a file that has no lines. */
const mostBytes = 256 * 1024 * 1024;
const newline = 0x0a;

/** The lines of a stream of bytes, each without its end. Throws BadExport for an endless one, and where the last one has no end. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end);
      yield pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]);
      pieces = [];
      length = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    pieces.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > mostBytes) throw new BadExport(`it has a line of more than ${mostBytes} bytes`);
  }
  if (length > 0) throw new BadExport('it ends in the middle of a line');
}
