import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import type { UploadedFile } from '../../src/formats/format.ts';
import { malformedZip, type ZipEntry } from './zip-directory.ts';

/** Where one entry lies in an archive, and what it must unpack to: little enough to be kept with the facts of a file. */
export type ZipPlace = Pick<ZipEntry, 'headerOffset' | 'packedBytes' | 'sizeBytes' | 'method' | 'crc32'>;

const headerBytes = 30;
const inflate = promisify(inflateRaw);

/** What is to be remembered of an entry to find it again without reading the archive. */
export function zipPlaceOf({ headerOffset, packedBytes, sizeBytes, method, crc32: checksum }: ZipEntry): ZipPlace {
  return { headerOffset, packedBytes, sizeBytes, method, crc32: checksum };
}

/**
 * The content of one entry of an archive that `readZip` has read before, with two short reads, however large the archive is. The caller
 * bounds `sizeBytes`. Throws InvalidPackage where the entry is not there.
 */
export async function readZipPlace(open: UploadedFile['open'], { headerOffset, packedBytes, sizeBytes, method, crc32: checksum }: ZipPlace): Promise<Buffer> {
  const bytesAt = async (start: number, length: number) => (length === 0 ? Buffer.alloc(0) : buffer(await open({ start, end: start + length - 1 })));
  const header = await bytesAt(headerOffset, headerBytes);
  const contentOffset = headerOffset + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await bytesAt(contentOffset, packedBytes);
  const content = method === 'stored' ? packed : await inflate(packed, { maxOutputLength: Math.max(1, sizeBytes) }).catch(() => Buffer.alloc(0));
  if (content.length !== sizeBytes || crc32(content) !== checksum) throw malformedZip('an entry is not where it was');
  return content;
}
