import type { Actor } from '../../access/actor.ts';
import { readablePackages } from '../../access/visible-nodes.ts';
import type { Core } from '../../core.ts';
import { type Condition, containsText, isIn, type Parameter } from '../../db/condition.ts';
import { containing, likeEscape } from '../../db/like.ts';
import { type Dialect, joinAfter } from '../../db/dialect.ts';
import type { Direction, ListQuery } from '../../db/keyset.ts';
import type { NamespaceRow } from '../../db/tables/namespace.ts';
import type { VersionStatus } from '../../db/tables/package.ts';
import { hasContent } from './files.ts';
import { isLivePackage, packageColumns, type PackageRecord } from './records.ts';

/** Which packages; conditions are joined by AND. */
export interface PackageFilter {
  /** Ids of formats. */
  formats?: readonly string[] | undefined;
  /** Spelled as it may be; compared in the form that its format compares. */
  name?: string | undefined;
  /** Part of the name, in any case. */
  nameContains?: string | undefined;
  /** Has a version in this state. */
  status?: VersionStatus | undefined;
  /** A version declares this keyword. */
  keyword?: string | undefined;
  /** Has a file with this content; see {@link hasContent}. */
  sha256?: string | undefined;
  /** Changed after this instant. */
  updatedAfter?: number | undefined;
  /** First published after this instant. */
  createdAfter?: number | undefined;
}

const orders = {
  NAME: { column: 'p.normalized_name', property: 'normalizedName', least: "''" },
  UPDATED_AT: { column: 'p.updated_at', property: 'updatedAt', least: '0' },
  CREATED_AT: { column: 'p.created_at', property: 'createdAt', least: '0' },
} as const;

export interface PackageOrder {
  field: keyof typeof orders;
  direction: Direction;
}

/** Where a package stands in a list of that order. */
export function packagePosition(order: PackageOrder, row: PackageRecord): [string | number, string] {
  return [row[orders[order.field].property], row.id];
}

type Node = Pick<NamespaceRow, 'id' | 'kind' | 'lineage'>;

/** The packages in the subtrees of the nodes that the actor may read; several nodes give a list for each. Throws InvalidInput. */
export function packageListQuery(core: Core, actor: Actor, nodes: readonly Node[], filter: PackageFilter, order: PackageOrder): ListQuery {
  const { from, where, parent } = nodes.length === 1 && nodes[0] ? below(nodes[0], core.database.dialect) : belowEach(nodes);
  return {
    from,
    where: [...whole(order, filter), isLivePackage, readablePackages(actor, core.database.dialect), ...where, ...conditions(core, filter)],
    order: [
      { sql: orders[order.field].column, direction: order.direction },
      { sql: 'p.id', direction: order.direction },
    ],
    select: packageColumns,
    key: 'p.id AS id',
    row: 'JOIN package p ON p.id = hit.id',
    ...(parent ? { parent } : {}),
  };
}

/** MySQL looks for a part of the name in the order's index, rather than in the rows, only where it reads a range of that: so here is the range of all. */
function whole({ field }: PackageOrder, { nameContains }: PackageFilter): Condition[] {
  return nameContains ? [{ sql: `${orders[field].column} >= ${orders[field].least}`, parameters: [] }] : [];
}

/** One node is asked for by what the indices know best. */
function below({ id, kind, lineage }: Node, dialect: Dialect): Pick<ListQuery, 'from' | 'parent'> & { where: Condition[] } {
  // In the order of the list: otherwise all there are would be sorted for each page.
  if (kind === 'INSTANCE') return { from: `package p ${joinAfter(dialect)} namespace n ON n.id = p.namespace_id`, where: [] };
  const from = 'package p JOIN namespace n ON n.id = p.namespace_id';
  if (kind === 'PROJECT') return { from, where: [{ sql: 'p.namespace_id = ?', parameters: [id] }] };
  return { from, where: [{ sql: 'n.lineage LIKE ?', parameters: [`${lineage}%`] }] };
}

function belowEach(nodes: readonly Node[]): Pick<ListQuery, 'from' | 'parent'> & { where: Condition[] } {
  return {
    from: "namespace a JOIN namespace n ON n.lineage LIKE CONCAT(a.lineage, '%') JOIN package p ON p.namespace_id = n.id",
    where: [],
    parent: { sql: 'a.id', ids: nodes.map(({ id }) => id) },
  };
}

function conditions(core: Core, filter: PackageFilter): Condition[] {
  const list: Condition[] = [];
  const { formats, name, nameContains, status, keyword, sha256, updatedAfter, createdAfter } = filter;
  if (formats) list.push(isIn('p.format', formats));
  if (name !== undefined) list.push(isCalled(core, formats, name));
  if (nameContains !== undefined && nameContains !== '') list.push(containsText(core.database.dialect, 'p.name', nameContains));
  if (status !== undefined) list.push(hasVersion('v.status = ?', status));
  if (keyword !== undefined) list.push(hasVersion(`v.keywords LIKE ? ${likeEscape}`, containing(JSON.stringify(keyword.slice(0, 255)))));
  if (sha256 !== undefined) {
    const content = hasContent(sha256);
    list.push(hasVersion(`EXISTS (SELECT 1 FROM file f WHERE f.version_id = v.id AND ${content.sql} AND f.tombstone = '')`, ...content.parameters));
  }
  if (updatedAfter !== undefined) list.push({ sql: 'p.updated_at > ?', parameters: [updatedAfter] });
  if (createdAfter !== undefined) list.push({ sql: 'p.created_at > ?', parameters: [createdAfter] });
  return list;
}

/** Restricts packages `p` to those with a name, which each format compares in its own way. */
export function isCalled(core: Core, formats: readonly string[] | undefined, name: string): Condition {
  const candidates = core.formats.list().filter(({ id }) => formats?.includes(id) ?? true);
  if (candidates.length === 0) return { sql: '1 = 0', parameters: [] };
  return {
    sql: candidates.map(() => '(p.format = ? AND p.normalized_name = ?)').join(' OR '),
    parameters: candidates.flatMap((format) => [format.id, format.normalizeName(name)]),
  };
}

function hasVersion(sql: string, ...parameters: Parameter[]): Condition {
  return { sql: `EXISTS (SELECT 1 FROM version v WHERE v.package_id = p.id AND v.tombstone = '' AND ${sql})`, parameters };
}
