import { type Actor, principalId } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { type UploadRow, UploadTable } from '../db/tables/file.ts';
import { InvalidInput, Unauthenticated } from '../errors.ts';
import { newId } from '../ids.ts';
import { getUploadTarget } from '../packages/publish-target.ts';

/** Bytes sent ahead may wait this long for their publish, in milliseconds. */
export const uploadLifetimeMs = 24 * 60 * 60 * 1000;

/**
 * Opens an upload: a place to PUT the bytes of one file before `publishPackage`. Throws InvalidInput and what
 * authorisation throws.
 */
export async function createUpload(core: Core, actor: Actor, input: { namespacePath: string; fileName: string }): Promise<UploadRow> {
  const { fileName } = input;
  if (fileName.length === 0 || fileName.length > 512) throw new InvalidInput('fileName', 'A file name has 1 to 512 characters.');
  const namespace = await getUploadTarget(core, actor, input.namespacePath);
  const principal = principalId(actor);
  if (principal === undefined) throw new Unauthenticated();
  const now = core.clock.now();
  const row: UploadRow = {
    id: newId('upload', now),
    namespaceId: namespace.id,
    principalId: principal,
    fileName,
    objectKey: null,
    sizeBytes: null,
    md5: null,
    sha1: null,
    sha256: null,
    sha512: null,
    receivedBytes: 0,
    partCount: 0,
    lengthBytes: null,
    turn: 0,
    createdAt: now,
    expiresAt: now + uploadLifetimeMs,
  };
  await core.database.tx((tx) => tx.insert(UploadTable, row));
  return row;
}
