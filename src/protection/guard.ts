import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.ts';
import { canSee, hasAtLeast, roleOnPackage } from '../access/decide.ts';
import { type Role, roles } from '../db/tables/access.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import type { PackageRow } from '../db/tables/package.ts';
import { Protected } from '../errors.ts';
import { nodeInWords } from '../namespaces/in-words.ts';
import { subjectOf } from '../packages/subject.ts';
import { listRulesFor, type ProtectionRule, type RuleSubject } from './rules.ts';

/** A package as its guard needs it. */
export type GuardedPackage = Pick<PackageRow, 'id' | 'format' | 'name' | 'normalizedName' | 'isRestricted' | 'visibility'>;

/** Who wants to change a package, and the rules that hold for it: what every check of this folder needs. */
export interface Guard {
  packageId: string;
  /** As people spell it. */
  name: string;
  rules: readonly ProtectionRule[];
  /** The actor's on the package; undefined: none, or the registry itself acts. */
  role: Role | undefined;
  /** Whether the actor may be told where a rule is. */
  seesNodes: boolean;
}

/**
 * Reads the rules for a package in one statement. The caller holds the package's lock, and has seen to it that the actor may do the
 * thing at all; without an actor it is the registry itself, which has no role.
 */
export async function loadGuard(manager: EntityManager, actor: Actor | undefined, namespace: NamespaceRow, owner: GuardedPackage): Promise<Guard> {
  return {
    packageId: owner.id,
    name: owner.name,
    rules: await listRulesFor(manager, namespace, owner),
    role: actor && roleOnPackage(actor, namespace, subjectOf(owner).access),
    seesNodes: actor !== undefined && canSee(actor, namespace),
  };
}

/** The guard of a package that may not be there yet, by the name it is published under. */
export function loadGuardOfName(manager: EntityManager, actor: Actor, namespace: NamespaceRow, subject: RuleSubject & { name: string }, owner: GuardedPackage | null): Promise<Guard> {
  return loadGuard(manager, actor, namespace, owner ?? { ...subject, id: '', isRestricted: false, visibility: null });
}

/** What rules say of publishing (and setting tags) and of deleting (and removing tags). */
export type Need = 'publishRole' | 'deleteRole';

/** How the refusals of one thing begin and end: `{subject} is protected by the rule …: {doing} needs the role …`. */
export interface Wording {
  subject: string;
  doing: string;
}

/** The refusal where the actor lacks the highest role that these rules name; undefined: none. */
export function refusalByRole(guard: Guard, rules: readonly ProtectionRule[], need: Need, { subject, doing }: Wording): Protected | undefined {
  const [strictest] = rules.filter((rule) => rule[need] !== null).sort((a, b) => rank(b[need]) - rank(a[need]));
  const role = strictest?.[need];
  if (!strictest || !role || hasAtLeast(guard.role, role)) return undefined;
  return refusal(guard, strictest, subject, `${doing} needs the role ${role}.`);
}

/** The refusal where one of these rules lets nobody change the thing; undefined: none does. */
export function refusalByImmutability(guard: Guard, rules: readonly ProtectionRule[], subject: string, why: string): Protected | undefined {
  const rule = rules.find(({ isImmutable }) => isImmutable);
  return rule && refusal(guard, rule, subject, why);
}

function refusal(guard: Guard, rule: ProtectionRule, subject: string, why: string): Protected {
  return new Protected(rule.id, `${subject} is protected by the rule ${nameOfRule(rule)} of ${nodeOf(guard, rule)}: ${why}`);
}

/** How a rule is called in messages: by its patterns. */
export function nameOfRule({ target, namePattern, pattern }: Pick<ProtectionRule, 'target' | 'namePattern' | 'pattern'>): string {
  return target === 'PACKAGE' ? `"${namePattern}"` : `"${namePattern}" for ${target === 'VERSION' ? 'versions' : 'tags'} "${pattern}"`;
}

/** Who has a right on the package only may not know where it is. */
function nodeOf({ seesNodes }: Guard, { path }: ProtectionRule): string {
  return seesNodes ? nodeInWords(path) : 'its namespace';
}

function rank(role: Role | null): number {
  return role === null ? -1 : roles.indexOf(role);
}
