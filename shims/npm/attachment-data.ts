import { InvalidInput } from '../../src/errors.ts';
import { Base64Decoder } from '../kit/base64.ts';
import type { ByteSource } from './byte-source.ts';

const quote = 0x22;
const backslash = 0x5c;
/** Node's base64 decoder is fastest on strings of this size, and it bounds what one step holds. */
const windowBytes = 64 * 1024;
const solidus = 0x2f;

/**
 * The base64 string at the cursor of a source, decoded as it arrives. The cursor must be behind the opening
 * quote; at the end it is behind the closing one.
 */
export class AttachmentData {
  /** Decoded bytes handed out so far. */
  sizeBytes = 0;
  #source: ByteSource;
  #decoder = new Base64Decoder();
  /** An escape sequence that has begun: what follows the backslash. */
  #escape: string | undefined;
  #done = false;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The next non-empty piece, or undefined after the last. Throws InvalidInput; passes on what the source throws. */
  async next(): Promise<Buffer | undefined> {
    while (!this.#done) {
      const piece = (await this.#source.fill()) ? this.#step() : this.#truncated();
      if (piece.length === 0) continue;
      this.sizeBytes += piece.length;
      return piece;
    }
    return undefined;
  }

  /** All pieces; may be left early, {@link next} then goes on where it stopped. */
  async *pieces(): AsyncGenerator<Buffer, void, undefined> {
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) yield piece;
  }

  #step(): Buffer {
    const { chunk, position } = this.#source;
    const window = chunk.subarray(position, position + windowBytes);
    const close = window.indexOf(quote);
    const text = close === -1 ? window : window.subarray(0, close);
    if (this.#escape !== undefined || text.includes(backslash)) return this.#stepThroughEscapes(window);
    this.#source.position += close === -1 ? text.length : close + 1;
    const bytes = this.#decoder.push(text);
    return close === -1 ? bytes : this.#finish(bytes);
  }

  /** JSON may write any character as an escape, and some encoders write every `/` as `\/`. */
  #stepThroughEscapes(window: Buffer): Buffer {
    const plain = Buffer.allocUnsafe(window.length);
    let length = 0;
    for (let i = 0; i < window.length; i++) {
      const byte = window[i] ?? 0;
      if (this.#escape !== undefined) {
        this.#escape += String.fromCharCode(byte);
        const character = unescape(this.#escape);
        if (character === undefined) continue;
        this.#escape = undefined;
        plain[length++] = character;
      } else if (byte === backslash) {
        this.#escape = '';
      } else if (byte === quote) {
        this.#source.position += i + 1;
        return this.#finish(this.#decoder.push(plain.subarray(0, length)));
      } else {
        plain[length++] = byte;
      }
    }
    this.#source.position += window.length;
    return this.#decoder.push(plain.subarray(0, length));
  }

  #finish(bytes: Buffer): Buffer {
    this.#done = true;
    const rest = this.#decoder.end();
    return rest.length === 0 ? bytes : Buffer.concat([bytes, rest]);
  }

  #truncated(): never {
    throw new InvalidInput('body', 'The request body ends in the middle of an attachment.');
  }
}

/** The character of an escape sequence (without its backslash), undefined while that is incomplete. */
function unescape(sequence: string): number | undefined {
  if (sequence === '/') return solidus;
  if (/^u[0-9A-Fa-f]{0,3}$/.test(sequence)) return undefined;
  // No character above ASCII is of the base64 alphabet, so two digits of the four must be zero.
  if (/^u00[0-7][0-9A-Fa-f]$/.test(sequence)) return Number.parseInt(sequence.slice(1), 16);
  throw new InvalidInput('_attachments', 'The data of an attachment is not base64: it has an escape that stands for no base64 character.');
}
