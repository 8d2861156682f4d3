import type { UploadedFile } from '../../src/formats/format.ts';
import { readContent } from './zip-content.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Where one entry lies in an archive, and what it must unpack to: little enough to be kept with the facts of a file. */
export type ZipPlace = Pick<ZipEntry, 'path' | 'headerOffset' | 'packedBytes' | 'sizeBytes' | 'method' | 'crc32'>;

/** What is to be remembered of an entry to find it again without reading the archive. */
export function zipPlaceOf({ path, headerOffset, packedBytes, sizeBytes, method, crc32 }: ZipEntry): ZipPlace {
  return { path, headerOffset, packedBytes, sizeBytes, method, crc32 };
}

/**
 * The content of one entry of an archive that `readZip` has read before, with two short reads, however large the archive is. Throws
 * InvalidPackage where it has more than `maxBytes`, or is not there.
 */
export function readZipPlace(file: Pick<UploadedFile, 'open'>, place: ZipPlace, maxBytes: number): Promise<Buffer> {
  return readContent(file, place, maxBytes);
}
