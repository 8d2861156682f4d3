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
    open: async (range) => {
      if (content === undefined) return core.store.read(key, range);
      return Readable.from([range === undefined ? content : content.subarray(range.start, range.end + 1)]);
    },
  };
}
