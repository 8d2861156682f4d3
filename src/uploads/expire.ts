import type { Core } from '../core.ts';
import { removeUpload } from './remove.ts';

const batch = 100;

/** Removes uploads that were never published; their bytes are entered for removal since they came, and what came in chunks goes at once. */
export async function removeExpiredUploads(core: Core, now: number): Promise<void> {
  for (;;) {
    const inParts: { id: string }[] = await core.database.reads.query(`SELECT id FROM upload_session WHERE expires_at <= ? AND part_count > 0 LIMIT ${batch}`, [now]);
    for (const { id } of inParts) await removeUpload(core, id);
    if (inParts.length < batch) break;
  }
  await core.database.tx((tx) => tx.query('DELETE FROM upload_session WHERE expires_at <= ?', [now]));
}
