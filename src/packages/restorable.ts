import { dayMs } from '../days.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { NotRestorable } from '../errors.ts';

/** Until when what was deleted in a namespace at that instant can be restored; from then on the sweep may take it. */
export function restorableUntil({ retentionDays }: Pick<NamespaceRow, 'retentionDays'>, deletedAt: number): number {
  return deletedAt + retentionDays * dayMs;
}

/** In SQL: the same for the row `alias` of what was deleted, in the namespace `n`. */
export function restorableUntilSql(alias: string): string {
  return `${alias}.deleted_at + n.retention_days * ${dayMs}`;
}

/** Throws NotRestorable for what is not deleted, or too long ago; `what` begins the sentence. */
export function checkRestorable(what: string, deletedAt: number | null, namespace: Pick<NamespaceRow, 'retentionDays'>, now: number): asserts deletedAt is number {
  if (deletedAt === null) throw new NotRestorable(`${what} is not deleted.`);
  if (now >= restorableUntil(namespace, deletedAt)) {
    throw new NotRestorable(`${what} was deleted ${Math.floor((now - deletedAt) / dayMs)} days ago and is gone for good; what is deleted here is kept for ${namespace.retentionDays} days.`);
  }
}
