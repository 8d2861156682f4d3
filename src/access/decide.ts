import { type EntrepotError, Forbidden, NotFound, Unauthenticated } from '../errors.ts';
import { type GrantLevel, grantLevels, type Role, roles } from '../db/tables/access.ts';
import type { TokenScope } from '../db/tables/credential.ts';
import type { Visibility } from '../db/tables/namespace.ts';
import { type Actor, anonymous, isSignedIn } from './actor.ts';
import { isServed, notServed } from './disabled-formats.ts';
import { matchesPattern } from './name-pattern.ts';
import { isCovered, narrowedOff } from './narrowing.ts';
import { effectiveVisibility } from './visibility.ts';

/**
 * What may be asked for. READ: see and pull. PUBLISH: publish, tag, deprecate, hide, yank. DELETE: delete and restore. INSPECT: see
 * members and settings, which visibility opens to nobody. MANAGE: settings, rules, tokens, members, children. OWN: what only an owner
 * may: delete and rename the node, open it, name owners.
 */
export const actions = ['READ', 'PUBLISH', 'DELETE', 'INSPECT', 'MANAGE', 'OWN'] as const;
export type Action = (typeof actions)[number];

/** The parts of a namespace that a decision needs. */
export interface Node {
  lineage: string;
  visibility: Visibility;
  isPullOpen: boolean;
  disabledFormats: string;
}

/** The parts of a package that a decision needs. */
export interface PackageAccess {
  id: string;
  isRestricted: boolean;
  visibility: Visibility | null;
}

/** What in a node is meant; without one it is the node itself. */
export interface Subject {
  format: string;
  /** Undefined: no certain package yet. */
  normalizedName?: string;
  /** Undefined: a package that is not there yet. */
  access?: PackageAccess;
}

interface Rule {
  role: Role;
  scope: TokenScope;
  words: string;
}

const rules: Record<Action, Rule> = {
  READ: { role: 'REPORTER', scope: 'READ', words: 'read here' },
  PUBLISH: { role: 'DEVELOPER', scope: 'WRITE', words: 'publish here' },
  DELETE: { role: 'MAINTAINER', scope: 'DELETE', words: 'delete here' },
  INSPECT: { role: 'REPORTER', scope: 'READ', words: 'see how this is set up' },
  MANAGE: { role: 'MAINTAINER', scope: 'ADMIN', words: 'manage this' },
  OWN: { role: 'OWNER', scope: 'ADMIN', words: 'do this' },
};

/** What has to do with the node itself, not with packages in it. */
const managing: ReadonlySet<Action> = new Set(['INSPECT', 'MANAGE', 'OWN']);

const grantRoles: Record<GrantLevel, Role> = { READ: 'REPORTER', WRITE: 'DEVELOPER', ADMIN: 'MAINTAINER' };

/**
 * `reason` is for people, of a refusal for the one who asks. `visible` says whether a refusal may admit that the thing exists; `needed` is
 * the role that would have done; `isNarrowedOff`: not the actor's rights are the reason, but what their credential was made for.
 */
export type Decision = { allowed: true; reason: string } | { allowed: false; visible: boolean; reason: string; needed?: Role; isNarrowedOff?: true };

const asNode = { isRestricted: false, visibility: null };

const whyOpen: Record<Visibility, string> = {
  PUBLIC: 'It is PUBLIC: everybody may read it.',
  INTERNAL: 'It is INTERNAL: everybody who has signed in may read it.',
  PRIVATE: 'It is PRIVATE.',
};

/** What a person would do, as it stands in sentences: `It takes the role … to {words}`. */
export function wordsOf(action: Action): string {
  return rules[action].words;
}

/** What an action takes at least: a role, or the grant on a package that counts like it, and a scope. */
export function needsOf(action: Action): { role: Role; scope: TokenScope; grant: GrantLevel | undefined } {
  const { role, scope } = rules[action];
  return { role, scope, grant: grantLevels.find((level) => grantRoles[level] === role) };
}

/** The actor's role on a node: the highest of those it has there and above. Admins are owners everywhere. */
export function roleOn(actor: Actor, node: Pick<Node, 'lineage'>): Role | undefined {
  if (actor.user?.isAdmin) return 'OWNER';
  let best = -1;
  for (const [namespaceId, role] of actor.roles) {
    if (node.lineage.includes(`${namespaceId}/`)) best = Math.max(best, roles.indexOf(role));
  }
  return roles[best];
}

/** The same for a package: a grant counts like a role, and of the roles in the namespace of a restricted one only OWNER does. */
export function roleOnPackage(actor: Actor, node: Pick<Node, 'lineage'>, access: PackageAccess | undefined): Role | undefined {
  const inherited = roleOn(actor, node);
  if (!access) return inherited;
  const grant = actor.grants.get(access.id);
  const own = access.isRestricted && inherited !== 'OWNER' ? -1 : roles.indexOf(inherited as Role);
  return roles[Math.max(own, grant ? roles.indexOf(grantRoles[grant]) : -1)];
}

