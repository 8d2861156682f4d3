import { dayMs, dayOf } from '../days.ts';
import { InvalidInput } from '../errors.ts';

/** What downloads are told apart by. */
export const downloadGroupings = ['DAY', 'VERSION'] as const;
export type DownloadGrouping = (typeof downloadGroupings)[number];

/** Days by which downloads may be grouped at once: a leap year. */
export const maxGroupedDays = 366;

/** Which downloads are wanted: days since 1970-01-01 UTC, both included. */
export interface DownloadRange {
  fromDay: number | undefined;
  toDay: number | undefined;
  groupBy: DownloadGrouping | undefined;
}

export interface DownloadArguments {
  /** Milliseconds since the epoch, as `to`; the whole day counts. */
  from?: number | null | undefined;
  to?: number | null | undefined;
  groupBy?: DownloadGrouping | null | undefined;
}

/**
 * Reads the arguments. By day there is always a beginning, the latest that is allowed where none is given. Throws InvalidInput where
 * the end comes before the beginning, or there are more days than may be told one by one.
 */
export function downloadRange({ from, to, groupBy }: DownloadArguments, nowMs: number): DownloadRange {
  if (typeof from === 'number' && typeof to === 'number' && to < from) throw new InvalidInput('to', 'The range ends before it begins.');
  const fromDay = typeof from === 'number' ? dayOf(from) : undefined;
  const toDay = typeof to === 'number' ? dayOf(to) : undefined;
  const range = { fromDay, toDay, groupBy: groupBy ?? undefined };
  if (groupBy !== 'DAY') return range;
  const first = (toDay ?? dayOf(nowMs)) - maxGroupedDays + 1;
  if (fromDay !== undefined && fromDay < first) throw new InvalidInput('from', `Downloads are told by day for at most ${maxGroupedDays} days at once.`);
  return { ...range, fromDay: fromDay ?? first };
}

/** The instant at which a day begins. */
export function startOfDay(day: number): number {
  return day * dayMs;
}
