import { buffer } from 'node:stream/consumers';
import { expect } from 'vitest';
import { UploadPartTable, type UploadRow, UploadTable } from '../../src/db/tables/file.ts';
import { appendChunk, type ChunkOptions } from '../../src/uploads/append.ts';
import { createUpload } from '../../src/uploads/create.ts';
import { finishUpload, type FinishOptions } from '../../src/uploads/finish.ts';
import { publishUploads } from '../../src/uploads/publish-uploads.ts';
import { cancelUpload } from '../../src/uploads/remove.ts';
import { offsetOf } from '../../src/uploads/turn.ts';
import type { Person, TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { chunks, refusal } from './registry.ts';

/** What a whole upload may have, unless a test says otherwise. */
export const limitBytes = 10_000_000;

/** The steps of an upload in chunks, as its developer unless somebody else is named. */
export function chunkedUploads(running: () => TestApp) {
  const actor = (as: Person) => running().actor(as);
  const reads = () => running().core.database.reads;
  return {
    create: async (as: Person = 'developer') => (await createUpload(running().core, await actor(as), { namespacePath: 'acme/widgets', fileName: 'f.bin' })).id,
    append: async (id: string, offset: number, body: string | Buffer | AsyncIterable<Uint8Array>, options: Partial<ChunkOptions> = {}, as: Person = 'developer') =>
      appendChunk(running().core, await actor(as), id, offset, typeof body === 'string' || Buffer.isBuffer(body) ? chunks(body) : body, { limitBytes, ...options }),
    /** Has the next request of an upload come to a process that knows nothing of it but what all do. */
    changeProcess: (id: string) => running().core.growing.drop(id),
    finish: async (id: string, options: FinishOptions = {}, as: Person = 'developer') => finishUpload(running().core, await actor(as), id, options),
    ask: async (id: string, as: Person = 'developer') => offsetOf(running().core, await actor(as), id),
    cancel: async (id: string, as: Person = 'developer') => cancelUpload(running().core, await actor(as), id),
    publish: async (id: string, name: string) =>
      publishUploads(running().core, await actor('developer'), { namespacePath: 'acme/widgets', format: running().core.formats.get('generic'), uploadIds: [id], name, version: '1' }),
    row: (id: string) => reads().findOneBy(UploadTable, { id }),
    partsOf: (uploadId: string) => reads().find(UploadPartTable, { where: { uploadId }, order: { offsetBytes: 'ASC' } }),
    contentOf: async ({ objectKey }: UploadRow) => buffer(await running().core.store.read(objectKey ?? '')),
    /** The name of what is thrown; nothing may have changed. */
    refused: async (work: () => Promise<unknown>): Promise<string> => {
      const before = await countEverything(running().core);
      const thrown = await refusal(work());
      expect(await countEverything(running().core)).toEqual(before);
      return thrown;
    },
  };
}
