import type { Actor } from '../access/actor.ts';
import { matchesPatternSql } from '../access/name-pattern.ts';
import { readablePackages } from '../access/visible-nodes.ts';
import type { Core } from '../core.ts';
import { type Condition, subtreeOf } from '../db/condition.ts';
import type { Dialect } from '../db/dialect.ts';
import type { ListQuery } from '../db/keyset.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { ProtectionRuleRow } from '../db/tables/policy.ts';
import { isLivePackage, isLiveVersion, packageColumns, type PackageRecord, versionColumns, type VersionRecord } from '../packages/queries/records.ts';

/** What a rule is about, whether it is stored or not. */
export type RuleScope = Pick<ProtectionRuleRow, 'target' | 'format' | 'namePattern' | 'pattern'>;

/** The node that a rule is of. */
type Node = Pick<NamespaceRow, 'id' | 'lineage'>;

/** The packages that a rule of a node is about, by name: of VERSION and TAG those with such a version or tag. Of them those that the actor may read. */
export function matchingPackagesQuery(core: Core, actor: Actor, node: Node, scope: RuleScope): ListQuery {
  return {
    from: 'package p JOIN namespace n ON n.id = p.namespace_id',
    where: [...packageConditions(core, actor, node, scope), ...having(core.database.dialect, scope)],
    order: [
      { sql: 'p.normalized_name', direction: 'ASC' },
      { sql: 'p.id', direction: 'ASC' },
    ],
    select: packageColumns,
    key: 'p.id AS id',
    row: 'JOIN package p ON p.id = hit.id',
  };
}

/** Where a package stands in that list. */
export function matchingPackagePosition({ normalizedName, id }: PackageRecord): [string, string] {
  return [normalizedName, id];
}

/** A version with the name it is listed by. */
export interface MatchingVersion extends VersionRecord {
  normalizedName: string;
}

/** The versions that a rule of a node is about, by package, newest first: of PACKAGE all, of TAG those that such a tag points at. */
export function matchingVersionsQuery(core: Core, actor: Actor, node: Node, scope: RuleScope): ListQuery {
  const { dialect } = core.database;
  return {
    from: 'package p JOIN namespace n ON n.id = p.namespace_id JOIN version v ON v.package_id = p.id',
    where: [...packageConditions(core, actor, node, scope), isLiveVersion, ...ofVersion(dialect, scope)],
    order: [
      { sql: 'p.normalized_name', direction: 'ASC' },
      { sql: 'p.id', direction: 'ASC' },
      { sql: 'v.sort_key', direction: 'DESC' },
      { sql: 'v.id', direction: 'DESC' },
    ],
    select: `${versionColumns}, p.normalized_name AS normalizedName`,
    key: 'v.id AS id',
    row: 'JOIN version v ON v.id = hit.id JOIN package p ON p.id = v.package_id',
  };
}

/** Where a version stands in that list. */
export function matchingVersionPosition({ normalizedName, packageId, sortKey, id }: MatchingVersion): [string, string, string, string] {
  return [normalizedName, packageId, sortKey, id];
}

function packageConditions({ database }: Core, actor: Actor, { lineage }: Node, { format, namePattern }: RuleScope): Condition[] {
  return [
    isLivePackage,
    readablePackages(actor, database.dialect),
    subtreeOf('n', lineage),
    matchesPatternSql(database.dialect, 'p.normalized_name', namePattern),
    ...(format === null ? [] : [{ sql: 'p.format = ?', parameters: [format] }]),
  ];
}

function having(dialect: Dialect, scope: RuleScope): Condition[] {
  return ofVersion(dialect, scope).map(({ sql, parameters }) => ({
    sql: `EXISTS (SELECT 1 FROM version v WHERE v.package_id = p.id AND ${isLiveVersion.sql} AND ${sql})`,
    parameters,
  }));
}

function ofVersion(dialect: Dialect, { target, pattern }: RuleScope): Condition[] {
  if (target === 'PACKAGE' || pattern === null) return [];
  if (target === 'VERSION') return [matchesPatternSql(dialect, 'v.normalized_version', pattern)];
  const { sql, parameters } = matchesPatternSql(dialect, 't.name', pattern);
  return [{ sql: `EXISTS (SELECT 1 FROM tag t WHERE t.version_id = v.id AND ${sql})`, parameters }];
}
