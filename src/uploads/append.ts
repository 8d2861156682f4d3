import type { Actor } from '../access/actor.ts';
import { discardStaged } from '../blobs/stage.ts';
import type { Core } from '../core.ts';
import { UploadPartTable, type UploadRow } from '../db/tables/file.ts';
import { affected } from '../db/upsert.ts';
import { EntrepotError, InvalidInput, UploadNotReady, UploadOffsetMismatch } from '../errors.ts';
import { type Room, stageWithin } from '../packages/room.ts';
import type { StagedObject } from '../storage/digests.ts';
import type { StageOptions } from '../storage/stage.ts';
import { checkRoomFor, getUpload, type WritableUpload } from './receive.ts';
import { takeTurn } from './turn.ts';

/** No upload comes in more chunks than this. */
export const maxParts = 10_000;

/** `limitBytes` and `lengthBytes` are of the whole upload, everything else is of the chunk. */
export interface ChunkOptions extends Omit<StageOptions, 'onCut'> {
  /** The size of the whole, where it is known. */
  lengthBytes?: number | undefined;
}

/**
 * Adds a chunk to the actor's upload, at whatever process; it is durable when this resolves. Of one that breaks off, what came until then is
 * kept (unless a digest was announced, for that is of the whole chunk), and the source's error is thrown. Of several that begin at the same
 * offset one is added, and the others leave nothing behind. Throws UploadOffsetMismatch, UploadNotReady where the upload has all its bytes,
 * InvalidInput, NotFound, QuotaExceeded, what authorisation and what staging throws.
 */
export async function appendChunk(core: Core, actor: Actor, id: string, offset: number, body: AsyncIterable<Uint8Array>, options: ChunkOptions): Promise<UploadRow> {
  const { limitBytes, lengthBytes, ...staging } = options;
  const upload = await takeTurn(core, actor, id, { offset, lengthBytes });
  const { row } = upload;
  if (row.objectKey !== null) throw new UploadNotReady('This upload has its bytes already.');
  if (options.expectedBytes === 0) return row;
  if (row.partCount >= maxParts) throw new InvalidInput('body', `An upload comes in at most ${maxParts} chunks; send larger ones.`);
  const room = await roomFor(core, upload, limitBytes, options.expectedBytes);
  const cuts: unknown[] = [];
  try {
    const object = await stageWithin(core, room, body, { ...staging, onCut: (error) => cuts.push(error), keepMs: row.expiresAt - core.clock.now() });
    const next = await addPart(core, actor, row, object);
    if (cuts.length === 0) return next;
  } catch (error) {
    if (cuts.length === 0) throw error;
    if (!(error instanceof EntrepotError)) core.log.warn({ err: error, uploadId: id }, 'what came of a chunk that broke off is lost');
  }
  throw cuts[0];
}

/** For how much of it there is room now. */
async function roomFor(core: Core, upload: WritableUpload, limitBytes: number, expectedBytes = 0): Promise<Room> {
  const { receivedBytes, lengthBytes } = upload.row;
  const whole = await checkRoomFor(core, upload, limitBytes, lengthBytes ?? receivedBytes + expectedBytes);
  if (lengthBytes === null) return { ...whole, limitBytes: whole.limitBytes - receivedBytes };
  return { limitBytes: lengthBytes - receivedBytes, refusal: new InvalidInput('body', `The upload was announced with ${lengthBytes} bytes, but more were sent.`) };
}

async function addPart(core: Core, actor: Actor, row: UploadRow, object: StagedObject): Promise<UploadRow> {
  const { id, receivedBytes: offsetBytes, partCount, turn } = row;
  const { key: objectKey, sizeBytes, digests } = object;
  const isNewest = await core.database.tx(async (tx) => {
    if (sizeBytes === 0) return false;
    const counted = await affected(
      tx,
      'UPDATE upload_session SET received_bytes = received_bytes + ?, part_count = part_count + 1 WHERE id = ? AND turn = ? AND object_key IS NULL',
      [sizeBytes, id, turn],
    );
    // The key is the offset, so that even a mistake above could not put two parts in one place.
    if (counted > 0) await tx.insert(UploadPartTable, { uploadId: id, offsetBytes, sizeBytes, objectKey, ...digests });
    return counted > 0;
  });
  if (isNewest) return { ...row, receivedBytes: offsetBytes + sizeBytes, partCount: partCount + 1 };
  await discardStaged(core, [object]);
  if (sizeBytes === 0) return row;
  throw new UploadOffsetMismatch((await getUpload(core, core.database.reads, actor, id)).receivedBytes);
}
