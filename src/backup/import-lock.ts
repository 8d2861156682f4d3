import type { EntityManager } from 'typeorm';
import type { Database } from '../db/database.ts';
import { lockMark, setMark } from '../db/marks.ts';
import { expectEmpty, removeBirthRows, truncateAll } from './empty.ts';

/** Somebody else is importing into the database. */
export class ImportRuns extends Error {
  readonly code = 'IMPORT_RUNS';
}

/** Runs a piece of the import in a transaction. */
export type Step = (work: (tx: EntityManager) => Promise<void>) => Promise<void>;

/** Locks are of the whole server, so the name has the database in it; at most 64 characters. */
const lockName = "LEFT(CONCAT('entrepot.import.', DATABASE()), 64)";

/**
 * Runs `fill` over an empty database so that either all of it is there in the end, or nothing that anybody could take for a registry. Throws
 * NotEmpty, ImportRuns and what `fill` throws.
 *
 * On SQLite it is one transaction. On MySQL that would be too large for some servers (clusters bound it) and take as long again to roll back, so there it is
 * many small ones below a mark: while that is set no server starts on the database, and the next import begins by emptying it.
 */
export async function inOneGo(database: Database, now: number, fill: (step: Step) => Promise<void>): Promise<void> {
  if (database.dialect === 'sqlite') return database.tx((tx) => fillAtOnce(tx, fill));
  await using runner = database.writer.createQueryRunner();
  const [row] = await runner.query(`SELECT GET_LOCK(${lockName}, 0) AS held`);
  if (Number(row.held) !== 1) throw new ImportRuns('Another import into this database is running.');
  try {
    await begin(database, now);
    await fill((work) => database.tx(work));
    await database.tx((tx) => setMark(tx, 'import-began', null));
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(${lockName})`).catch(() => undefined);
  }
}

async function fillAtOnce(tx: EntityManager, fill: (step: Step) => Promise<void>): Promise<void> {
  await expectEmpty(tx);
  await removeBirthRows(tx);
  await fill((work) => work(tx));
}

/** The first administrator of a server that starts now is made under the lock of the mark as well: either it finds the mark, or it is found. */
async function begin(database: Database, now: number): Promise<void> {
  const hasBegun = await database.tx(async (tx) => {
    if ((await lockMark(tx, 'import-began')) !== null) return true;
    await expectEmpty(tx);
    await setMark(tx, 'import-began', now);
    return false;
  });
  if (hasBegun) await truncateAll(database);
  else await database.tx(removeBirthRows);
}
