import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { authorize, notThere } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { isDuplicateKey, isForeignKeyViolation } from '../db/driver-errors.ts';
import { affected, forUpdate } from '../db/upsert.ts';
import { instanceId, type NamespaceRow, NamespaceTable, type Visibility } from '../db/tables/namespace.ts';
import { record } from '../events/record.ts';
import { InvalidInput, InvalidName, NamespaceExists } from '../errors.ts';
import { newId } from '../ids.ts';
import { childPath, maxPathLength, validateSegment } from './path.ts';
import { handOverHistory } from './heirs.ts';
import { findNamespace, findNamespaceByPath } from './repository.ts';
import { handOverNames, notEmpty } from './tombstones.ts';

const maxNameLength = 255;

const openness: Record<Visibility, number> = { PRIVATE: 0, INTERNAL: 1, PUBLIC: 2 };

export interface NewNamespace {
  kind: 'GROUP' | 'PROJECT';
  /** Path of the node it is made in; '' for a top-level one. */
  parentPath: string;
  /** Its own path segment. */
  slug: string;
  /** For people; default: the slug. */
  name?: string;
  description?: string;
  /** Default PRIVATE. */
  visibility?: Visibility;
}

/** Makes a group or project; throws NamespaceExists, InvalidName, InvalidInput and what authorisation throws. */
export async function createNamespace(core: Core, actor: Actor, input: NewNamespace): Promise<NamespaceRow> {
  validateSegment(input.slug);
  checkText(input);
  const path = childPath(input.parentPath, input.slug);
  const now = core.clock.now();
  const id = newId('namespace', now);
  return translate(path, () =>
    core.database.tx(async (tx) => {
      const parent = await lockByPath(tx, input.parentPath);
      if (!parent) throw notThere(actor, 'Namespace');
      authorize(actor, 'MANAGE', parent);
      if (parent.kind === 'PROJECT') throw new InvalidInput('parent', `"${parent.path}" is a project; projects hold packages, not namespaces.`);
      const visibility = input.visibility ?? 'PRIVATE';
      checkOpenness(visibility, parent);
      const row: NamespaceRow = {
        id,
        kind: input.kind,
        parentId: parent.id,
        topId: parent.id === instanceId ? id : parent.topId,
        path,
        name: input.name ?? input.slug,
        description: input.description ?? null,
        lineage: `${parent.lineage}${id}/`,
        visibility,
        isPullOpen: parent.isPullOpen,
        disabledFormats: parent.disabledFormats,
        retentionDays: parent.retentionDays,
        isAudited: parent.isAudited,
        createdAt: now,
        updatedAt: now,
      };
      await tx.insert(NamespaceTable, row);
      await record(tx, { type: 'NAMESPACE_CREATED', namespaceId: id, actor, occurredAt: now, payload: { path, kind: row.kind, visibility } });
      return row;
    }),
  );
}

export interface NamespaceChanges {
  slug?: string;
  name?: string;
  description?: string | null;
  visibility?: Visibility;
}

/**
 * Changes a namespace. A new slug renames it and every path below it; less visibility also lowers what is below it. Either needs OWN.
 * Throws NamespaceExists, InvalidName, InvalidInput, NotFound and what authorisation throws.
 */
export async function updateNamespace(core: Core, actor: Actor, id: string, changes: NamespaceChanges): Promise<NamespaceRow> {
  if (changes.slug !== undefined) validateSegment(changes.slug);
  checkText(changes);
  let newPath = '';
  return translate(() => newPath, () =>
    core.database.tx(async (tx) => {
      const found = await findNamespace(tx, id);
      // The parent too, and before: its visibility and path must stay what they are until this one is written.
      const parent = found?.parentId ? await lock(tx, found.parentId) : null;
      const row = await lock(tx, id);
      if (!row) throw notThere(actor, 'Namespace');
      authorize(actor, 'MANAGE', row);
      if (row.kind === 'INSTANCE' && changes.slug !== undefined) throw new InvalidInput('slug', 'The instance has no path of its own.');
      newPath = changes.slug === undefined ? row.path : childPath(parent?.path ?? '', changes.slug);
      const visibility = changes.visibility ?? row.visibility;
      if (newPath !== row.path || visibility !== row.visibility) authorize(actor, 'OWN', row);
      if (parent) checkOpenness(visibility, parent);
      const now = core.clock.now();
      const next: NamespaceRow = {
        ...row,
        path: newPath,
        name: changes.name ?? row.name,
        description: changes.description === undefined ? row.description : changes.description,
        visibility,
        updatedAt: now,
      };
      await tx.update(NamespaceTable, { id }, next);
      if (newPath !== row.path) await movePaths(tx, row, newPath);
      const closed = openness[visibility] < openness[row.visibility] ? await closeBelow(tx, row, visibility) : 0;
      const changed = (['path', 'name', 'description', 'visibility'] as const).filter((field) => next[field] !== row[field]);
      const payload = { path: newPath, previousPath: row.path, visibility, changed, ...(closed > 0 ? { closedBelow: closed } : {}) };
      await record(tx, { type: 'NAMESPACE_UPDATED', namespaceId: id, actor, occurredAt: now, payload });
      return next;
    }),
  );
}

