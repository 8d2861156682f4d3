import type { Condition } from '../../db/condition.ts';
import { isIn } from '../../db/condition.ts';
import type { Direction, ListQuery } from '../../db/keyset.ts';
import type { VersionStatus } from '../../db/tables/package.ts';
import { isLiveVersion, versionColumns, type VersionRecord } from './records.ts';

/** Which versions; conditions are joined by AND. */
export interface VersionFilter {
  statuses?: readonly VersionStatus[] | undefined;
  /** Has this tag. */
  tag?: string | undefined;
  /** True: only pre-releases, false: none. */
  isPrerelease?: boolean | undefined;
  /** Published after this instant. */
  publishedAfter?: number | undefined;
}

const orders = {
  VERSION: { column: 'v.sort_key', property: 'sortKey' },
  PUBLISHED_AT: { column: 'v.published_at', property: 'publishedAt' },
} as const;

export interface VersionOrder {
  field: keyof typeof orders;
  direction: Direction;
}

/** Where a version stands in a list of that order. */
export function versionPosition(order: VersionOrder, row: VersionRecord): [string | number, string] {
  return [row[orders[order.field].property], row.id];
}

/** The versions of each package. The caller has seen to it that the packages may be read. */
export function versionListQuery(packageIds: readonly string[], filter: VersionFilter, order: VersionOrder): ListQuery {
  return {
    from: 'version v',
    where: [isLiveVersion, ...conditions(filter)],
    order: [
      { sql: orders[order.field].column, direction: order.direction },
      { sql: 'v.id', direction: order.direction },
    ],
    select: versionColumns,
    key: 'v.id AS id',
    row: 'JOIN version v ON v.id = hit.id',
    parent: { sql: 'v.package_id', ids: packageIds },
  };
}

function conditions({ statuses, tag, isPrerelease, publishedAfter }: VersionFilter): Condition[] {
  const list: Condition[] = [];
  if (statuses) list.push(isIn('v.status', statuses));
  if (tag !== undefined) list.push({ sql: 'EXISTS (SELECT 1 FROM tag t WHERE t.version_id = v.id AND t.name = ?)', parameters: [tag] });
  if (isPrerelease !== undefined) list.push({ sql: 'v.is_prerelease = ?', parameters: [isPrerelease ? 1 : 0] });
  if (publishedAfter !== undefined) list.push({ sql: 'v.published_at > ?', parameters: [publishedAfter] });
  return list;
}
