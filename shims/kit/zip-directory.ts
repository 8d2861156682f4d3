import { InvalidPackage } from '../../src/errors.ts';
import { zipPath } from './zip-path.ts';

/** An entry as the directory of the archive describes it. */
export interface ZipEntry {
  /** Segments joined by `/`, none of them empty, `.` or `..`; a folder's path ends with `/`. */
  path: string;
  isFolder: boolean;
  /** Unpacked. */
  sizeBytes: number;
  packedBytes: number;
  method: 'stored' | 'deflated';
  crc32: number;
  /** The name as the archive has it. */
  rawName: Buffer;
  /** Of its own header, from the start of the archive. */
  headerOffset: number;
  /** Whether sizes and checksum stand behind the content as well. */
  hasDescriptor: boolean;
}

/** Where the directory of an archive lies. */
export interface DirectoryPlace {
  offset: number;
  sizeBytes: number;
  entries: number;
}

/** The end record and, before it, the pointer to the zip64 end record; see {@link findDirectory}. */
export const maxTailBytes = 22 + 65_535;
const signatures = { entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const endSignature = Buffer.from('PK\x05\x06', 'latin1');
/** In a field of 16 or 32 bits: the value is in the zip64 record. */
const none16 = 0xffff;
const none32 = 0xffffffff;

export function malformedZip(why: string): InvalidPackage {
  return new InvalidPackage(`The archive is not a zip archive, or it is damaged: ${why}.`);
}

/**
 * Finds the directory by the record at the end of the archive (APPNOTE 6.3.10, 4.3.14 to 4.3.16,
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). `tail` are the last bytes of the archive, at least {@link maxTailBytes} or
 * all; `readBefore` reads others. Readers look for that record in different ways, so there must be only one, with nothing behind it and
 * nothing between it and the directory. Throws InvalidPackage.
 */
export async function findDirectory(tail: Buffer, archiveBytes: number, readBefore: (offset: number, sizeBytes: number) => Promise<Buffer>): Promise<DirectoryPlace> {
  const at = tail.lastIndexOf(endSignature);
  if (at === -1 || at + 22 > tail.length) throw malformedZip('it has no directory; it may have been cut off');
  if (at + 22 + tail.readUInt16LE(at + 20) !== tail.length) throw malformedZip('it does not end where its directory says');
  const endOffset = archiveBytes - tail.length + at;
  const narrow = { entries: tail.readUInt16LE(at + 10), sizeBytes: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  const disks = [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)];
  const locator = endOffset < 20 ? Buffer.alloc(20) : await readBefore(endOffset - 20, 20);
  if (locator.readUInt32LE(0) !== signatures.locator64) {
    if (disks.some((disk) => disk !== 0) || tail.readUInt16LE(at + 8) !== narrow.entries) throw malformedZip('it has several parts');
    return checkPlace(narrow, endOffset);
  }
  const end64Offset = wide(locator, 8);
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw malformedZip('it has several parts');
  if (end64Offset + 56 !== endOffset - 20) throw malformedZip('its zip64 record is not before its end');
  const end64 = await readBefore(end64Offset, 56);
  if (end64.readUInt32LE(0) !== signatures.end64 || wide(end64, 4) !== 44) throw malformedZip('its zip64 record is malformed');
  if (end64.readUInt32LE(16) !== 0 || end64.readUInt32LE(20) !== 0 || wide(end64, 24) !== wide(end64, 32)) throw malformedZip('it has several parts');
  const place = { entries: wide(end64, 32), sizeBytes: wide(end64, 40), offset: wide(end64, 48) };
  const agree = (small: number, large: number, none: number) => small === large || small === none;
  if (!agree(narrow.entries, place.entries, none16) || !agree(narrow.sizeBytes, place.sizeBytes, none32) || !agree(narrow.offset, place.offset, none32)) {
    throw malformedZip('its two end records differ');
  }
  return checkPlace(place, end64Offset);
}

function checkPlace(place: DirectoryPlace, endOffset: number): DirectoryPlace {
  if (place.offset + place.sizeBytes !== endOffset) throw malformedZip('its directory is not before its end');
  return place;
}

/** Parses the directory (APPNOTE 4.3.12). Throws InvalidPackage for what readers understand in different ways, see {@link readZip}. */
export function parseDirectory(bytes: Buffer, count: number, maxPathLength: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== signatures.entry) throw malformedZip('its directory is damaged');
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const end = extraEnd + bytes.readUInt16LE(at + 32);
    if (end > bytes.length) throw malformedZip('its directory is damaged');
    entries.push(parseEntry(bytes.subarray(at, at + 46), Buffer.from(bytes.subarray(at + 46, nameEnd)), bytes.subarray(nameEnd, extraEnd), maxPathLength));
    at = end;
  }
  if (entries.length !== count) throw malformedZip('its directory has another number of entries than it says');
  return entries;
}

function parseEntry(fixed: Buffer, rawName: Buffer, extra: Buffer, maxPathLength: number): ZipEntry {
  const flags = fixed.readUInt16LE(8);
  const path = zipPath(rawName, (flags & 0x800) !== 0, maxPathLength);
  const shown = `"${path.slice(0, 100)}"`;
  const method = methods[fixed.readUInt16LE(10)];
  if ((flags & 0x2041) !== 0) throw new InvalidPackage(`${shown} is encrypted, which nothing in a package may be.`);
  if (method === undefined) throw new InvalidPackage(`${shown} is packed in a way that not all readers know; only "store" and "deflate" are taken.`);
  const fields = parseExtra(extra);
  const unicodeName = fields.get(0x7075);
  if (unicodeName !== undefined && isAscii(rawName) && !unicodeName.subarray(5).equals(rawName)) throw malformedZip(`${shown} has two names`);
  const zip64 = fields.get(0x0001);
  let at = 0;
  const value = (offset: number) => {
    const narrow = fixed.readUInt32LE(offset);
    if (narrow !== none32) return narrow;
    if (zip64 === undefined || at + 8 > zip64.length) throw malformedZip(`${shown} has no size`);
    at += 8;
    return wide(zip64, at - 8);
  };
  // In the order in which the zip64 field has them.
  const sizeBytes = value(24);
  const packedBytes = value(20);
  const headerOffset = value(42);
  const isFolder = path.endsWith('/');
  if (isFolder && sizeBytes > 0) throw malformedZip(`${shown} is a folder, but has content`);
  if (method === 'stored' && sizeBytes !== packedBytes) throw malformedZip(`${shown} has two sizes`);
  return { path, isFolder, sizeBytes, packedBytes, method, crc32: fixed.readUInt32LE(16), rawName, headerOffset, hasDescriptor: (flags & 8) !== 0 };
}

const methods: Record<number, ZipEntry['method']> = { 0: 'stored', 8: 'deflated' };

/** The extra fields of an entry (APPNOTE 4.5), none of which may come twice. Fewer than four bytes at the end are padding. */
export function parseExtra(extra: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const end = at + 4 + extra.readUInt16LE(at + 2);
    // Padding of alignment tools.
    if (id === 0 && end === at + 4) {
      at = end;
      continue;
    }
    if (end > extra.length || fields.has(id)) throw malformedZip('the extra fields of an entry are malformed');
    fields.set(id, extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** A 64-bit number; throws InvalidPackage where it is larger than any file. */
export function wide(bytes: Buffer, offset: number): number {
  const value = bytes.readBigUInt64LE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformedZip('a number is too large');
  return Number(value);
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}
