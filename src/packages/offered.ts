import type { Condition } from '../db/condition.ts';
import type { Dialect } from '../db/dialect.ts';
import { jsonMemberIs } from '../db/json.ts';
import { latestStatuses } from './summary.ts';

/** Which versions a client is to be shown, besides that none is hidden or withdrawn. */
export interface VersionWish {
  /**
   * Pre-releases: `last`, the default: one is the latest only where there is no release; `never`: there are none; `equal`: they are versions
   * like others.
   */
  prereleases?: 'last' | 'never' | 'equal';
  /** What the facts that a format stores of a version must say, or must not. */
  metadata?: readonly MetadataWish[];
}

/** A member of the stored metadata that is, or has in its list, a value. */
export interface MetadataWish {
  /** Letters and digits alone. */
  member: string;
  is: true | string;
  /** Whether it must not. */
  not?: boolean;
}

/** In SQL, whether the version `w` is offered. */
export function isOffered(dialect: Dialect, { prereleases, metadata = [] }: VersionWish): Condition {
  const conditions = metadata.map(({ member, is, not = false }) => {
    const { sql, parameters } = jsonMemberIs(dialect, 'w.metadata', member, is);
    return { sql: not ? `NOT (${sql})` : sql, parameters };
  });
  const base = `w.tombstone = '' AND w.status IN (${latestStatuses})${prereleases === 'never' ? ' AND w.is_prerelease = 0' : ''}`;
  return { sql: [base, ...conditions.map(({ sql }) => sql)].join(' AND '), parameters: conditions.flatMap(({ parameters }) => parameters) };
}

/** In SQL, the order in which the offered versions `w` of a package become its latest. */
export function latestFirst({ prereleases }: VersionWish): string {
  return prereleases === 'equal' ? 'w.sort_key DESC' : 'w.is_prerelease, w.sort_key DESC';
}
