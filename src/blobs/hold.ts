import type { EntityManager } from 'typeorm';
import type { Core } from '../core.ts';
import { affected, placeholders, upsert } from '../db/upsert.ts';
import { beginGrace } from './adopt.ts';

/** Content that no version has come to name is let go after this long, in milliseconds. */
export const holdMs = 24 * 60 * 60 * 1000;

const batch = 500;

/** A package, be it there or not: content may come before the first version that names it. */
export interface HoldingPackage {
  namespaceId: string;
  /** Id of the format. */
  format: string;
  normalizedName: string;
}

const isOf = 'namespace_id = ? AND format = ? AND normalized_name = ?';

function keyOf({ namespaceId, format, normalizedName }: HoldingPackage): string[] {
  return [namespaceId, format, normalizedName];
}

/** Holds a blob, which the caller has locked (`adoptBlobs`), for a package from now on: the sweep leaves it alone, and readers of the package find it. */
export async function hold(tx: EntityManager, owner: HoldingPackage, sha256: string, now: number): Promise<void> {
  await upsert(
    tx,
    'held_content',
    { namespace_id: owner.namespaceId, format: owner.format, normalized_name: owner.normalizedName, sha256, held_at: now, expires_at: now + holdMs },
    ['namespace_id', 'format', 'normalized_name', 'sha256'],
    { expires_at: 'new.expires_at' },
  );
}

/** Holds blobs for a package no longer; returns how many were held. */
export async function release(tx: EntityManager, owner: HoldingPackage, sha256s: readonly string[]): Promise<number> {
  if (sha256s.length === 0) return 0;
  return affected(tx, `DELETE FROM held_content WHERE ${isOf} AND sha256 IN (${placeholders(sha256s)})`, [...keyOf(owner), ...sha256s]);
}

/** Those of these blobs that are held for a package. */
export async function listHeld(tx: EntityManager, owner: HoldingPackage, sha256s: readonly string[], now: number): Promise<string[]> {
  if (sha256s.length === 0) return [];
  const rows: { sha256: string }[] = await tx.query(
    `SELECT sha256 FROM held_content WHERE ${isOf} AND expires_at > ? AND sha256 IN (${placeholders(sha256s)})`,
    [...keyOf(owner), now, ...sha256s],
  );
  return rows.map(({ sha256 }) => sha256);
}

/** Lets go of what was held for long enough; its blobs go with the sweep, after its grace, unless something else names them. */
export async function removeExpiredHolds(core: Core, now: number): Promise<void> {
  for (;;) {
    const expired: { sha256: string }[] = await core.database.reads.query(`SELECT DISTINCT sha256 FROM held_content WHERE expires_at <= ? LIMIT ${batch}`, [now]);
    if (expired.length === 0) return;
    const sha256s = expired.map(({ sha256 }) => sha256);
    await core.database.tx(async (tx) => {
      await beginGrace(tx, sha256s, now);
      await tx.query(`DELETE FROM held_content WHERE expires_at <= ? AND sha256 IN (${placeholders(sha256s)})`, [now, ...sha256s]);
    });
  }
}
