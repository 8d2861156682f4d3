/** Milliseconds of a day. */
export const dayMs = 24 * 60 * 60 * 1000;

/** The day of an instant: whole days since 1970-01-01, in UTC. */
export function dayOf(instantMs: number): number {
  return Math.floor(instantMs / dayMs);
}
