import { dayMs } from '../days.ts';
import { matchesRegex } from '../settings/pattern.ts';
import type { PolicyRules } from './policy.ts';

/** A live version, with all that decides whether it may go. */
export interface Candidate {
  id: string;
  /** As it is displayed. */
  version: string;
  normalizedVersion: string;
  /** Milliseconds since the epoch, as `lastDownloadedAt`. */
  publishedAt: number;
  /** Of any of its files; null: never. */
  lastDownloadedAt: number | null;
  sizeBytes: number;
  isTagged: boolean;
  /** Whether a protection rule forbids the registry itself to delete it. */
  isProtected: boolean;
}

export type Criteria = Pick<PolicyRules, 'keepNewest' | 'olderThanDays' | 'notDownloadedForDays' | 'removePattern' | 'keepPattern'>;

/**
 * Which versions of a package may go at an instant, by id: those for which all criteria say so. Takes all live versions of the
 * package. The newest are those published last; of one instant, those with the greatest id. What goes never changes what else may
 * go, so a package may be cleaned up in several steps.
 */
export function selectRemovable<Version extends Candidate>(criteria: Criteria, versions: readonly Version[], nowMs: number): Version[] {
  const newestFirst = [...versions].sort((a, b) => b.publishedAt - a.publishedAt || (a.id < b.id ? 1 : -1));
  return newestFirst
    .slice(criteria.keepNewest)
    .filter((version) => mayGo(criteria, version, nowMs))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function mayGo({ olderThanDays, notDownloadedForDays, removePattern, keepPattern }: Criteria, version: Candidate, nowMs: number): boolean {
  if (version.isTagged || version.isProtected) return false;
  if (olderThanDays !== null && !isBefore(version.publishedAt, olderThanDays, nowMs)) return false;
  if (notDownloadedForDays !== null && !isBefore(version.lastDownloadedAt ?? version.publishedAt, notDownloadedForDays, nowMs)) return false;
  if (removePattern !== null && !matchesRegex(removePattern, version.version)) return false;
  return keepPattern === null || !matchesRegex(keepPattern, version.version);
}

/** Whether an instant is more than so many days ago. */
function isBefore(instantMs: number, days: number, nowMs: number): boolean {
  return nowMs - instantMs > days * dayMs;
}

/** Why a version that was selected may go, for people. */
export function reasonFor({ keepNewest, olderThanDays, notDownloadedForDays, removePattern }: Criteria): string {
  const reasons = [
    ...(keepNewest > 0 ? [keepNewest === 1 ? 'not the newest' : `not among the ${keepNewest} newest`] : []),
    ...(olderThanDays !== null ? [`older than ${days(olderThanDays)}`] : []),
    ...(notDownloadedForDays !== null ? [`not downloaded for ${days(notDownloadedForDays)}`] : []),
    ...(removePattern !== null ? [`matches ${removePattern}`] : []),
  ];
  return reasons.join(', ');
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
