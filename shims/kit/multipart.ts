import { InvalidInput } from '../../src/errors.ts';
import { decodeBase64 } from './base64.ts';
import { boundaryOf, decodeUtf8, malformed, parsePartHeader, type PartHeader } from './multipart-header.ts';

/** Bounds of a body; see {@link defaultMultipartLimits}. Files have none of their own: their reader counts. */
export interface MultipartLimits {
  maxParts: number;
  /** Header lines of one part. */
  maxHeaderBytes: number;
  /** Content of one field, and of all of them. */
  maxFieldBytes: number;
  maxFieldsBytes: number;
  /** What comes before the first part and after the last. */
  maxAroundBytes: number;
}

export const defaultMultipartLimits: MultipartLimits = {
  maxParts: 2_000,
  maxHeaderBytes: 16 * 1024,
  maxFieldBytes: 4 * 1024 ** 2,
  maxFieldsBytes: 8 * 1024 ** 2,
  maxAroundBytes: 64 * 1024,
};

/** Fields by name, each with its values in the order of the body. */
export type Fields = Map<string, string[]>;

/** A part that says that it is a file. */
export interface FilePart {
  name: string;
  fileName: string;
  contentType?: string;
}

/**
 * Receives one file while the body comes in; `fields` are those before it. `data` must be read by one reader; what is left unread is read past.
 * What it throws ends the parsing and is passed on.
 */
export type OnFile = (part: FilePart, data: AsyncIterable<Buffer>, fields: Fields) => Promise<void>;

/**
 * Parses a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1) while it streams in: files go to `onFile` at the pace of its reader, fields are collected
 * and returned. Parts in base64 are decoded. A file has been handed out before the rest of the body is known to be valid: keep it
 * aside until this returns.
 *
 * Strict where libraries skip or mend: a part without a name, text that is not UTF-8, or a body that ends early is InvalidInput. Throws
 * that, UnsupportedMediaType for another Content-Type, and what `source` or `onFile` throws. The source is not closed after an error,
 * so that an answer can be sent on its connection.
 */
export async function parseMultipart(source: AsyncIterable<Uint8Array>, contentType: string | undefined, onFile: OnFile, limits: MultipartLimits = defaultMultipartLimits): Promise<Fields> {
  const body = new DelimitedSource(source, boundaryOf(contentType));
  const fields: Fields = new Map();
  let fieldsBytes = 0;
  await collect(body.content(), limits.maxAroundBytes, () => malformed('too much comes before its first part'));
  for (let parts = 0; await body.hasPart(); parts++) {
    if (parts >= limits.maxParts) throw new InvalidInput('body', `The body has more than ${limits.maxParts} parts.`);
    const header = parsePartHeader(await body.until('\r\n\r\n', limits.maxHeaderBytes));
    const { name, fileName, contentType: type, isBase64 } = header;
    const data = isBase64 ? decodeBase64(body.content()) : body.content();
    if (fileName !== undefined) {
      await onFile({ name, fileName, ...(type === undefined ? {} : { contentType: type }) }, data, fields);
      await skip(body.content());
      continue;
    }
    const content = await collect(data, Math.min(limits.maxFieldBytes, limits.maxFieldsBytes - fieldsBytes), () => fieldTooLong(header));
    fieldsBytes += content.length;
    fields.set(name, [...(fields.get(name) ?? []), decodeUtf8(content)]);
  }
  await collect(body.rest(), limits.maxAroundBytes, () => malformed('too much comes behind its last part'));
  return fields;
}

function fieldTooLong({ name }: PartHeader): InvalidInput {
  return new InvalidInput(name.slice(0, 100), `The field "${name.slice(0, 100)}" is too long.`);
}

async function collect(data: AsyncIterable<Buffer>, limitBytes: number, tooLong: () => Error): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of data) {
    length += piece.length;
    if (length > limitBytes) throw tooLong();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function skip(data: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of data);
}

const carriageReturn = 0x0d;

/** A stream cut at its delimiters. */
class DelimitedSource {
  #iterator: AsyncIterator<Uint8Array>;
  #delimiter: Buffer;
  /** Read, but not handed out. A line end before the first byte, so that the first delimiter is like the others. */
  #pending: Buffer = Buffer.from('\r\n');
  #atDelimiter = false;

  constructor(source: AsyncIterable<Uint8Array>, boundary: string) {
    this.#iterator = iteratorOf(source);
    this.#delimiter = Buffer.from(`\n--${boundary}`);
  }

  /**
   * What comes until the next delimiter; nothing where that has been reached. The line end before a delimiter belongs to it (RFC 2046 §5.1.1); it may be
   * a bare line feed, which nuget 2 writes outside of Windows.
   */
  async *content(): AsyncGenerator<Buffer, void, undefined> {
    while (!this.#atDelimiter) {
      const at = this.#pending.indexOf(this.#delimiter);
      // A delimiter, with the carriage return before it, may have begun in the last bytes.
      const end = at === -1 ? Math.max(0, this.#pending.length - this.#delimiter.length) : this.#pending[at - 1] === carriageReturn ? at - 1 : at;
      const piece = this.#pending.subarray(0, end);
      this.#pending = this.#pending.subarray(at === -1 ? end : at + this.#delimiter.length);
      this.#atDelimiter = at !== -1;
      if (piece.length > 0) yield piece;
      if (at === -1) await this.#fill();
    }
  }

  /** Behind a delimiter: whether a part follows. */
  async hasPart(): Promise<boolean> {
    while (this.#pending.length < 2) await this.#fill();
    if (this.#pending.subarray(0, 2).equals(Buffer.from('--'))) {
      this.#pending = this.#pending.subarray(2);
      return false;
    }
    const padding = await this.until('\r\n', 100);
    if (padding.some((byte) => byte !== 0x20 && byte !== 0x09)) throw malformed('its boundary is followed by something else');
    this.#atDelimiter = false;
    return true;
  }

  /** What comes until `end`, which is read past. */
  async until(end: string, limitBytes: number): Promise<Buffer> {
    for (;;) {
      const at = this.#pending.indexOf(end);
      if (at > limitBytes || (at === -1 && this.#pending.length > limitBytes + end.length)) throw malformed('the headers of a part are too long');
      if (at === -1) {
        await this.#fill();
        continue;
      }
      const found = Buffer.from(this.#pending.subarray(0, at));
      this.#pending = this.#pending.subarray(at + end.length);
      return found;
    }
  }

  /** What comes behind the last delimiter. */
  async *rest(): AsyncGenerator<Buffer, void, undefined> {
    yield this.#pending;
    for (let step = await this.#iterator.next(); step.done !== true; step = await this.#iterator.next()) yield Buffer.from(step.value);
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#iterator.next();
    if (done === true) throw malformed('it ends too early');
    this.#pending = this.#pending.length === 0 ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.concat([this.#pending, value]);
  }
}

/** A stream is left open when reading it ends early: it has a connection that carries the answer. */
function iteratorOf(source: AsyncIterable<Uint8Array> & { iterator?: (options: { destroyOnReturn: boolean }) => AsyncIterator<Uint8Array> }): AsyncIterator<Uint8Array> {
  return source.iterator?.({ destroyOnReturn: false }) ?? source[Symbol.asyncIterator]();
}
