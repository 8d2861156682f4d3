import { Readable } from 'node:stream';
import type { Core } from '../core.ts';
import type { UploadedFile } from '../formats/format.ts';
import type { StagedObject } from '../storage/digests.ts';

/** A staged object as a format's `inspect` sees it. Small ones are read from memory. */
export function uploadedFile(core: Core, object: StagedObject, fileName: string): UploadedFile {
  const { key, content, sizeBytes, digests } = object;
  return {
    fileName,
    sizeBytes,
    digests,
    open: async () => (content ? Readable.from([content]) : core.store.read(key)),
  };
}
