import { crc32, deflateRawSync } from 'node:zlib';

/** An entry to write; what is given of its headers replaces what would be right. */
export interface ZipFile {
  path: string | Buffer;
  content?: string | Buffer;
  stored?: boolean;
  /** Sizes and checksum behind the content instead of before it. */
  descriptor?: 'plain' | 'signed' | 'wide';
  zip64?: boolean;
  extra?: Buffer;
  /** Fields of the directory. */
  central?: Partial<Headers>;
  /** Fields of the header before the content. */
  local?: Partial<Headers>;
  /** Bytes before the header, which belong to no entry. */
  before?: Buffer;
}

interface Headers {
  path: string;
  flags: number;
  method: number;
  crc: number;
  size: number;
  packed: number;
  offset: number;
}

/** Fields of the end record that replace what would be right, and bytes around the directory. */
export interface ZipEnd {
  comment?: string;
  zip64?: boolean;
  entries?: number;
  directoryOffset?: number;
  beforeEnd?: Buffer;
  behind?: Buffer;
}

/** A zip archive, however wrong (APPNOTE 4.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). */
export function zip(files: readonly ZipFile[], end: ZipEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    offset += part.length;
  };
  for (const file of files) {
    add(file.before ?? Buffer.alloc(0));
    const content = Buffer.from(file.content ?? '');
    const packed = file.stored === true ? content : deflateRawSync(content);
    const path = Buffer.from(file.path);
    const right = { path: file.path, flags: 0x800 | (file.descriptor === undefined ? 0 : 8), method: file.stored === true ? 0 : 8, crc: crc32(content), size: content.length, packed: packed.length, offset };
    directory.push(header('central', { ...right, ...file.central }, path, file));
    const unknown = file.descriptor === undefined ? {} : { crc: 0, size: 0, packed: 0 };
    add(header('local', { ...right, ...unknown, ...file.local }, path, file));
    add(packed);
    if (file.descriptor !== undefined) add(descriptor(right, file.descriptor));
  }
  const directoryBytes = Buffer.concat(directory);
  const place = { entries: end.entries ?? files.length, size: directoryBytes.length, offset: end.directoryOffset ?? offset };
  return Buffer.concat([...parts, directoryBytes, end.beforeEnd ?? Buffer.alloc(0), ...endRecords(place, offset + directoryBytes.length, end), end.behind ?? Buffer.alloc(0)]);
}

function header(kind: 'central' | 'local', fields: Omit<Headers, 'path'> & { path: string | Buffer }, ownPath: Buffer, { zip64 = false, extra = Buffer.alloc(0) }: ZipFile): Buffer {
  const path = typeof fields.path === 'string' ? Buffer.from(fields.path) : ownPath;
  const wide = (value: number) => (zip64 ? 0xffffffff : value);
  const extras = zip64 ? Buffer.concat([u16(1), u16(kind === 'central' ? 24 : 16), u64(fields.size), u64(fields.packed), ...(kind === 'central' ? [u64(fields.offset)] : []), extra]) : extra;
  const middle = [u16(fields.flags), u16(fields.method), u32(0), u32(fields.crc), u32(wide(fields.packed)), u32(wide(fields.size)), u16(path.length), u16(extras.length)];
  if (kind === 'local') return Buffer.concat([u32(0x04034b50), u16(20), ...middle, path, extras]);
  return Buffer.concat([u32(0x02014b50), u16(20), u16(20), ...middle, u16(0), u16(0), u16(0), u32(0), u32(wide(fields.offset)), path, extras]);
}

function descriptor({ crc, size, packed }: Pick<Headers, 'crc' | 'size' | 'packed'>, form: NonNullable<ZipFile['descriptor']>): Buffer {
  if (form === 'wide') return Buffer.concat([u32(0x08074b50), u32(crc), u64(packed), u64(size)]);
  return Buffer.concat([...(form === 'signed' ? [u32(0x08074b50)] : []), u32(crc), u32(packed), u32(size)]);
}

function endRecords({ entries, size, offset }: { entries: number; size: number; offset: number }, at: number, { comment = '', zip64 = false }: ZipEnd): Buffer[] {
  const narrow = (place: number[]) => Buffer.concat([u32(0x06054b50), u16(0), u16(0), u16(place[0]), u16(place[0]), u32(place[1]), u32(place[2]), u16(comment.length), Buffer.from(comment)]);
  if (!zip64) return [narrow([entries, size, offset])];
  const record = Buffer.concat([u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(entries), u64(entries), u64(size), u64(offset)]);
  return [record, Buffer.concat([u32(0x07064b50), u32(0), u64(at), u32(1)]), narrow([0xffff, 0xffffffff, 0xffffffff])];
}

function u16(value = 0): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value = 0): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
