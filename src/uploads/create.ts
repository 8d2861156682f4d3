import { type Actor, principalId } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { type UploadRow, UploadTable } from '../db/tables/file.ts';
import { InvalidInput, Unauthenticated } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Format } from '../formats/format.ts';
import { getPublishTarget, getUploadTarget } from '../packages/publish-target.ts';

/** Bytes sent ahead may wait this long for their publish, in milliseconds. */
export const uploadLifetimeMs = 24 * 60 * 60 * 1000;

/** Where an upload will be published, and as what. */
export interface NewUpload {
  namespacePath: string;
  fileName: string;
  /** Of which package, where that is known: then it takes the right to publish that one. */
  package?: { format: Format; name: string };
}

/**
 * Opens an upload: a place to PUT the bytes of one file before `publishPackage`. Throws InvalidInput, Protected and what
 * authorisation throws.
 */
export async function createUpload(core: Core, actor: Actor, { namespacePath, fileName, package: owner }: NewUpload): Promise<UploadRow> {
  if (fileName.length === 0 || fileName.length > 512) throw new InvalidInput('fileName', 'A file name has 1 to 512 characters.');
  const namespace = owner ? await getPublishTarget(core, actor, namespacePath, owner) : await getUploadTarget(core, actor, namespacePath);
  const principal = principalId(actor);
  if (principal === undefined) throw new Unauthenticated();
  const now = core.clock.now();
  const row: UploadRow = {
    id: newId('upload', now),
    namespaceId: namespace.id,
    principalId: principal,
    fileName,
    format: owner?.format.id ?? null,
    packageName: owner ? owner.format.normalizeName(owner.name) : null,
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
  await core.database.single((tx) => tx.insert(UploadTable, row));
  return row;
}
