import { isDatabaseAway, isDatabaseFull } from './db/driver-errors.ts';
import { EntrepotError, StorageFull, Unavailable } from './errors.ts';

/**
 * The failure of the catalogue that an error is, or stands for: what the database says when it is away or full becomes an outage. Undefined for
 * what nobody expected.
 */
export function expectedFailure(error: unknown): EntrepotError | undefined {
  if (error instanceof EntrepotError) return error;
  if (isDatabaseFull(error)) return new StorageFull('The database has no room left; nothing can be written until its operator makes some.', { cause: error });
  if (isDatabaseAway(error)) return new Unavailable('The database cannot be reached at the moment; try again in a while.', { cause: error });
  return undefined;
}
