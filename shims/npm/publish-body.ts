import { InvalidInput } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
import { AttachmentData } from './attachment-data.ts';
import { ByteCollector, ByteSource } from './byte-source.ts';
import { isObject, JsonProblem, parseJsonObject } from './json.ts';
import { JsonScanner } from './json-scan.ts';

/** Bounds of a publish body; see {@link defaultBodyLimits}. */
export interface BodyLimits {
  /** The document without the attachments' data. */
  maxDocumentBytes: number;
  maxAttachments: number;
  /** An attachment that is text (a provenance bundle) is held in memory. */
  maxTextBytes: number;
}

/** npm sends one tarball and, with `--provenance`, one bundle; a deprecation sends back the whole packument. */
export const defaultBodyLimits: BodyLimits = { maxDocumentBytes: 16 * 1024 * 1024, maxAttachments: 4, maxTextBytes: 4 * 1024 * 1024 };

/**
 * Receives one attachment. `data` must be read by one reader at a time; what is left unread is read (and checked) afterwards.
 * `announcedBytes` is the `length` that stands before the data, if one does. What it throws ends the parsing and is passed on.
 */
export type OnAttachment = (name: string, data: AsyncIterable<Buffer>, announcedBytes: number | undefined) => Promise<void>;

/**
 * At least so many bytes has the tarball of a body with this Content-Length: all else in it has bounds, and base64 takes four characters
 * for three bytes (no client writes them as escapes).
 */
export function leastTarballBytes(contentLength: number, limits: BodyLimits = defaultBodyLimits): number {
  const others = limits.maxDocumentBytes + (limits.maxAttachments - 1) * limits.maxTextBytes;
  return Math.max(0, Math.floor(((contentLength - others) * 3) / 4));
}

/**
 * Parses the body of npm's `PUT /{package}` while it streams in: publish (with `_attachments`), deprecate and unpublish
 * (without). https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md, captured from npm 11, pnpm 9, yarn 1.
 *
 * Each attachment's data is handed to `onAttachment` as decoded bytes, at the pace of its reader, in the order of the body;
 * all else is collected and returned. In the result, `_attachments.<name>.length` is the count of bytes received and
 * `data` is gone. Attachments called `*.sigstore` are JSON text, not base64: that is what npm sends.
 *
 * An attachment has been handed out before the rest of the body is known to be valid: keep it aside until this returns.
 * Throws InvalidInput for whatever is wrong with the body, and passes on what `source` or `onAttachment` throws. After an error
 * the source has not been closed, so that an answer can still be sent on the connection it comes from.
 */
export async function parsePublishBody(
  source: AsyncIterable<Uint8Array>,
  onAttachment: OnAttachment,
  limits: BodyLimits = defaultBodyLimits,
): Promise<JsonObject> {
  const bytes = new ByteSource(source);
  const scanner = new JsonScanner();
  const tooLong = () => new InvalidInput('body', `The request body is larger than ${limits.maxDocumentBytes} bytes without its attachments.`);
  const document = new ByteCollector(limits.maxDocumentBytes, tooLong);
  const received = new Map<string, readonly number[]>();
  while (await bytes.fill()) {
    const { chunk, position } = bytes;
    const stop = scanner.scan(chunk, position);
    document.append(chunk.subarray(position, stop.position));
    bytes.position = stop.position;
    if (!stop.atData) continue;
    const name = scanner.attachmentName;
    if (received.size >= limits.maxAttachments) {
      throw new InvalidInput('_attachments', `The request body has more than ${limits.maxAttachments} attachments.`);
    }
    const lengths = name.endsWith('.sigstore')
      ? await passText(name, bytes, onAttachment, limits.maxTextBytes)
      : await passBase64(name, bytes, onAttachment, announcedBytes(document.bytes().subarray(-maxMembersBytes)));
    received.set(name, lengths);
    // The opening quote is in the document already. A string, so that rubbish beside it can't join it to something valid.
    document.append(Buffer.from('"'));
  }
  if (document.length === 0) throw new InvalidInput('body', 'The request body is empty.');
  if (!scanner.complete) throw new InvalidInput('body', 'The request body ends too early.');
  return withLengths(parseDocument(document.bytes()), received);
}

/** So far before the data of an attachment its other members are looked for. */
const maxMembersBytes = 512;

