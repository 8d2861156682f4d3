import type { Core } from '../core.ts';

/** Removes uploads that were never published; their bytes are entered for removal since they came. */
export async function removeExpiredUploads(core: Core, now: number): Promise<void> {
  await core.database.tx((tx) => tx.query('DELETE FROM upload_session WHERE expires_at <= ?', [now]));
}
