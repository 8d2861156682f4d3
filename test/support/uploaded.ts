import { Readable } from 'node:stream';
import type { UploadedFile } from '../../src/formats/format.ts';
import { digestsOf } from '../../src/storage/incremental-digests.ts';

/** An upload of these bytes, as a format's `inspect` gets it; comes in pieces of `pieceBytes`. */
export function uploadedBytes(bytes: Buffer, fileName = 'upload', pieceBytes = 64 * 1024): UploadedFile {
  return {
    fileName,
    sizeBytes: bytes.length,
    digests: digestsOf(bytes),
    open: async (range) => Readable.from(inPieces(range === undefined ? bytes : bytes.subarray(range.start, range.end + 1), pieceBytes)),
  };
}

function* inPieces(bytes: Buffer, pieceBytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
