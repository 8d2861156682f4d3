import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import { discardStaged } from '../blobs/stage.ts';
import type { Core } from '../core.ts';
import { type UploadRow, UploadTable } from '../db/tables/file.ts';
import { affected } from '../db/upsert.ts';
import { NotFound, Unauthenticated, UploadNotReady } from '../errors.ts';
import { getNamespace } from '../namespaces/repository.ts';
import { authorizeUpload } from '../packages/publish-target.ts';
import { checkUploadRoom, stageWithin } from '../packages/room.ts';
import type { StageOptions } from '../storage/stage.ts';

/** The actor's own upload that has not expired; throws NotFound, Unauthenticated. */
export async function getUpload(core: Core, manager: EntityManager, actor: Actor, id: string): Promise<UploadRow> {
  const principal = principalId(actor);
  if (principal === undefined) throw new Unauthenticated();
  const row = await manager.findOne(UploadTable, { where: { id, principalId: principal } });
  if (!row || row.expiresAt <= core.clock.now()) throw new NotFound('Upload', 'There is no such upload, or it has expired.');
  return row;
}

/**
 * Takes the bytes of an upload, once. Throws UploadNotReady where it has them already, NotFound, QuotaExceeded, what authorisation and what
 * staging throws; after a failure the bytes may be sent again.
 */
export async function receiveUpload(core: Core, actor: Actor, id: string, body: AsyncIterable<Uint8Array>, options: StageOptions): Promise<UploadRow> {
  const row = await getUpload(core, core.database.reads, actor, id);
  const namespace = await getNamespace(core.database.reads, row.namespaceId);
  // It may have been opened with another credential, or before the right was taken away.
  await authorizeUpload(core.database.reads, actor, namespace);
  if (row.objectKey !== null) throw new UploadNotReady('This upload has its bytes already.');
  const room = await checkUploadRoom(core, namespace, options.limitBytes, options.expectedBytes);
  const object = await stageWithin(core, room, body, { ...options, keepMs: row.expiresAt - core.clock.now() });
  const { md5, sha1, sha256, sha512 } = object.digests;
  const taken = await core.database.tx((tx) =>
    affected(
      tx,
      'UPDATE upload_session SET object_key = ?, size_bytes = ?, md5 = ?, sha1 = ?, sha256 = ?, sha512 = ? WHERE id = ? AND object_key IS NULL',
      [object.key, object.sizeBytes, md5, sha1, sha256, sha512, id],
    ),
  );
  if (taken === 0) {
    await discardStaged(core, [object]);
    throw new UploadNotReady('This upload has its bytes already.');
  }
  return { ...row, objectKey: object.key, sizeBytes: object.sizeBytes, ...object.digests };
}
