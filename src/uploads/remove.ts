import type { Actor } from '../access/actor.ts';
import { removeSoon } from '../blobs/discard.ts';
import type { Core } from '../core.ts';
import { forUpdate } from '../db/upsert.ts';
import { getWritableUpload } from './receive.ts';

/** Ends the actor's upload: what arrived of it goes, and what is still on its way comes too late. Throws NotFound, and what authorisation throws. */
export async function cancelUpload(core: Core, actor: Actor, id: string): Promise<void> {
  await getWritableUpload(core, actor, id);
  await removeUpload(core, id);
}

/**
 * Removes an upload, if it is there. Its parts go with the next sweep; its object, which a publish may be reading, when its time is over, as it
 * was entered for removal before its first byte.
 */
export async function removeUpload(core: Core, id: string, { unlessFilled = false } = {}): Promise<void> {
  core.growing.drop(id);
  await core.database.tx(async (tx) => {
    const [row]: { object_key: string | null }[] = await tx.query(`SELECT object_key FROM upload_session WHERE id = ?${forUpdate(tx)}`, [id]);
    if (!row || (unlessFilled && row.object_key !== null)) return;
    const parts: { object_key: string }[] = await tx.query('SELECT object_key FROM upload_part WHERE upload_id = ?', [id]);
    await removeSoon(tx, parts.map((part) => part.object_key));
    await tx.query('DELETE FROM upload_session WHERE id = ?', [id]);
  });
}
