import { dayMs } from '../days.ts';
import type { Bond } from '../packages/bonds.ts';
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
 * Which versions of a package may go at an instant: those for which all criteria say so, and which nothing that stays hangs on. Takes all live
 * versions of the package, and how they hang together. The newest are those published last; of one instant, those with the greatest id. What
 * goes never changes what else may go, so a package may be cleaned up in several steps: by id, but none before one that needs it.
 */
export function selectRemovable<Version extends Candidate>(criteria: Criteria, versions: readonly Version[], nowMs: number, bonds: readonly Bond[] = []): Version[] {
  const newestFirst = [...versions].sort((a, b) => b.publishedAt - a.publishedAt || (a.id < b.id ? 1 : -1));
  const going = newestFirst.slice(criteria.keepNewest).filter((version) => !version.isTagged && !version.isProtected && mayGo(criteria, version, nowMs));
  const mayGoNow = new Set(going);
  const kept = keptWith(newestFirst.filter((version) => !mayGoNow.has(version)), bonds);
  return inOrder(going.filter(({ id }) => !kept.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1)), bonds);
}

/** The ids of versions that stay, and of all that stay with them: what they need, what they are about, and what is about them. */
function keptWith(staying: readonly Candidate[], bonds: readonly Bond[]): Set<string> {
  const kept = new Set(staying.map(({ id }) => id));
  const ways = bonds.flatMap(({ versionId, kind, otherId }) => [{ from: versionId, to: otherId }, ...(kind === 'about' ? [{ from: otherId, to: versionId }] : [])]);
  const next = Map.groupBy(ways, ({ from }) => from);
  // A set that grows is walked to its new end.
  for (const id of kept) for (const { to } of next.get(id) ?? []) kept.add(to);
  return kept;
}

/** Puts each version behind those that need it, and behind the one that it is about. */
function inOrder<Version extends Candidate>(versions: readonly Version[], bonds: readonly Bond[]): Version[] {
  const left = new Map(versions.map((version) => [version.id, version]));
  const steps = bonds.map(({ versionId, kind, otherId }) => (kind === 'needs' ? { first: versionId, then: otherId } : { first: otherId, then: versionId }));
  const before = Map.groupBy(steps, ({ then }) => then);
  const ordered: Version[] = [];
  for (const { id } of versions) {
    const path = [id];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const waitsFor = before.get(at)?.find(({ first }) => left.has(first) && !path.includes(first));
      if (waitsFor) path.push(waitsFor.first);
      else {
        path.pop();
        const version = left.get(at);
        if (version && left.delete(at)) ordered.push(version);
      }
    }
  }
  return ordered;
}

/** Whether the criteria, but for the number of those kept, say so. */
function mayGo(criteria: Criteria, version: Candidate, nowMs: number): boolean {
  return isOver(criteria, version, nowMs) && isMeant(criteria, version.version);
}

/** Whether the patterns are about a version, as it is displayed. */
export function isMeant({ removePattern, keepPattern }: Criteria, version: string): boolean {
  if (removePattern !== null && !matchesRegex(removePattern, version)) return false;
  return keepPattern === null || !matchesRegex(keepPattern, version);
}

/** Whether something is old enough, and was not used for long enough. */
export function isOver({ olderThanDays, notDownloadedForDays }: Criteria, { publishedAt, lastDownloadedAt }: Pick<Candidate, 'publishedAt' | 'lastDownloadedAt'>, nowMs: number): boolean {
  if (olderThanDays !== null && !isBefore(publishedAt, olderThanDays, nowMs)) return false;
  return notDownloadedForDays === null || isBefore(lastDownloadedAt ?? publishedAt, notDownloadedForDays, nowMs);
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
