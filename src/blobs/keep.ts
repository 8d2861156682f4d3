import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { lockMark, setMark } from '../db/marks.ts';

/** For so long the sweep removes no blob after it was last told not to: a copy that dies keeps nothing for longer. */
const keptForMs = 15 * 60 * 1000;

/**
 * Runs `work` while no sweep of any process removes a blob, so that what the database names at one instant can be copied after it. What no blob
 * has yet (uploads that were given up) is removed as ever. Throws where the database could not be reached for so long that this did not hold all the time.
 */
export async function keepingBlobs<T>(database: Database, clock: Clock, work: () => Promise<T>): Promise<T> {
  let keptUntil = Infinity;
  let hasLapsed = false;
  const keep = () =>
    database.tx(async (tx) => {
      const now = clock.now();
      const until = Math.max((await lockMark(tx, 'blobs-kept-until')) ?? 0, now + keptForMs);
      await setMark(tx, 'blobs-kept-until', until);
      hasLapsed ||= now > keptUntil;
      keptUntil = until;
    });
  await keep();
  // It is tried again in time.
  const renewal = setInterval(() => void keep().catch(() => undefined), keptForMs / 5);
  try {
    const result = await work();
    if (hasLapsed || clock.now() > keptUntil) throw new Error('The database could not be reached for a while, so content may have been removed that should have been copied. Begin again.');
    return result;
  } finally {
    // Others may be copying as well, so nobody takes the mark away: it runs out.
    clearInterval(renewal);
  }
}
