import { type EntrepotError, Forbidden, NotFound, Unauthenticated } from '../errors.ts';
import { type Role, roles, type TokenScope } from '../db/tables/access.ts';
import type { Visibility } from '../db/tables/namespace.ts';
import type { Actor } from './actor.ts';

/** What may be asked for: reading, publishing (and tagging, deprecating), deleting, and managing the node itself. */
export type Action = 'READ' | 'PUBLISH' | 'DELETE' | 'MANAGE';

/** The parts of a namespace that a decision needs. */
export interface Node {
  lineage: string;
  visibility: Visibility;
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
  MANAGE: { role: 'MAINTAINER', scope: 'ADMIN', words: 'manage this namespace' },
};

/** `visible` says whether a refusal may admit that the thing exists; `reason` is for people. */
export type Decision = { allowed: true } | { allowed: false; visible: boolean; reason: string };

/** The actor's role on a node: the highest of those it has there and above. Admins are owners everywhere. */
export function roleOn(actor: Actor, node: Node): Role | undefined {
  if (!actor.user) return undefined;
  if (actor.user.isAdmin) return 'OWNER';
  let best = -1;
  for (const [namespaceId, role] of actor.roles) {
    if (node.lineage.includes(`${namespaceId}/`)) best = Math.max(best, roles.indexOf(role));
  }
  return roles[best];
}

/** The one place where rights are decided: role, visibility and the scope of the credential. */
export function decide(actor: Actor, action: Action, node: Node): Decision {
  const role = roleOn(actor, node);
  const isVisible =
    node.visibility === 'PUBLIC' ||
    (actor.user !== undefined && node.visibility === 'INTERNAL') ||
    hasAtLeast(role, 'GUEST');
  const { role: needed, scope, words } = rules[action];
  if (!actor.scopes.has(scope)) {
    return { allowed: false, visible: isVisible, reason: `This token lacks the scope ${scope} needed to ${words}.` };
  }
  const isOpen = node.visibility === 'PUBLIC' || (node.visibility === 'INTERNAL' && actor.user !== undefined);
  if ((action === 'READ' && isOpen) || hasAtLeast(role, needed)) return { allowed: true };
  return { allowed: false, visible: isVisible, reason: `You need the role ${needed} or higher to ${words}.` };
}

/** Whether the actor may read at a node. */
export function canRead(actor: Actor, node: Node): boolean {
  return decide(actor, 'READ', node).allowed;
}

/**
 * Throws where the actor may not: Unauthenticated for anonymous callers, Forbidden where it may see the thing but not do
 * this, NotFound (`what` in the message) where it may not even know of it.
 */
export function authorize(actor: Actor, action: Action, node: Node, what = 'Namespace'): void {
  const decision = decide(actor, action, node);
  if (decision.allowed) return;
  throw actor.user && decision.visible ? new Forbidden(decision.reason) : notThere(actor, what);
}

/** How a thing that is not there is refused: to the letter like one that the actor must not know of. */
export function notThere(actor: Actor, what: string, message?: string): EntrepotError {
  return actor.user ? new NotFound(what, message) : new Unauthenticated();
}

function hasAtLeast(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);
}