/**
 * Deletes an empty namespace, which needs OWN; throws NamespaceNotEmpty where it holds namespaces, packages, or deleted ones that can still
 * be restored. The names of packages that are gone for good stay claimed, in the node above, whose owners see what happened here.
 */
export async function deleteNamespace(core: Core, actor: Actor, id: string): Promise<NamespaceRow> {
  const row = await findNamespace(core.database.reads, id);
  if (!row) throw notThere(actor, 'Namespace');
  authorize(actor, 'OWN', row);
  if (row.kind === 'INSTANCE') throw new InvalidInput('namespaceId', 'The instance itself cannot be deleted.');
  try {
    await core.database.tx(async (tx) => {
      const now = core.clock.now();
      const heirId = row.parentId ?? instanceId;
      await lock(tx, heirId);
      const current = await lock(tx, id);
      // Somebody else was quicker.
      if (!current) throw notThere(actor, 'Namespace');
      await handOverNames(tx, current);
      await handOverHistory(tx, current, heirId, now);
      await tx.delete(NamespaceTable, { id });
      await record(tx, { type: 'NAMESPACE_DELETED', namespaceId: heirId, actor, occurredAt: now, payload: { path: current.path } });
    });
  } catch (error) {
    if (isForeignKeyViolation(error)) throw await notEmpty(core.database.reads, row);
    throw error;
  }
  return row;
}

async function lock(tx: EntityManager, id: string): Promise<NamespaceRow | null> {
  await tx.query(`SELECT id FROM namespace WHERE id = ?${forUpdate(tx)}`, [id]);
  return findNamespace(tx, id);
}

async function lockByPath(tx: EntityManager, path: string): Promise<NamespaceRow | null> {
  await tx.query(`SELECT id FROM namespace WHERE path = ?${forUpdate(tx)}`, [path]);
  return findNamespaceByPath(tx, path);
}

/** Throws InvalidName where a path below would become too long. */
async function movePaths(tx: EntityManager, row: NamespaceRow, newPath: string): Promise<void> {
  const [longest] = await tx.query('SELECT MAX(LENGTH(path)) AS length FROM namespace WHERE lineage LIKE ?', [`${row.lineage}%`]);
  if (Number(longest.length) + newPath.length - row.path.length > maxPathLength) {
    throw new InvalidName(newPath, `A path below it would get longer than ${maxPathLength} characters.`);
  }
  await tx.query('UPDATE namespace SET path = CONCAT(?, SUBSTR(path, ?)) WHERE lineage LIKE ? AND id <> ?', [
    newPath,
    row.path.length + 1,
    `${row.lineage}%`,
    row.id,
  ]);
}

/** Closes what is below as far, and returns how many namespaces that were. */
async function closeBelow(tx: EntityManager, row: NamespaceRow, visibility: Visibility): Promise<number> {
  const tooOpen = (Object.keys(openness) as Visibility[]).filter((other) => openness[other] > openness[visibility]);
  return affected(tx, `UPDATE namespace SET visibility = ? WHERE lineage LIKE ? AND visibility IN (${tooOpen.map(() => '?').join(', ')})`, [
    visibility,
    `${row.lineage}%`,
    ...tooOpen,
  ]);
}

function checkOpenness(visibility: Visibility, parent: NamespaceRow): void {
  if (openness[visibility] > openness[parent.visibility]) {
    throw new InvalidInput('visibility', `"${parent.path}" is ${parent.visibility}; what is in it cannot be ${visibility}.`);
  }
}

function checkText({ name }: { name?: string }): void {
  if (name !== undefined && (name === '' || name.length > maxNameLength)) throw new InvalidInput('name', `A name has 1 to ${maxNameLength} characters.`);
}

async function translate<T>(path: string | (() => string), work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicateKey(error)) throw new NamespaceExists(typeof path === 'string' ? path : path());
    throw error;
  }
}
