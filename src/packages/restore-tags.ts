import type { EntityManager } from 'typeorm';
import type { JsonObject } from '../formats/format.ts';
import { mayFollow } from '../protection/check.ts';
import type { Guard } from '../protection/guard.ts';
import { pointTag } from './tag.ts';

/** What is restored. */
export interface Restored {
  versionIds: ReadonlySet<string>;
  /** When it was deleted, all of it at once. */
  deletedAt: number;
}

/**
 * Gives versions the tags back that their deletion took from them, as its event tells. A tag that was set since stays where it is; the
 * default tag, which moves on by itself, comes back only where nothing moved it after that; one that is protected against the actor does
 * not. The caller holds the package's lock.
 */
export async function restoreTags(tx: EntityManager, guard: Guard, { versionIds, deletedAt }: Restored, now: number): Promise<void> {
  const { packageId } = guard;
  const events: { payload: string }[] = await tx.query(
    "SELECT payload FROM event WHERE occurred_at = ? AND package_id = ? AND type IN ('VERSION_DELETED', 'PACKAGE_DELETED', 'FILE_DELETED') ORDER BY id",
    [deletedAt, packageId],
  );
  for (const [name, versionId] of events.flatMap(tagsOf)) {
    if (!versionIds.has(versionId)) continue;
    const [tag]: { updatedAt: number }[] = await tx.query('SELECT updated_at AS updatedAt FROM tag WHERE package_id = ? AND name = ?', [packageId, name]);
    const isFree = tag === undefined || Number(tag.updatedAt) === deletedAt;
    if (isFree && (await mayFollow(tx, guard, name))) await pointTag(tx, packageId, name, versionId, now);
  }
}

/** Events of earlier releases tell no tags. */
function tagsOf({ payload }: { payload: string }): [string, string][] {
  const { tags } = JSON.parse(payload) as JsonObject;
  return typeof tags === 'object' && tags !== null && !Array.isArray(tags) ? (Object.entries(tags) as [string, string][]) : [];
}
