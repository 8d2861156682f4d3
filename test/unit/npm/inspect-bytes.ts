import { Readable } from 'node:stream';
import type { Inspection, UploadedFile } from '../../../src/formats/format.ts';
import { inspectTarball, type NpmMetadata } from '../../../shims/npm/inspect.ts';

/** An upload of these bytes. */
export function upload(bytes: Buffer, fileName = 'upload.tgz'): UploadedFile {
  const pieces: Buffer[] = [];
  for (let i = 0; i < bytes.length; i += 64 * 1024) pieces.push(bytes.subarray(i, i + 64 * 1024));
  const digests = { md5: '', sha1: '', sha256: '', sha512: '' };
  return { fileName, sizeBytes: bytes.length, digests, open: async () => Readable.from(pieces) };
}

/** Inspects a tarball; the metadata typed. */
export async function inspect(bytes: Buffer): Promise<Inspection & { metadata: NpmMetadata }> {
  const inspection = await inspectTarball(upload(bytes));
  return { ...inspection, metadata: inspection.version.metadata as unknown as NpmMetadata };
}
