import type { EntityManager } from 'typeorm';
import { isServedSql } from '../access/disabled-formats.ts';
import { matchesPatternSql } from '../access/name-pattern.ts';
import { type Condition, isIn, subtreeOf, whereAll } from '../db/condition.ts';
import { type Dialect, joinAfter } from '../db/dialect.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';
import type { FormatRegistry } from '../formats/registry.ts';
import { listBonds } from '../packages/bonds.ts';
import { isLivePackage, isLiveVersion } from '../packages/queries/records.ts';
import { refusalToDelete } from '../protection/check.ts';
import { isAbout, listRulesOf, type ProtectionRule } from '../protection/rules.ts';
import type { PolicyRules } from './policy.ts';
import { type BuildFile, loadBuildFiles, selectBuildFiles } from './builds.ts';
import { type Candidate, selectRemovable } from './select.ts';

/** Packages of one look, and about how many versions or files they may have together: so that neither many packages nor large ones cost much at once. */
const maxPackages = 100;
const maxJudged = 5_000;

/** What a policy is about. */
export interface Scope {
  rules: PolicyRules;
  /** The node whose subtree it holds for. */
  node: Pick<NamespaceRow, 'lineage'>;
  /** They tell which versions hang together. */
  formats: FormatRegistry;
}

/** A version that may go, or one file of it alone. */
export interface Removable {
  /** Of the version or the file. */
  id: string;
  versionId: string;
  /** As it is displayed. */
  version: string;
  normalizedVersion: string;
  /** Undefined: the whole version. */
  fileName?: string;
  /** Milliseconds since the epoch; of a file, when it was uploaded. */
  publishedAt: number;
  sizeBytes: number;
}

/** A package that a policy holds for, with what of it may go now, in the order in which it may go. */
export interface Examined {
  id: string;
  format: string;
  name: string;
  removable: Removable[];
}

interface FoundPackage {
  id: string;
  namespaceId: string;
  format: string;
  name: string;
  normalizedName: string;
  lineage: string;
}

/**
 * The next packages behind a position, by id, and what of them may go at an instant; none: there are no more. The one judgement
 * that a preview and a run share.
 */
export async function examineNext(manager: EntityManager, dialect: Dialect, scope: Scope, after: string, nowMs: number): Promise<Examined[]> {
  const found = await findPackages(manager, dialect, scope, { sql: 'p.id > ?', parameters: [after] });
  return examine(manager, scope, await portion(manager, scope, found), nowMs);
}

/** The same of certain packages, which the caller has locked. Those that the policy no longer holds for are left out. */
export async function examineAgain(manager: EntityManager, dialect: Dialect, scope: Scope, ids: readonly string[], nowMs: number): Promise<Examined[]> {
  return examine(manager, scope, await findPackages(manager, dialect, scope, isIn('p.id', ids)), nowMs);
}

/**
 * Packages that have left their namespace's inheritance are none of its policies' business: who makes those may not even know of
 * them. Where a format is switched off nothing changes.
 */
function conditions({ rules: { formats, namePattern }, node }: Scope, dialect: Dialect): Condition[] {
  return [
    subtreeOf('n', node.lineage),
    isLivePackage,
    { sql: 'p.is_restricted = 0', parameters: [] },
    isServedSql,
    ...(formats ? [isIn('p.format', formats)] : []),
    ...(namePattern === null ? [] : [matchesPatternSql(dialect, 'p.normalized_name', namePattern)]),
  ];
}

function findPackages(manager: EntityManager, dialect: Dialect, scope: Scope, which: Condition): Promise<FoundPackage[]> {
  const { sql, parameters } = whereAll([which, ...conditions(scope, dialect)]);
  // Packages lead, in the order of their key: otherwise all of a large namespace would be sorted for each look.
  return manager.query(
    'SELECT p.id AS id, p.namespace_id AS namespaceId, p.format AS format, p.name AS name, p.normalized_name AS normalizedName, n.lineage AS lineage ' +
      `FROM package p ${joinAfter(dialect)} namespace n ON n.id = p.namespace_id${sql} ORDER BY p.id LIMIT ${maxPackages}`,
    parameters,
  );
}

