import { InvalidInput } from '../../src/errors.ts';
import { maxJsonDepth } from './json.ts';

const quote = 0x22;
const backslash = 0x5c;

/** How deep member names are read: the members of `_attachments.<name>` are at depth three. */
const namedDepth = 3;
/** No packument has so many versions; bounds the memory for finding duplicates. */
const maxNames = 200_000;
const maxNameBytes = 16 * 1024;

interface Frame {
  isObject: boolean;
  /** The next string is a member's name; without meaning in a list. */
  expectsName: boolean;
  /** The member whose value comes next. */
  name: string;
  /** All member names so far; only for objects whose names are read. */
  names: Set<string> | undefined;
}

/**
 * Follows the structure of a JSON text (RFC 8259, https://www.rfc-editor.org/rfc/rfc8259) as it arrives, without building
 * values, to find the strings at `_attachments.<name>.data`. It judges structure alone and takes rubbish between tokens in
 * its stride: the text that is left after taking out those strings is parsed in full later, and for a text that
 * parses what this has seen is exactly its structure.
 *
 * Throws InvalidInput for duplicate names in the outer three levels and for nesting beyond the limit.
 */
export class JsonScanner {
  #frames: Frame[] = [];
  #inString = false;
  #escaped = false;
  /** The raw bytes of the name being read, in pieces; undefined in strings that are not names of interest. */
  #name: Buffer[] | undefined;
  #nameBytes = 0;

  /** Whether everything that was opened has been closed. */
  get complete(): boolean {
    return this.#frames.length === 0 && !this.#inString;
  }

  /** After {@link scan} stopped: the attachment whose data comes next. */
  get attachmentName(): string {
    return this.#frames[1]?.name ?? '';
  }

  /**
   * Reads on from `position`; returns the position behind the opening quote of an attachment's data, or the length of the
   * chunk where there is none. The caller takes such a string out, closing quote included, before it scans on.
   */
  scan(chunk: Buffer, position: number): { position: number; atData: boolean } {
    let i = position;
    while (i < chunk.length) {
      if (this.#inString) {
        i = this.#scanString(chunk, i);
        continue;
      }
      const byte = chunk[i++];
      if (byte === quote) {
        if (this.#atData()) return { position: i, atData: true };
        this.#openString();
      } else if (byte === 0x7b || byte === 0x5b) this.#open(byte === 0x7b);
      else if (byte === 0x7d || byte === 0x5d) this.#frames.pop();
      else if (byte === 0x3a || byte === 0x2c) this.#separate(byte === 0x2c);
    }
    return { position: i, atData: false };
  }

  #atData(): boolean {
    const [root, attachments, attachment] = this.#frames;
    return (
      this.#frames.length === namedDepth &&
      attachment !== undefined && attachment.isObject && !attachment.expectsName && attachment.name === 'data' &&
      attachments !== undefined && attachments.isObject &&
      root !== undefined && root.isObject && root.name === '_attachments'
    );
  }

  #open(isObject: boolean): void {
    if (this.#frames.length === maxJsonDepth) {
      throw new InvalidInput('body', `The request body is nested deeper than ${maxJsonDepth} levels.`);
    }
    const names = isObject && this.#frames.length < namedDepth ? new Set<string>() : undefined;
    this.#frames.push({ isObject, expectsName: isObject, name: '', names });
  }

  #separate(isComma: boolean): void {
    const frame = this.#frames.at(-1);
    if (frame !== undefined) frame.expectsName = isComma;
  }

  #openString(): void {
    this.#inString = true;
    this.#nameBytes = 0;
    const frame = this.#frames.at(-1);
    this.#name = frame !== undefined && frame.expectsName && frame.names !== undefined ? [] : undefined;
  }

  #scanString(chunk: Buffer, start: number): number {
    let i = start;
    for (; i < chunk.length; i++) {
      const byte = chunk[i];
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) {
        this.#inString = false;
        break;
      }
    }
    if (this.#name !== undefined) {
      this.#nameBytes += i - start;
      if (this.#nameBytes > maxNameBytes) throw new InvalidInput('body', 'The request body has a member with an overlong name.');
      // A copy: the chunk may be gone when the rest of the name arrives.
      this.#name.push(Buffer.from(chunk.subarray(start, i)));
      if (!this.#inString) this.#endName(Buffer.concat(this.#name).toString());
    }
    return this.#inString ? i : i + 1;
  }

  #endName(raw: string): void {
    this.#name = undefined;
    const frame = this.#frames.at(-1);
    if (frame?.names === undefined) return;
    const name = raw.includes('\\') ? unescape(raw) : raw;
    if (frame.names.has(name)) throw new InvalidInput('body', `The request body has the member "${name.slice(0, 100)}" twice.`);
    if (frame.names.size >= maxNames) throw new InvalidInput('body', 'The request body has too many members.');
    frame.names.add(name);
    frame.name = name;
  }
}

function unescape(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    throw new InvalidInput('body', 'The request body is not JSON: a member name has a malformed escape.');
  }
}
