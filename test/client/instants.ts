import type { Registry } from '../support/app.ts';

/**
 * Takes the time at a registry. What it returns tells whether an instant lies between then and now, to the second, which is what HTTP
 * has; where the clock stands still, that is the one instant.
 */
export function sinceNow({ core: { clock } }: Registry): (instant: unknown) => boolean {
  const start = clock.now();
  return (instant) => {
    const at = Date.parse(String(instant));
    return at >= start - (start % 1000) && at <= clock.now();
  };
}

/** Writes `<today>` for the days of now and of a minute ago, where no time of day comes after them. */
export function withoutToday(nowMs: number, text: string): string {
  const days = [nowMs, nowMs - 60_000].map((ms) => new Date(ms).toISOString().slice(0, 10));
  return text.replace(new RegExp(`\\b(?:${days.join('|')})(?!T)`, 'g'), '<today>');
}
