import type { EntityManager } from 'typeorm';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { lockMark, setMark } from '../db/marks.ts';

/** For so long the sweep removes no blob after it was last told not to: a copy that dies keeps nothing for longer. */
const keptForMs = 15 * 60 * 1000;
/** A mark that is farther ahead was set by a clock that is wrong, and means nothing. */
const farthestMs = 60 * 60 * 1000;

/** Until when blobs are kept, by the mark, which the caller has locked by this. In the past: they are not. */
export async function lockKeptUntil(tx: EntityManager, now: number): Promise<number> {
  const until = (await lockMark(tx, 'blobs-kept-until')) ?? 0;
  return until <= now + farthestMs ? until : 0;
}

/**
 * Runs `work` while no sweep of any process removes a blob, so that what the database names at one instant can be copied after it. What no blob
 * has yet (uploads that were given up) is removed as ever. `expectKept` throws where the database could not be reached for so long that this did not hold all the
 * time; it is called when `work` is done, and by it before it gives anybody what must be whole.
 */
export async function keepingBlobs<T>(database: Database, clock: Clock, work: (expectKept: () => void) => Promise<T>): Promise<T> {
  let keptUntil = Infinity;
  let hasLapsed = false;
  const keep = () =>
    database.tx(async (tx) => {
      const now = clock.now();
      const until = Math.max(await lockKeptUntil(tx, now), now + keptForMs);
      await setMark(tx, 'blobs-kept-until', until);
      hasLapsed ||= now > keptUntil;
      keptUntil = until;
    });
  const expectKept = () => {
    if (hasLapsed || clock.now() > keptUntil) throw new Error('The database could not be reached for a while, so content may have been removed that should have been copied. Begin again.');
  };
  await keep();
  // It is tried again in time.
  const renewal = setInterval(() => void keep().catch(() => undefined), keptForMs / 5);
  try {
    const result = await work(expectKept);
    expectKept();
    return result;
  } finally {
    // Others may be copying as well, so nobody takes the mark away: it runs out.
    clearInterval(renewal);
  }
}
