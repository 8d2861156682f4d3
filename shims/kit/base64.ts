import { InvalidInput } from '../../src/errors.ts';

const nothing = Buffer.alloc(0);
const paddingByte = 0x3d;

/**
 * Strict base64 (RFC 4648 section 4, https://www.rfc-editor.org/rfc/rfc4648#section-4) decoded piece by piece: pieces may
 * break anywhere, padding may be missing, nothing but the standard alphabet is let through. Node's own decoder skips what it
 * doesn't know, so a damaged body would pass for a shorter one.
 * Throws InvalidInput.
 */
export class Base64Decoder {
  /** Zero to three characters that wait for their quantum. */
  #carry = '';
  #padding = 0;

  /** Decodes the next characters (one byte each); returns what they complete. */
  push(characters: Buffer): Buffer {
    const pad = characters.indexOf(paddingByte);
    const body = pad === -1 && this.#padding === 0 ? characters : this.#takePadding(characters, pad);
    if (this.#carry.length + body.length < 4) {
      this.#carry += body.toString('latin1', 0, body.length);
      return nothing;
    }
    const borrowed = this.#carry === '' ? 0 : 4 - this.#carry.length;
    const end = borrowed + ((body.length - borrowed) & ~3);
    const head = this.#carry + body.toString('latin1', 0, borrowed);
    const main = body.toString('latin1', borrowed, end);
    this.#carry = body.toString('latin1', end, body.length);
    if (head === '') return decode(main);
    const start = decode(head);
    return main === '' ? start : Buffer.concat([start, decode(main)]);
  }

  /** To be called after the last piece; returns the bytes of the last, incomplete quantum. */
  end(): Buffer {
    const rest = this.#carry.length;
    if (rest === 1 || (this.#padding > 0 && this.#padding !== (4 - rest) % 4)) throw malformed('it ends in the middle');
    return rest === 0 ? nothing : decode(this.#carry + 'A'.repeat(4 - rest)).subarray(0, rest - 1);
  }

  /** What stands before the padding; after padding nothing but padding may come. */
  #takePadding(characters: Buffer, pad: number): Buffer {
    const body = this.#padding > 0 ? nothing : characters.subarray(0, pad);
    const rest = characters.subarray(body.length);
    this.#padding += rest.length;
    if (this.#padding > 2 || rest.some((byte) => byte !== paddingByte)) throw malformed('there is text after the padding');
    return body;
  }
}

/** Decodes whole quanta. Whatever the decoder skipped shows in the length. */
function decode(quanta: string): Buffer {
  const bytes = Buffer.from(quanta, 'base64');
  // The URL alphabet is the one thing that it takes for good.
  if (bytes.length !== (quanta.length / 4) * 3 || quanta.includes('-') || quanta.includes('_')) {
    throw malformed('it has characters that are not of the base64 alphabet');
  }
  return bytes;
}

function malformed(why: string): InvalidInput {
  return new InvalidInput('body', `A file in the body is not base64: ${why}.`);
}

/** Decodes base64 in lines, as it comes in mail and in parts of forms (RFC 2045 §6.8). Throws InvalidInput, and what `encoded` throws. */
export async function* decodeBase64(encoded: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new Base64Decoder();
  for await (const piece of encoded) {
    const characters = piece.includes(0x0a) || piece.includes(0x0d) ? Buffer.from(piece.filter((byte) => byte !== 0x0a && byte !== 0x0d)) : piece;
    const decoded = decoder.push(characters);
    if (decoded.length > 0) yield decoded;
  }
  const last = decoder.end();
  if (last.length > 0) yield last;
}
