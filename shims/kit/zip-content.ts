import { buffer } from 'node:stream/consumers';
import { crc32, createInflateRaw } from 'node:zlib';
import { InvalidPackage } from '../../src/errors.ts';
import type { UploadedFile } from '../../src/formats/format.ts';
import { pieceBytes } from './unpacked.ts';
import { malformedZip, type ZipEntry } from './zip-directory.ts';
import { headerBytes } from './zip-headers.ts';

type Opened = Pick<UploadedFile, 'open'>;
type Place = Pick<ZipEntry, 'path' | 'headerOffset' | 'packedBytes' | 'sizeBytes' | 'method' | 'crc32'>;

/** Bytes of a file from an offset on. */
export async function bytesOf(file: Opened, offset: number, sizeBytes: number): Promise<Buffer> {
  return sizeBytes === 0 ? Buffer.alloc(0) : buffer(await file.open({ start: offset, end: offset + sizeBytes - 1 }));
}

/**
 * The content of one entry of an archive, read at `contentOffset` or at the place behind its header. Throws InvalidPackage where it has more than
 * `maxBytes`, packed or not, or is not what its directory says.
 */
export async function readContent(file: Opened, place: Place, maxBytes: number, contentOffset?: number): Promise<Buffer> {
  const { path, sizeBytes, packedBytes, method } = place;
  if (sizeBytes > maxBytes) throw new InvalidPackage(`"${path.slice(0, 100)}" has more than ${maxBytes} bytes.`);
  // It can only get longer by less than this, so that the packed bytes are bounded as well.
  if (packedBytes > maxBytes + 64 * 1024) throw malformedZip(`"${path.slice(0, 100)}" is larger packed than unpacked`);
  const packed = await bytesOf(file, contentOffset ?? (await offsetOf(file, place)), packedBytes);
  const content = method === 'stored' ? packed : await inflate(packed, place);
  if (content.length !== sizeBytes || crc32(content) !== place.crc32) throw malformedZip(`the content of "${path.slice(0, 100)}" is not what its directory says`);
  return content;
}

/** Behind the header come a name and extra fields, of the lengths that it tells. */
async function offsetOf(file: Opened, { headerOffset }: Place): Promise<number> {
  const header = await bytesOf(file, headerOffset, headerBytes);
  if (header.length < headerBytes) throw malformedZip('an entry is not where it was');
  return headerOffset + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** No further than the size that is announced. */
async function inflate(packed: Buffer, { path, sizeBytes }: Place): Promise<Buffer> {
  const damaged = () => malformedZip(`"${path.slice(0, 100)}" cannot be unpacked`);
  return new Promise((resolve, reject) => {
    const inflater = createInflateRaw({ chunkSize: pieceBytes(sizeBytes) });
    const pieces: Buffer[] = [];
    let length = 0;
    inflater.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > sizeBytes) inflater.destroy(damaged());
    });
    inflater.once('error', (error: NodeJS.ErrnoException) => reject(error.code?.startsWith('Z_') === true ? damaged() : error));
    inflater.once('end', () => (inflater.bytesWritten === packed.length ? resolve(Buffer.concat(pieces)) : reject(damaged())));
    inflater.end(packed);
  });
}