/** As many of the first packages as do not have too much together of what is judged, but one at least. */
async function portion(manager: EntityManager, { rules }: Scope, found: readonly FoundPackage[]): Promise<FoundPackage[]> {
  if (found.length === 0) return [];
  const judged = rules.target === 'BUILD' ? 'file' : 'version';
  const { sql, parameters } = whereAll([isIn('package_id', found.map(({ id }) => id)), { sql: "tombstone = ''", parameters: [] }]);
  const rows: { packageId: string; total: number }[] = await manager.query(`SELECT package_id AS packageId, COUNT(*) AS total FROM ${judged}${sql} GROUP BY package_id`, parameters);
  const totals = new Map(rows.map(({ packageId, total }) => [packageId, Number(total)]));
  let sum = 0;
  return found.filter(({ id }, index) => (sum += totals.get(id) ?? 0) <= maxJudged || index === 0);
}

async function examine(manager: EntityManager, scope: Scope, packages: readonly FoundPackage[], nowMs: number): Promise<Examined[]> {
  if (packages.length === 0) return [];
  const protection = await listRulesOf(manager, [...new Set(packages.flatMap(idsOfLineage))]);
  const judge = scope.rules.target === 'BUILD' ? judgeBuilds : judgeVersions;
  const removableOf = await judge(manager, scope, packages, nowMs);
  return packages.map((owner) => ({ id: owner.id, format: owner.format, name: owner.name, removable: removableOf(owner, protectionOf(owner, protection)) }));
}

/** Tells what of a package may go. */
type Judgement = (owner: FoundPackage, isProtected: (version: Pick<FoundVersion, 'id' | 'version' | 'normalizedVersion'>) => boolean) => Removable[];

async function judgeVersions(manager: EntityManager, { rules, formats }: Scope, packages: readonly FoundPackage[], nowMs: number): Promise<Judgement> {
  const versions = Map.groupBy(await loadVersions(manager, packages.map(({ id }) => id)), ({ packageId }) => packageId);
  const bonds = await listBonds(manager, formats, packages);
  return ({ id }, isProtected) => {
    const candidates = (versions.get(id) ?? []).map((version) => ({ ...version, versionId: version.id, isProtected: isProtected(version) }));
    return selectRemovable(rules, candidates, nowMs, bonds);
  };
}

async function judgeBuilds(manager: EntityManager, { rules, formats }: Scope, packages: readonly FoundPackage[], nowMs: number): Promise<Judgement> {
  const files: BuildFile[] = [];
  for (const [id, owners] of Map.groupBy(packages, ({ format }) => format)) files.push(...(await loadBuildFiles(manager, formats.get(id), owners.map((owner) => owner.id))));
  const byPackage = Map.groupBy(files, ({ packageId }) => packageId);
  return ({ id, format, name }, isProtected) =>
    [...Map.groupBy(byPackage.get(id) ?? [], ({ versionId }) => versionId)]
      .filter(([versionId, [first]]) => first && !isProtected({ ...first, id: versionId }))
      .flatMap(([, ofVersion]) => selectBuildFiles(rules, ofVersion, (file) => formats.get(format).buildOf?.(name, file.normalizedVersion, file.name), nowMs))
      .map(({ name: fileName, uploadedAt: publishedAt, ...file }) => ({ ...file, fileName, publishedAt }));
}

type FoundVersion = Omit<Candidate, 'isProtected'> & { packageId: string };

async function loadVersions(manager: EntityManager, packageIds: readonly string[]): Promise<FoundVersion[]> {
  const { sql, parameters } = whereAll([isIn('v.package_id', packageIds), isLiveVersion]);
  const rows: (FoundVersion & { tags: number })[] = await manager.query(
    'SELECT v.id AS id, v.package_id AS packageId, v.version AS version, v.normalized_version AS normalizedVersion, v.published_at AS publishedAt, ' +
      'v.size_bytes AS sizeBytes, (SELECT MAX(f.last_downloaded_at) FROM file f WHERE f.version_id = v.id) AS lastDownloadedAt, ' +
      `(SELECT COUNT(*) FROM tag t WHERE t.version_id = v.id) AS tags FROM version v${sql}`,
    parameters,
  );
  return rows.map(({ tags, ...row }) => ({ ...row, isTagged: Number(tags) > 0 }));
}

/** Whether the rules let the registry itself, which has no role, delete a version without tags. */
function protectionOf({ id, name, lineage, ...subject }: FoundPackage, all: readonly ProtectionRule[]): (version: Pick<FoundVersion, 'id' | 'version' | 'normalizedVersion'>) => boolean {
  const rules = all.filter((rule) => lineage.includes(`${rule.namespaceId}/`) && isAbout(rule, subject));
  if (rules.length === 0) return () => false;
  const guard = { packageId: id, name, rules, role: undefined, seesNodes: false };
  return (version) => refusalToDelete(guard, version, []) !== undefined;
}
