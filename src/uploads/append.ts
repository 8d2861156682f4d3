import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { discardStaged } from '../blobs/stage.ts';
import type { Core } from '../core.ts';
import { UploadPartTable, type UploadRow } from '../db/tables/file.ts';
import { affected } from '../db/upsert.ts';
import { EntrepotError, InvalidInput, UploadNotReady, UploadOffsetMismatch } from '../errors.ts';
import type { Room } from '../packages/room.ts';
import type { StageOptions } from '../storage/stage.ts';
import { checkRoomFor, getUpload, type WritableUpload, writable } from './receive.ts';
import { type ReceivedChunk, receiveChunk } from './receive-chunk.ts';
import { takeTurn } from './turn.ts';

const unknownDigests = { md5: null, sha1: null, sha256: null, sha512: null };

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
export async function appendChunk(core: Core, actor: Actor, upload: string | WritableUpload, offset: number, body: AsyncIterable<Uint8Array>, options: ChunkOptions): Promise<UploadRow> {
  const { limitBytes, lengthBytes, ...staging } = options;
  const given = await writable(core, actor, upload);
  const lengthThen = lengthBytes ?? given.row.lengthBytes;
  // Asked for while the turn is taken; what is wrong with that is told first.
  const early = roomFor(core, { ...given, row: { ...given.row, receivedBytes: offset, lengthBytes: lengthThen } }, limitBytes, options.expectedBytes);
  early.catch(() => {});
  const taken = await takeTurn(core, actor, given, { offset, lengthBytes });
  const { row } = taken;
  if (row.objectKey !== null) throw new UploadNotReady('This upload has its bytes already.');
  if (options.expectedBytes === 0) return row;
  if (row.partCount >= maxParts) throw new InvalidInput('body', `An upload comes in at most ${maxParts} chunks; send larger ones.`);
  const room = row.lengthBytes === lengthThen ? await early : await roomFor(core, taken, limitBytes, options.expectedBytes);
  const cuts: unknown[] = [];
  try {
    const chunk = await receiveChunk(core, row, room, body, { ...staging, onCut: (error) => cuts.push(error) });
    const next = await countChunk(core, actor, row, chunk);
    if (cuts.length === 0) return next;
  } catch (error) {
    if (cuts.length === 0) throw error;
    if (!(error instanceof EntrepotError)) core.log.warn({ err: error, uploadId: row.id }, 'what came of a chunk that broke off is lost');
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

/** Counts a chunk if this request still is the newest of its upload; else nothing is left of it. */
async function countChunk(core: Core, actor: Actor, row: UploadRow, chunk: ReceivedChunk): Promise<UploadRow> {
  const { key, continued, growing, sizeBytes } = chunk;
  const isCounted = await isAdded(core, row, chunk).catch((error: unknown) => {
    growing?.job.drop();
    throw error;
  });
  if (growing && (isCounted || (continued && sizeBytes === 0))) core.growing.put(row.id, growing);
  else growing?.job.drop();
  if (isCounted) return { ...row, receivedBytes: row.receivedBytes + sizeBytes, partCount: row.partCount + 1 };
  // What the object of an earlier chunk has of this one is never read.
  if (!continued) await discardStaged(core, [{ key }]);
  if (sizeBytes === 0) return row;
  throw new UploadOffsetMismatch((await getUpload(core, core.database.reads, actor, row.id)).receivedBytes);
}

async function isAdded(core: Core, { id, receivedBytes, turn }: UploadRow, { key, sizeBytes, digests, continued, growing }: ReceivedChunk): Promise<boolean> {
  if (sizeBytes === 0) return false;
  const count = (tx: EntityManager) =>
    affected(tx, 'UPDATE upload_session SET received_bytes = ?, part_count = part_count + 1 WHERE id = ? AND turn = ? AND received_bytes = ? AND object_key IS NULL', [receivedBytes + sizeBytes, id, turn, receivedBytes]);
  // The last part ends where the upload does.
  if (continued) return (await core.database.single(count)) > 0;
  return core.database.tx(async (tx) => {
    if ((await count(tx)) === 0) return false;
    // The key is the offset, so that even a mistake above could not put two parts in one place.
    await tx.insert(UploadPartTable, { uploadId: id, offsetBytes: receivedBytes, objectKey: key, sizeBytes, isGrowing: growing !== undefined, ...(digests ?? unknownDigests) });
    return true;
  });
}
