import type { EntityManager } from 'typeorm';
import { isForeignKeyViolation } from '../db/driver-errors.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type PackageRow, PackageTable } from '../db/tables/package.ts';
import { upsert } from '../db/upsert.ts';
import { NameOwnedElsewhere, NotFound } from '../errors.ts';
import type { Format } from '../formats/format.ts';
import { newId } from '../ids.ts';

/**
 * Clocks of several servers are never quite the same, and each may be set back. Among the changes of one package their order counts more than what a clock
 * says, up to so many milliseconds; a clock that was further ahead is not followed for ever.
 */
const followedMs = 60 * 60 * 1000;

/** An instant, or one behind that which is there, where that is later, but not too far ahead; `given` is an expression. So what comes after a deletion is never of its instant. */
function laterOf(given: string): string {
  return `CASE WHEN updated_at > ${given} AND updated_at <= ${given} + ${followedMs} THEN updated_at + 1 ELSE ${given} END`;
}

/**
 * The package of that name in a namespace, made if there is none, locked until the transaction ends, with its revision
 * already raised. Whoever comes first owns the name in its top-level group; throws NameOwnedElsewhere for the others, and NotFound where the namespace is gone.
 * Its `updatedAt` is when this happens: now, or right after it was changed last, if that is a little later.
 * A deleted package of the same namespace comes back to life (without its deleted versions): `wasLive` is false for it as for a new one.
 */
export async function claimPackage(tx: EntityManager, namespace: NamespaceRow, format: Format, name: string, now: number): Promise<{ row: PackageRow; wasLive: boolean }> {
  const normalizedName = format.normalizeName(name);
  const claiming = upsert(
    tx,
    'package',
    {
      id: newId('package', now),
      namespace_id: namespace.id,
      top_id: claimScopeOf(format, namespace),
      format: format.id,
      name,
      normalized_name: normalizedName,
      revision: 1,
      description: null,
      keywords: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      is_restricted: 0,
      visibility: null,
    },
    ['format', 'normalized_name', 'top_id'],
    { revision: 'revision + 1', updated_at: laterOf('new.updated_at') },
  );
  await claiming.catch((error: unknown) => {
    // Deleted since the caller read it: the row was not locked, or all publishes of a namespace would queue.
    throw isForeignKeyViolation(error) ? new NotFound('Namespace') : error;
  });
  const row = await tx.findOneOrFail(PackageTable, { where: { format: format.id, normalizedName, topId: claimScopeOf(format, namespace) } });
  if (row.namespaceId !== namespace.id) throw new NameOwnedElsewhere(name);
  // Of those that were there the revision was raised just now.
  if (row.deletedAt === null) return { row, wasLive: row.revision > 1 };
  await tx.update(PackageTable, { id: row.id }, { deletedAt: null });
  return { row: { ...row, deletedAt: null }, wasLive: false };
}

/** Id of the node below which a package's name belongs to one node: its top-level group, or just its own where the format's clients name that, too. */
export function claimScopeOf({ root }: Format, { id, topId }: Pick<NamespaceRow, 'id' | 'topId'>): string {
  return root === undefined ? topId : id;
}

/** Locks a package and raises its revision, for a change that its documents show. */
export async function touchPackage(tx: EntityManager, packageId: string, now: number): Promise<void> {
  await tx.query(`UPDATE package SET revision = revision + 1, updated_at = ${laterOf('?')} WHERE id = ?`, [now, now, now, packageId]);
}
