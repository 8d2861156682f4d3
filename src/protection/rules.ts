import type { EntityManager } from 'typeorm';
import { isIn } from '../db/condition.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { ProtectionRuleRow } from '../db/tables/policy.ts';
import { matchesPattern } from '../access/name-pattern.ts';
import { idsOfLineage } from '../namespaces/lineage.ts';

/** A rule with the path of the node that made it. */
export interface ProtectionRule extends ProtectionRuleRow {
  path: string;
}

/** The package that rules are held against. */
export interface RuleSubject {
  format: string;
  normalizedName: string;
}

const columns =
  'r.id AS id, r.namespace_id AS namespaceId, r.target AS target, r.format AS format, r.name_pattern AS namePattern, r.pattern AS pattern, ' +
  'r.publish_role AS publishRole, r.delete_role AS deleteRole, r.is_immutable AS isImmutable, r.created_by_id AS createdById, ' +
  'r.created_at AS createdAt, n.path AS path';

/** The rules of these nodes themselves, oldest first. */
export async function listRulesOf(manager: EntityManager, namespaceIds: readonly string[]): Promise<ProtectionRule[]> {
  const { sql, parameters } = isIn('r.namespace_id', namespaceIds);
  const rows: (Omit<ProtectionRule, 'isImmutable'> & { isImmutable: number | boolean })[] = await manager.query(
    `SELECT ${columns} FROM protection_rule r JOIN namespace n ON n.id = r.namespace_id WHERE ${sql} ORDER BY r.id`,
    parameters,
  );
  return rows.map((row) => ({ ...row, isImmutable: Boolean(row.isImmutable) }));
}

/** The rules that hold for a package in a node: its own and those of all above it, in one statement over an index. */
export async function listRulesFor(manager: EntityManager, node: Pick<NamespaceRow, 'lineage'>, subject: RuleSubject): Promise<ProtectionRule[]> {
  const rules = await listRulesOf(manager, idsOfLineage(node));
  return rules.filter((rule) => isAbout(rule, subject));
}

/** Whether a rule holds for a package, or for versions or tags of it. */
export function isAbout({ format, namePattern }: Pick<ProtectionRuleRow, 'format' | 'namePattern'>, subject: RuleSubject): boolean {
  return (format === null || format === subject.format) && matchesPattern(namePattern, subject.normalizedName);
}

/** Those of a package's rules that hold for a version or tag of it; `text` is the normalised version, or the tag. */
export function rulesOn<Rule extends Pick<ProtectionRuleRow, 'target' | 'pattern'>>(rules: readonly Rule[], target: 'VERSION' | 'TAG', text: string): Rule[] {
  return rules.filter((rule) => rule.target === target && rule.pattern !== null && matchesPattern(rule.pattern, text));
}

/** The same of the package itself. */
export function rulesOnPackage<Rule extends Pick<ProtectionRuleRow, 'target'>>(rules: readonly Rule[]): Rule[] {
  return rules.filter(({ target }) => target === 'PACKAGE');
}
