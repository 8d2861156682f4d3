import type { EntityManager } from 'typeorm';
import { DeletedNamespaceTable, type NamespaceRow } from '../db/tables/namespace.ts';

/**
 * Before a node goes: the log's events keep its id, and who owns the node above goes on seeing them among the audit events, with those
 * of nodes that were deleted below it before.
 */
export async function handOverHistory(tx: EntityManager, { id, path }: NamespaceRow, heirId: string, now: number): Promise<void> {
  await tx.update(DeletedNamespaceTable, { heirId: id }, { heirId });
  await tx.insert(DeletedNamespaceTable, { id, heirId, path, deletedAt: now });
}