/** The `length` among the members before `data` of an attachment, at whose opening quote the text ends. Only a hint: the true one is compared in the end. */
function announcedBytes(text: Buffer): number | undefined {
  const members = /\{[^{}]*$/.exec(text.toString('latin1'))?.[0] ?? '';
  const length = /(?<!\\)"length"\s*:\s*(\d{1,15})\s*,/.exec(members)?.[1];
  return length === undefined ? undefined : Number(length);
}

/** Hands out the base64 string at the cursor; returns the lengths that may be announced for it. */
async function passBase64(name: string, bytes: ByteSource, onAttachment: OnAttachment, announced: number | undefined): Promise<readonly number[]> {
  const data = new AttachmentData(bytes);
  const pieces = data.pieces();
  await onAttachment(name, pieces, announced);
  // Reads on where a reader stopped early, behind a read that the reader may have left under way.
  while ((await pieces.next()).done !== true);
  while ((await data.next()) !== undefined);
  return [data.sizeBytes];
}

/** Hands out the text at the cursor. npm announces the count of UTF-16 units as its length; bytes would be right as well. */
async function passText(name: string, bytes: ByteSource, onAttachment: OnAttachment, limitBytes: number): Promise<readonly number[]> {
  const tooLong = () => new InvalidInput('_attachments', `The attachment "${name.slice(0, 100)}" is larger than ${limitBytes} bytes.`);
  const raw = new ByteCollector(limitBytes, tooLong);
  let escaped = false;
  let open = true;
  raw.append(Buffer.from('"'));
  while (open) {
    if (!(await bytes.fill())) throw new InvalidInput('body', 'The request body ends in the middle of an attachment.');
    const { chunk, position } = bytes;
    let end = position;
    while (open && end < chunk.length) {
      const byte = chunk[end++];
      if (escaped) escaped = false;
      else if (byte === 0x5c) escaped = true;
      else open = byte !== 0x22;
    }
    raw.append(chunk.subarray(position, end));
    bytes.position = end;
  }
  const text = parseText(raw.bytes());
  const data = Buffer.from(text);
  await onAttachment(name, oneBuffer(data), data.length);
  return [data.length, text.length];
}

async function* oneBuffer(data: Buffer): AsyncGenerator<Buffer, void, undefined> {
  if (data.length > 0) yield data;
}

function parseText(raw: Buffer): string {
  try {
    return JSON.parse(decodeUtf8(raw)) as string;
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('_attachments', 'The data of an attachment is not a JSON string.');
  }
}

function parseDocument(bytes: Buffer): JsonObject {
  const text = decodeUtf8(bytes);
  try {
    return parseJsonObject(text);
  } catch (error) {
    if (error instanceof JsonProblem) throw new InvalidInput('body', `The request body can't be read: ${error.message}.`);
    throw error;
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidInput('body', 'The request body is not UTF-8.');
  }
}

/** Checks what the client announced of its attachments against what came. */
function withLengths(document: JsonObject, received: ReadonlyMap<string, readonly number[]>): JsonObject {
  const attachments = document._attachments ?? {};
  if (!isObject(attachments)) throw new InvalidInput('_attachments', 'The attachments of the request body must be an object.');
  for (const [name, attachment] of Object.entries(attachments)) {
    const shownName = name.slice(0, 100);
    if (!isObject(attachment)) throw new InvalidInput('_attachments', `The attachment "${shownName}" must be an object.`);
    const lengths = received.get(name);
    // CouchDB leaves out the data of attachments that it has already; npm's clients send such a stub back as they got it.
    if (lengths === undefined && attachment.data === undefined) continue;
    if (lengths === undefined) throw new InvalidInput('_attachments', `The data of the attachment "${shownName}" must be a string.`);
    const announced = attachment.length;
    if (announced !== undefined && !lengths.includes(announced as number)) {
      const given = String(announced).slice(0, 30);
      throw new InvalidInput('_attachments', `The attachment "${shownName}" is ${lengths[0]} bytes long, but ${given} were announced.`);
    }
    attachment.length = lengths[0];
    delete attachment.data;
  }
  for (const name of received.keys()) {
    // Only a name that was cleaned away (`__proto__`, half a surrogate pair) can be missing.
    if (!Object.hasOwn(attachments, name)) throw new InvalidInput('_attachments', 'An attachment has a forbidden name.');
  }
  return document;
}
