import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { affected } from '../db/upsert.ts';
import { UploadNotReady } from '../errors.ts';
import { type HoldTarget, holdContent } from '../packages/hold-content.ts';
import type { StagedObject } from '../storage/digests.ts';
import type { UploadRow } from '../db/tables/file.ts';
import { stagedObjectOf } from './filled.ts';

/**
 * Holds the content of an upload that has all its bytes for the package that it was opened for; the upload is used up. Throws UploadNotReady where another
 * request was faster, and what authorisation throws.
 */
export async function holdUpload(core: Core, actor: Actor, target: HoldTarget, row: UploadRow): Promise<StagedObject> {
  const object = stagedObjectOf(row);
  await holdContent(core, actor, target, object, async (tx) => {
    const used = await affected(tx, 'DELETE FROM upload_session WHERE id = ?', [row.id]);
    if (used === 0) throw new UploadNotReady('Another request has ended this upload already.');
  });
  return object;
}
