import type { EntityManager } from 'typeorm';
import { type Actor, principalId } from '../access/actor.ts';
import { authorize, hasAtLeast, notThere, roleOn } from '../access/decide.ts';
import { checkPattern } from '../access/name-pattern.ts';
import type { Core } from '../core.ts';
import { type Role, roles } from '../db/tables/access.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { type ProtectionRuleRow, ProtectionRuleTable, type ProtectionTarget } from '../db/tables/policy.ts';
import { forUpdate } from '../db/upsert.ts';
import { Forbidden, InvalidInput } from '../errors.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { findNamespace } from '../namespaces/repository.ts';
import type { ProtectionRule } from './rules.ts';

/** What a rule says. */
export interface RuleTerms {
  target: ProtectionTarget;
  /** Null: every format. */
  format: string | null;
  namePattern: string;
  /** Of versions or tags; null for PACKAGE. */
  pattern: string | null;
  publishRole: Role | null;
  deleteRole: Role | null;
  isImmutable: boolean;
}

/** What of a rule can be changed: what it protects stays. */
export type RuleChanges = Partial<Omit<RuleTerms, 'target'>>;

const maxRules = 200;

/** Roles below these ask for nothing, since the action itself needs as much. */
const leastRoles: Record<ProtectionTarget, { publishRole: Role; deleteRole: Role }> = {
  PACKAGE: { publishRole: 'DEVELOPER', deleteRole: 'MAINTAINER' },
  VERSION: { publishRole: 'DEVELOPER', deleteRole: 'MAINTAINER' },
  TAG: { publishRole: 'DEVELOPER', deleteRole: 'DEVELOPER' },
};

/**
 * Makes a rule for everything in a node and below. Nobody makes, changes or deletes a rule that asks for a role above their own, or a
 * maintainer could lift what binds maintainers. Throws InvalidInput and what authorisation throws.
 */
export async function createProtectionRule(core: Core, actor: Actor, namespaceId: string, terms: RuleTerms): Promise<ProtectionRule> {
  return core.database.tx(async (tx) => {
    const namespace = await getManaged(tx, actor, namespaceId, 'Namespace');
    checkTerms(core, terms);
    checkOwnRole(actor, namespace, terms);
    if ((await tx.countBy(ProtectionRuleTable, { namespaceId })) >= maxRules) throw new InvalidInput('namespaceId', `A namespace has at most ${maxRules} rules of its own.`);
    const now = core.clock.now();
    const row: ProtectionRuleRow = { ...terms, id: newId('protectionRule', now), namespaceId, createdById: principalId(actor) ?? null, createdAt: now };
    await tx.insert(ProtectionRuleTable, row);
    await tell(tx, core, actor, 'CREATED', row);
    return { ...row, path: namespace.path };
  });
}

/** Changes a rule; what is left out stays. Throws InvalidInput, NotFound and what authorisation throws. */
export async function updateProtectionRule(core: Core, actor: Actor, id: string, changes: RuleChanges): Promise<ProtectionRule> {
  return core.database.tx(async (tx) => {
    const { row, namespace } = await getManagedRule(tx, actor, id);
    const next = { ...row, ...changes };
    checkTerms(core, next);
    checkOwnRole(actor, namespace, row);
    checkOwnRole(actor, namespace, next);
    await tx.update(ProtectionRuleTable, { id }, next);
    await tell(tx, core, actor, 'UPDATED', next);
    return { ...next, path: namespace.path };
  });
}

/** Deletes a rule and returns it. Throws NotFound and what authorisation throws. */
export async function deleteProtectionRule(core: Core, actor: Actor, id: string): Promise<ProtectionRule> {
  return core.database.tx(async (tx) => {
    const { row, namespace } = await getManagedRule(tx, actor, id);
    checkOwnRole(actor, namespace, row);
    await tx.delete(ProtectionRuleTable, { id });
    await tell(tx, core, actor, 'DELETED', row);
    return { ...row, path: namespace.path };
  });
}

/** Throws InvalidInput where the terms of a rule make no sense. */
export function checkTerms(core: Core, terms: RuleTerms): void {
  checkScope(core, terms);
  const { target, publishRole, deleteRole, isImmutable } = terms;
  if (target === 'PACKAGE' && isImmutable) throw new InvalidInput('isImmutable', 'Only versions and tags can be immutable; for all versions of a package take the target VERSION with the pattern "*".');
  for (const field of ['publishRole', 'deleteRole'] as const) {
    const role = terms[field];
    const least = leastRoles[target][field];
    if (role !== null && !hasAtLeast(role, least)) throw new InvalidInput(field, `This needs the role ${least} without any rule; name that or a higher one.`);
  }
  if (publishRole === null && deleteRole === null && !isImmutable) throw new InvalidInput('publishRole', 'A rule asks for a role or makes something immutable.');
}

/** Throws InvalidInput where it is not clear what a rule is about. */
export function checkScope(core: Core, { target, format, namePattern, pattern }: Pick<RuleTerms, 'target' | 'format' | 'namePattern' | 'pattern'>): void {
  checkPattern('namePattern', namePattern);
  if (target === 'PACKAGE') {
    if (pattern !== null) throw new InvalidInput('pattern', 'A rule for packages has a pattern of names only.');
    return;
  }
  if (pattern === null) throw new InvalidInput('pattern', `A rule for ${target === 'VERSION' ? 'versions' : 'tags'} needs a pattern of them; "*" is all.`);
  checkPattern('pattern', pattern);
  const only = format === null ? undefined : core.formats.get(format);
  if (target === 'TAG' && only && !only.validateTag) throw new InvalidInput('format', `${only.title} packages have no tags.`);
}

/** A node that the actor may manage; throws what authorisation throws. */
export async function getManaged(manager: EntityManager, actor: Actor, namespaceId: string, what: string): Promise<NamespaceRow> {
  const namespace = await findNamespace(manager, namespaceId);
  if (!namespace) throw notThere(actor, what);
  authorize(actor, 'MANAGE', namespace, undefined, what);
  return namespace;
}

async function getManagedRule(tx: EntityManager, actor: Actor, id: string): Promise<{ row: ProtectionRuleRow; namespace: NamespaceRow }> {
  const what = 'Protection rule';
  // Locked: somebody may be raising its role this moment.
  await tx.query(`SELECT id FROM protection_rule WHERE id = ?${forUpdate(tx)}`, [id]);
  const found = await tx.findOne(ProtectionRuleTable, { where: { id } });
  if (!found) throw notThere(actor, what);
  return { row: { ...found, isImmutable: Boolean(found.isImmutable) }, namespace: await getManaged(tx, actor, found.namespaceId, what) };
}

function checkOwnRole(actor: Actor, namespace: NamespaceRow, { publishRole, deleteRole }: Pick<RuleTerms, 'publishRole' | 'deleteRole'>): void {
  const asked = [publishRole, deleteRole].filter((role) => role !== null).sort((a, b) => roles.indexOf(b) - roles.indexOf(a))[0];
  if (asked && !hasAtLeast(roleOn(actor, namespace), asked)) throw new Forbidden(`A rule that asks for the role ${asked} is for those who have it.`);
}

function tell(tx: EntityManager, core: Core, actor: Actor, change: 'CREATED' | 'UPDATED' | 'DELETED', rule: ProtectionRuleRow): Promise<void> {
  const { id, namespaceId, createdById: _, createdAt: __, ...terms } = rule;
  return record(tx, { type: 'PROTECTION_CHANGED', namespaceId, actor, occurredAt: core.clock.now(), payload: { change, ruleId: id, ...terms } });
}
