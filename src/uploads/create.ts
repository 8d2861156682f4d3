import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { type UploadRow, UploadTable } from '../db/tables/file.ts';
import { InvalidInput, Unauthenticated } from '../errors.ts';
import { newId } from '../ids.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';

/** Bytes sent ahead may wait this long for their publish, in milliseconds. */
export const uploadLifetimeMs = 24 * 60 * 60 * 1000;

/**
 * Opens an upload: a place to PUT the bytes of one file before `publishPackage`. Throws InvalidInput and what
 * authorisation throws.
 */
export async function createUpload(core: Core, actor: Actor, input: { namespacePath: string; fileName: string }): Promise<UploadRow> {
  const { fileName } = input;
  if (fileName.length === 0 || fileName.length > 512) throw new InvalidInput('fileName', 'A file name has 1 to 512 characters.');
  const namespace = await getVisibleNamespace(core, actor, input.namespacePath);
  authorize(actor, 'PUBLISH', namespace);
  if (!actor.user) throw new Unauthenticated();
  const now = core.clock.now();
  const row: UploadRow = {
    id: newId('upload', now),
    namespaceId: namespace.id,
    userId: actor.user.id,
    fileName,
    objectKey: null,
    sizeBytes: null,
    md5: null,
    sha1: null,
    sha256: null,
    sha512: null,
    createdAt: now,
    expiresAt: now + uploadLifetimeMs,
  };
  await core.database.tx((tx) => tx.insert(UploadTable, row));
  return row;
}
