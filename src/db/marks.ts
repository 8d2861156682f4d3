import type { EntityManager } from 'typeorm';
import type { MarkName } from './tables/mark.ts';
import { forUpdate } from './upsert.ts';

/** Half a registry is in the database: an import into it did not come to its end. */
export class HalfImported extends Error {
  readonly code = 'HALF_IMPORTED';
  constructor(beganAt: number) {
    super(
      `An import into this database that began at ${new Date(beganAt).toISOString()} has not come to its end. If it does not run any more, run "entrepot import" again, or use an empty database.`,
    );
  }
}

/** The instant of a mark; null where it is not set. */
export async function readMark(manager: EntityManager, name: MarkName): Promise<number | null> {
  return instantOf(await manager.query('SELECT instant FROM mark WHERE name = ?', [name]));
}

/** The same within a transaction, which has the mark to itself from then on. */
export async function lockMark(tx: EntityManager, name: MarkName): Promise<number | null> {
  return instantOf(await tx.query(`SELECT instant FROM mark WHERE name = ?${forUpdate(tx)}`, [name]));
}

/** Sets a mark, or takes it away. */
export async function setMark(tx: EntityManager, name: MarkName, instant: number | null): Promise<void> {
  await tx.query('UPDATE mark SET instant = ? WHERE name = ?', [instant, name]);
}

/** Throws HalfImported where an import has not come to its end. With `lockMark`, in a transaction, none begins before that ends. */
export async function expectWhole(manager: EntityManager, read: typeof readMark = readMark): Promise<void> {
  const beganAt = await read(manager, 'import-began');
  if (beganAt !== null) throw new HalfImported(beganAt);
}

function instantOf([row]: { instant: number | null }[]): number | null {
  return row?.instant ?? null;
}
