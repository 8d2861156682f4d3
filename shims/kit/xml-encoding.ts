import { InvalidPackage } from '../../src/errors.ts';

const byteOrderMarks: readonly (readonly [encoding: string, ...bytes: number[]])[] = [
  ['utf-8', 0xef, 0xbb, 0xbf],
  ['utf-16le', 0xff, 0xfe],
  ['utf-16be', 0xfe, 0xff],
];
/** What a declaration begins with in 16-bit encodings without a mark: `<?`. */
const wideBeginnings: readonly (readonly [encoding: string, ...bytes: number[]])[] = [
  ['utf-16le', 0x3c, 0x00, 0x3f, 0x00],
  ['utf-16be', 0x00, 0x3c, 0x00, 0x3f],
];
const declaredEncoding = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;

/**
 * The text of an XML document in whatever encoding it says that it is in (https://www.w3.org/TR/xml/#sec-guessing): by its byte order
 * mark, or by its declaration, or UTF-8. Takes all encodings of the WHATWG (https://encoding.spec.whatwg.org/#names-and-labels).
 * Throws InvalidPackage where the encoding is none of those, or the bytes are not in it. `what` names the document in messages.
 */
export function decodeXml(bytes: Uint8Array, what: string): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    const why = error instanceof RangeError ? `is in the encoding ${encoding}, which is not known here` : `is not in ${encoding}, as it says or as is usual`;
    throw new InvalidPackage(`${what} ${why}.`);
  }
}

function encodingOf(bytes: Uint8Array): string {
  const marked = [...byteOrderMarks, ...wideBeginnings].find(([, ...beginning]) => beginning.every((byte, index) => bytes[index] === byte));
  if (marked) return marked[0];
  // Every other encoding writes the declaration in ASCII.
  const declared = declaredEncoding.exec(Buffer.from(bytes.subarray(0, 256)).toString('latin1'))?.[1]?.toLowerCase() ?? 'utf-8';
  // A document that is read by its bytes cannot be in 16-bit units, whatever its declaration says; Java writes such where it was transcoded.
  return declared.startsWith('utf-16') ? 'utf-8' : declared;
}
