import type { EntityManager } from 'typeorm';
import { NotFound } from '../errors.ts';
import { type NamespaceRow, NamespaceTable } from '../db/tables/namespace.ts';

/** The node at a path; '' is the instance. */
export function findNamespaceByPath(manager: EntityManager, path: string): Promise<NamespaceRow | null> {
  return manager.findOne(NamespaceTable, { where: { path } });
}

export function findNamespace(manager: EntityManager, id: string): Promise<NamespaceRow | null> {
  return manager.findOne(NamespaceTable, { where: { id } });
}

/** As {@link findNamespace}; throws NotFound. */
export async function getNamespace(manager: EntityManager, id: string): Promise<NamespaceRow> {
  const row = await findNamespace(manager, id);
  if (!row) throw new NotFound('Namespace');
  return row;
}
