import type { EntityManager } from 'typeorm';
import type { UploadRow } from '../db/tables/file.ts';
import { affected } from '../db/upsert.ts';
import { UploadNotReady } from '../errors.ts';
import type { StagedObject } from '../storage/digests.ts';

/** Gives an upload its object; returns whether it did: not where it has one already, or not just these bytes have arrived in chunks, or it is gone. */
export async function fillUpload(tx: EntityManager, { id, receivedBytes }: UploadRow, { key, sizeBytes, digests }: StagedObject): Promise<boolean> {
  const { md5, sha1, sha256, sha512 } = digests;
  const taken = await affected(
    tx,
    'UPDATE upload_session SET object_key = ?, size_bytes = ?, md5 = ?, sha1 = ?, sha256 = ?, sha512 = ?, received_bytes = ? WHERE id = ? AND object_key IS NULL AND received_bytes = ?',
    [key, sizeBytes, md5, sha1, sha256, sha512, sizeBytes, id, receivedBytes],
  );
  return taken > 0;
}

/** The object of an upload; throws UploadNotReady where its bytes have not all arrived. */
export function stagedObjectOf(row: UploadRow): StagedObject {
  const { objectKey: key, sizeBytes, md5, sha1, sha256, sha512 } = row;
  if (key === null || sizeBytes === null || sha256 === null) {
    throw new UploadNotReady(`The bytes of ${row.fileName} have not all arrived; send them to the upload's URL first.`);
  }
  return { key, sizeBytes, digests: { md5, sha1, sha256, sha512 } };
}
