import type { EntityManager } from 'typeorm';
import { mayFollow } from '../protection/check.ts';
import type { Guard } from '../protection/guard.ts';
import { takeTags } from './buried-tags.ts';
import { pointTag } from './tag.ts';

/** What is restored. */
export interface Restored {
  versionIds: ReadonlySet<string>;
  /** When it was deleted, all of it at once. */
  deletedAt: number;
}

/**
 * Gives versions the tags back that their deletion took from them. A tag that was set since stays where it is; the
 * default tag, which moves on by itself, comes back only where nothing moved it after that; one that is protected against the actor does
 * not. The caller holds the package's lock.
 */
export async function restoreTags(tx: EntityManager, guard: Guard, { versionIds, deletedAt }: Restored, now: number): Promise<void> {
  const { packageId } = guard;
  for (const [name, versionId] of await takeTags(tx, packageId, versionIds, deletedAt)) {
    const [tag]: { updatedAt: number }[] = await tx.query('SELECT updated_at AS updatedAt FROM tag WHERE package_id = ? AND name = ?', [packageId, name]);
    const isFree = tag === undefined || Number(tag.updatedAt) === deletedAt;
    if (isFree && (await mayFollow(tx, guard, name))) await pointTag(tx, packageId, name, versionId, now);
  }
}
