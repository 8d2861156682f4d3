import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import type { UploadRow } from '../db/tables/file.ts';
import { affected } from '../db/upsert.ts';
import { InvalidInput, UploadOffsetMismatch } from '../errors.ts';
import { getUpload, type WritableUpload, writable } from './receive.ts';

/** Where in an upload a request goes on, and what it says of the whole. Sizes in bytes. */
export interface Position {
  offset?: number | undefined;
  /** The size of the whole, where it is known. */
  lengthBytes?: number | undefined;
}

/**
 * Makes this request the newest of the actor's upload, so that bytes which an earlier one still sends, here or at another process, come
 * too late: what it is told of the offset then holds until the next request
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-resumable-upload-12#name-concurrency). One that has its bytes is only read.
 * Throws UploadOffsetMismatch, InvalidInput where the length is not what it was before, NotFound, and what authorisation throws.
 */
export async function takeTurn(core: Core, actor: Actor, upload: string | WritableUpload, { offset, lengthBytes }: Position = {}): Promise<WritableUpload> {
  const given = await writable(core, actor, upload);
  for (let row = given.row; ; row = await getUpload(core, core.database.reads, actor, row.id)) {
    if (offset !== undefined && offset !== row.receivedBytes) throw new UploadOffsetMismatch(row.receivedBytes);
    if (row.objectKey !== null) return { ...given, row };
    const next = { ...row, lengthBytes: lengthBytes ?? row.lengthBytes, turn: row.turn + 1 };
    checkLength(next, row);
    // Of turns only running processes need to know. Where another has taken one meanwhile, or has added to the upload, it is looked at again.
    const taken = await core.database.single(
      (manager) =>
        affected(manager, 'UPDATE upload_session SET turn = ?, length_bytes = ? WHERE id = ? AND turn = ? AND received_bytes = ? AND object_key IS NULL', [next.turn, next.lengthBytes, row.id, row.turn, row.receivedBytes]),
      { mayBeLost: true },
    );
    if (taken > 0) return { ...given, row: next };
  }
}

/**
 * How far the actor's upload is. Ends what is still on its way, as {@link takeTurn} says: for a client that goes on after an interruption.
 * Throws NotFound, and what authorisation throws.
 */
export async function offsetOf(core: Core, actor: Actor, upload: string | WritableUpload): Promise<UploadRow> {
  const { row } = await takeTurn(core, actor, upload);
  await core.database.settled();
  return row;
}

function checkLength({ lengthBytes }: UploadRow, before: UploadRow): void {
  if (lengthBytes === null) return;
  if (lengthBytes !== (before.lengthBytes ?? lengthBytes)) throw new InvalidInput('Upload-Length', `This upload was announced with ${before.lengthBytes} bytes, now with ${lengthBytes}.`);
  if (lengthBytes < before.receivedBytes) throw new InvalidInput('Upload-Length', `This upload was announced with ${lengthBytes} bytes, but ${before.receivedBytes} have arrived.`);
}
