import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import { discardStaged } from '../blobs/stage.ts';
import type { Core } from '../core.ts';
import { type UploadRow, UploadTable } from '../db/tables/file.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { NotFound, Unauthenticated, UploadNotReady } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { getNamespace } from '../namespaces/repository.ts';
import { authorizeUpload } from '../packages/publish-target.ts';
import { checkRoom, checkUploadRoom, type Room, stageWithin } from '../packages/room.ts';
import type { DigestName } from '../storage/digests.ts';
import type { StageOptions } from '../storage/stage.ts';
import { fillUpload } from './filled.ts';

export type { UploadRow };

/** The actor's own upload that has not expired; throws NotFound, Unauthenticated. */
export async function getUpload(core: Core, manager: EntityManager, actor: Actor, id: string): Promise<UploadRow> {
  const principal = principalId(actor);
  if (principal === undefined) throw new Unauthenticated();
  const row = await manager.findOne(UploadTable, { where: { id, principalId: principal } });
  if (!row || row.expiresAt <= core.clock.now()) throw new NotFound('Upload', 'There is no such upload, or it has expired.');
  return row;
}

/** What to compute of an upload's bytes; undefined: everything, since they may become a file of any format. */
export function digestsOf(core: Core, { format }: UploadRow): readonly DigestName[] | undefined {
  return format === null ? undefined : core.formats.get(format).digests;
}

/**
 * The actor's own upload that was opened for a certain package of a namespace; it is looked up while the caller sees to the actor's right to publish that. Throws NotFound for
 * any other, Unauthenticated, and before those what the caller finds.
 */
export async function getUploadOf(core: Core, actor: Actor, id: string, target: Promise<{ namespace: NamespaceRow; format: Format; name: string }>): Promise<WritableUpload> {
  const finding = getUpload(core, core.database.reads, actor, id);
  finding.catch(() => {});
  const { namespace, format, name } = await target;
  const row = await finding;
  const isOfPackage = row.namespaceId === namespace.id && row.format === format.id && row.packageName === format.normalizeName(name);
  if (!isOfPackage) throw new NotFound('Upload', 'There is no such upload, or it has expired.');
  return { row, namespace, owner: { format, name } };
}

/** An upload to which the actor may add, and where it will be published. */
export interface WritableUpload {
  row: UploadRow;
  namespace: NamespaceRow;
  /** Of which package it is, where it was opened for one. */
  owner: { format: Format; name: string } | undefined;
}

/**
 * The actor's own upload, and where it will be published: whatever changes an upload begins with this. It may have been opened with another credential, or
 * before the right was taken away. Throws NotFound, and what authorisation throws.
 */
export async function getWritableUpload(core: Core, actor: Actor, id: string): Promise<WritableUpload> {
  const { reads } = core.database;
  const row = await getUpload(core, reads, actor, id);
  const namespace = await getNamespace(reads, row.namespaceId);
  const owner = row.format === null || row.packageName === null ? undefined : { format: core.formats.get(row.format), name: row.packageName };
  await authorizeUpload(reads, actor, namespace, owner);
  return { row, namespace, owner };
}

/**
 * For how many bytes of an upload there is room now: as the settings say for a file of its package, where it was opened for one, and never for more than `limitBytes`.
 * Throws FileTooLarge and QuotaExceeded.
 */
export function checkRoomFor(core: Core, { namespace, owner }: WritableUpload, limitBytes: number, atLeastBytes?: number): Promise<Room> {
  return owner ? checkRoom(core, namespace, { ...owner, isHeld: true, maxBytes: limitBytes }, atLeastBytes) : checkUploadRoom(core, namespace, limitBytes, atLeastBytes);
}

/** What is an upload's id, or the upload where the actor's right to it has just been seen to. Throws what {@link getWritableUpload} throws. */
export async function writable(core: Core, actor: Actor, upload: string | WritableUpload): Promise<WritableUpload> {
  return typeof upload === 'string' ? getWritableUpload(core, actor, upload) : upload;
}

/**
 * Takes the bytes of an upload as a whole, once. Throws UploadNotReady where it has them already, or some of them, NotFound, QuotaExceeded, what
 * authorisation and what staging throws; after a failure the bytes may be sent again.
 */
export async function receiveUpload(core: Core, actor: Actor, given: string | WritableUpload, body: AsyncIterable<Uint8Array>, options: StageOptions): Promise<UploadRow> {
  const upload = await writable(core, actor, given);
  const { row } = upload;
  checkEmpty(row);
  const room = await checkRoomFor(core, upload, options.limitBytes, options.expectedBytes);
  const object = await stageWithin(core, room, body, { ...options, digests: digestsOf(core, row), keepMs: row.expiresAt - core.clock.now() });
  const isFilled = await core.database.tx((tx) => fillUpload(tx, row, object));
  if (isFilled) return { ...row, objectKey: object.key, sizeBytes: object.sizeBytes, receivedBytes: object.sizeBytes, ...object.digests };
  await discardStaged(core, [object]);
  checkEmpty(await getUpload(core, core.database.reads, actor, row.id));
  throw new UploadNotReady('Another request to this upload was faster; send it again.');
}

function checkEmpty({ objectKey, receivedBytes }: UploadRow): void {
  if (objectKey !== null) throw new UploadNotReady('This upload has its bytes already.');
  if (receivedBytes > 0) throw new UploadNotReady(`${receivedBytes} bytes of this upload have arrived in chunks; send the rest so, too.`);
}
