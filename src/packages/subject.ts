import type { Subject } from '../access/decide.ts';
import type { PackageRow } from '../db/tables/package.ts';

/** A package as decisions on it need it. */
export function subjectOf({ id, format, normalizedName, isRestricted, visibility }: Pick<PackageRow, 'id' | 'format' | 'normalizedName' | 'isRestricted' | 'visibility'>): Required<Subject> {
  return { format, normalizedName, access: { id, isRestricted: Boolean(isRestricted), visibility } };
}