/** The one place where rights are decided: role, visibility, grants, and the limits of the credential. */
export function decide(actor: Actor, action: Action, node: Node, subject?: Subject): Decision {
  const role = roleOnPackage(actor, node, subject?.access);
  const isOpen = isOpenTo(actor, node, subject?.access);
  const isPullable = subject !== undefined && isOpenForPulls(node, subject.access);
  // A GUEST knows of the node, but not of what is in it.
  const visible = isOpen || isPullable || hasAtLeast(role, subject?.access ? rules.READ.role : 'GUEST');
  const { role: needed, scope, words } = rules[action];
  const refuse = (reason: string): Decision => ({ allowed: false, visible, reason });

  if (!isCovered(actor, action, node, subject) && !(action === 'READ' && isForEverybody(node, subject))) return { allowed: false, visible: false, reason: narrowedOff, isNarrowedOff: true };
  const limit = limitOf(actor, action, subject);
  // What a limited token is not good for it does not know of either: its holder may be somebody else than the user.
  if (limit !== undefined) return { allowed: false, visible: visible && subject === undefined, reason: limit };
  if (!actor.scopes.has(scope)) return refuse(`This token lacks the scope ${scope} needed to ${words}.`);
  if (subject && !isServed(node.disabledFormats, subject.format)) return refuse(notServed(node.disabledFormats, subject.format));
  if (action === 'READ' && isOpen) return { allowed: true, reason: whyOpen[effectiveVisibility(node.visibility, subject?.access ?? asNode)] };
  if (action === 'READ' && isPullable) return { allowed: true, reason: 'Anyone can pull here: that is a setting of the namespace.' };
  if (hasAtLeast(role, needed)) return { allowed: true, reason: `The role ${role} allows to ${words}.` };
  return { allowed: false, visible, needed, reason: `You need the role ${needed} or higher to ${words}.` };
}

/** Whether the actor may read at a node. */
export function canRead(actor: Actor, node: Node, subject?: Subject): boolean {
  return decide(actor, 'READ', node, subject).allowed;
}

/** Whether the actor may know that the thing is there. */
export function canSee(actor: Actor, node: Node, subject?: Subject): boolean {
  const decision = decide(actor, 'READ', node, subject);
  return decision.allowed || decision.visible;
}

/**
 * Throws where the actor may not: Unauthenticated for anonymous callers and for credentials that were narrowed to something else, Forbidden where it may see the thing but not do
 * this, NotFound (`what` in the message) where it may not even know of it.
 */
export function authorize(actor: Actor, action: Action, node: Node, subject?: Subject, what = subject ? 'Package' : 'Namespace'): void {
  const decision = decide(actor, action, node, subject);
  if (decision.allowed) return;
  if (decision.isNarrowedOff) throw new Unauthenticated(decision.reason);
  throw isSignedIn(actor) && decision.visible ? new Forbidden(decision.reason) : notThere(actor, what);
}

/**
 * Throws Forbidden where the actor's token is not good for packages of that format or name in a node, there or not; Unauthenticated where it was narrowed
 * to something else.
 */
export function checkLimits(actor: Actor, node: Node, subject: Subject): void {
  if (!isCovered(actor, 'READ', node, subject) && !isForEverybody(node, subject)) throw new Unauthenticated(narrowedOff);
  const limit = limitOf(actor, 'READ', subject);
  if (limit !== undefined) throw new Forbidden(limit);
}

/** How a thing that is not there is refused: to the letter like one that the actor must not know of. */
export function notThere(actor: Actor, what: string, message?: string): EntrepotError {
  return isSignedIn(actor) ? new NotFound(what, message) : new Unauthenticated();
}

/** Whether a role includes another. */
export function hasAtLeast(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);
}

/** Visibility: anybody for PUBLIC, people who have signed in for INTERNAL; of node and package the narrower. */
function isOpenTo({ user }: Actor, node: Node, access: PackageAccess | undefined): boolean {
  const open: readonly Visibility[] = user ? ['PUBLIC', 'INTERNAL'] : ['PUBLIC'];
  if (!open.includes(node.visibility)) return false;
  return !access || open.includes(access.visibility ?? (access.isRestricted ? 'PRIVATE' : node.visibility));
}

/** Whether anybody at all may pull it. */
function isForEverybody(node: Node, subject: Subject | undefined): boolean {
  return subject !== undefined && (isOpenTo(anonymous, node, subject.access) || isOpenForPulls(node, subject.access));
}

function isOpenForPulls(node: Node, access: PackageAccess | undefined): boolean {
  return node.isPullOpen && (!access || (!access.isRestricted && access.visibility === null));
}

/** What a limited token is not good for; it manages nothing, or it could widen itself. */
function limitOf({ token }: Actor, action: Action, subject: Subject | undefined): string | undefined {
  if (!token) return undefined;
  if (!subject) {
    if (!managing.has(action)) return undefined;
    if (token.kind === 'DEPLOY' || token.kind === 'JOB') return 'This token is for packages alone.';
    return token.formats || token.namePattern !== undefined ? 'This token is limited to certain packages.' : undefined;
  }
  if (token.formats && !token.formats.has(subject.format)) return `This token is not good for ${subject.format} packages.`;
  const { normalizedName } = subject;
  if (token.namePattern !== undefined && normalizedName !== undefined && !matchesPattern(token.namePattern, normalizedName)) {
    return `This token is good only for packages that match "${token.namePattern}".`;
  }
  return undefined;
}
