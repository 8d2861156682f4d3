import type { Actor } from '../../access/actor.ts';
import { deletablePackages } from '../../access/visible-nodes.ts';
import type { Core } from '../../core.ts';
import { type Condition, isIn } from '../../db/condition.ts';
import type { ListQuery } from '../../db/keyset.ts';
import type { NamespaceRow } from '../../db/tables/namespace.ts';
import type { VersionStatus } from '../../db/tables/package.ts';
import { restorableUntilSql } from '../restorable.ts';
import { isCalled } from './package-list.ts';

/** Of which packages; conditions are joined by AND. */
export interface DeletedFilter {
  /** Ids of formats. */
  formats?: readonly string[] | undefined;
  /** Spelled as it may be; compared in the form that its format compares. */
  name?: string | undefined;
}

interface Deleted {
  id: string;
  packageId: string;
  packageName: string;
  format: string;
  namespaceId: string;
  version: string;
  sizeBytes: number;
  deletedAt: number;
  /** From this instant on it can no longer be restored. */
  restorableUntil: number;
}

/** A version that was deleted, with its package. */
export interface DeletedVersionRecord extends Deleted {
  /** What it was, and will be again; `DELETED` where an earlier release did not keep it. */
  status: VersionStatus;
  publishedAt: number;
}

/** A file that was deleted or replaced by itself. */
export interface DeletedFileRecord extends Deleted {
  name: string;
  sha256: string;
  versionId: string;
}

const packageColumns = 'p.id AS packageId, p.name AS packageName, p.format AS format, p.namespace_id AS namespaceId, v.version AS version';

const versionRow = 'JOIN package p ON p.id = v.package_id JOIN namespace n ON n.id = p.namespace_id';

/** Where a deleted thing stands in its list. */
export function deletedPosition({ deletedAt, id }: Deleted): [number, string] {
  return [deletedAt, id];
}

type Node = Pick<NamespaceRow, 'id' | 'lineage'>;

/** Whose list it is: of nodes, with all below each, or of packages. */
export type DeletedIn = { nodes: readonly Node[] } | { packageIds: readonly string[] };

/**
 * The deleted versions that can still be restored, the last deleted first, in packages where the actor may do so (`decide` with DELETE);
 * a list for each place.
 */
export function deletedVersionListQuery(core: Core, actor: Actor, place: DeletedIn, filter: DeletedFilter): ListQuery {
  return {
    from: `version v ${versionRow}${fromOf(place)}`,
    where: [{ sql: "v.tombstone <> ''", parameters: [] }, ...conditions(core, actor, filter, 'v')],
    order: orderOf('v'),
    select:
      `v.id AS id, ${packageColumns}, v.status AS status, v.size_bytes AS sizeBytes, v.published_at AS publishedAt, v.deleted_at AS deletedAt, ` +
      `${restorableUntilSql('v')} AS restorableUntil`,
    key: 'v.id AS id',
    row: `JOIN version v ON v.id = hit.id ${versionRow}`,
    parent: parentOf(place),
  };
}

/** The same of files that were deleted or replaced by themselves: in versions that are there, or that went with their last file. */
export function deletedFileListQuery(core: Core, actor: Actor, place: DeletedIn, filter: DeletedFilter): ListQuery {
  const row = `JOIN version v ON v.id = f.version_id ${versionRow}`;
  const isAlone = "f.tombstone <> '' AND (v.tombstone = '' OR NOT EXISTS (SELECT 1 FROM file o WHERE o.version_id = v.id AND o.tombstone = ''))";
  return {
    from: `file f ${row}${fromOf(place)}`,
    where: [{ sql: isAlone, parameters: [] }, ...conditions(core, actor, filter, 'f')],
    order: orderOf('f'),
    select:
      `f.id AS id, f.version_id AS versionId, ${packageColumns}, f.name AS name, f.sha256 AS sha256, f.size_bytes AS sizeBytes, f.deleted_at AS deletedAt, ` +
      `${restorableUntilSql('f')} AS restorableUntil`,
    key: 'f.id AS id',
    row: `JOIN file f ON f.id = hit.id ${row}`,
    parent: parentOf(place),
  };
}

function orderOf(alias: string): ListQuery['order'] {
  return [
    { sql: `${alias}.deleted_at`, direction: 'DESC' },
    { sql: `${alias}.id`, direction: 'DESC' },
  ];
}

function fromOf(place: DeletedIn): string {
  return 'nodes' in place ? " JOIN namespace a ON n.lineage LIKE CONCAT(a.lineage, '%')" : '';
}

function parentOf(place: DeletedIn): NonNullable<ListQuery['parent']> {
  return 'nodes' in place ? { sql: 'a.id', ids: place.nodes.map(({ id }) => id) } : { sql: 'p.id', ids: place.packageIds };
}

function conditions(core: Core, actor: Actor, { formats, name }: DeletedFilter, alias: 'v' | 'f'): Condition[] {
  return [
    // The first half is what the index knows: rows that live have no such instant.
    { sql: `${alias}.deleted_at > 0 AND ${restorableUntilSql(alias)} > ?`, parameters: [core.clock.now()] },
    deletablePackages(actor, core.database.dialect),
    ...(formats ? [isIn('p.format', formats)] : []),
    ...(name === undefined ? [] : [isCalled(core, formats, name)]),
  ];
}
