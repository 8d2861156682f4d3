const firstMs = 10_000;

/** The longest pause between two attempts. */
export const longestPauseMs = 60 * 60 * 1000;

/**
 * How long to wait after so many failures in a row, 1 or more: 10 s, then twice as long each time, up to an hour; each between half of
 * that and all of it, so that what failed together does not come back together.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const fullMs = Math.min(longestPauseMs, firstMs * 2 ** (failures - 1));
  return Math.round(fullMs * (0.5 + random() / 2));
}
