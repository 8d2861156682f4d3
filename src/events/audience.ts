import type { Actor } from '../access/actor.ts';
import { isAdministrator } from '../access/admin.ts';
import { canSee, decide, type Node } from '../access/decide.ts';
import { managesTokens } from '../access/token-rules.ts';
import type { NamespaceRecord } from '../namespaces/queries/namespaces.ts';
import type { EventFacts, PackageFacts } from './facts.ts';
import type { LoggedEvent } from './logged-event.ts';
import { type Audience, audiences, type EventType } from './kinds.ts';

/** What an event is about, as it is now. */
export interface EventSubject {
  /** Where it happened. Null: gone. */
  node: NamespaceRecord | null;
  /** Null: the event is about none, or it is gone. */
  package: PackageFacts | null;
}

/** Reads what an event is about. */
export async function subjectOfEvent(facts: EventFacts, { namespaceId, packageId }: LoggedEvent): Promise<EventSubject> {
  const found = packageId === null ? null : await facts.package(packageId);
  // Its name has passed from a node that is gone to the one above, where others may read: what was before is none of their business.
  if (found && found.namespaceId !== namespaceId) return { node: null, package: null };
  return { node: await facts.node(namespaceId), package: found };
}

/**
 * The one rule of who is told of what: as things are now, not as they were when it happened. Of what hangs on a node that is gone only
 * administrators hear.
 */
export function isTold(actor: Actor, event: LoggedEvent, { node, package: owner }: EventSubject): boolean {
  const audience: Audience | undefined = audiences[event.type];
  if (audience === undefined) return false;
  if (audience.of === 'ADMIN' || !node) return isAdministrator(actor);
  if (audience.of === 'TOKEN') return isOwnToken(actor, event) || (event.payload['kind'] === 'PERSONAL' ? isAdministrator(actor) : decide(actor, 'MANAGE', node).allowed);
  if (audience.of === 'PACKAGE') return owner !== null && audience.needs !== 'SEE' && decide(actor, audience.needs, node, owner.subject).allowed;
  return audience.needs === 'SEE' ? canSee(actor, node) : decide(actor, audience.needs, node).allowed;
}

/** Whether the actor could be told of a kind of event at a node at all, leaving aside what single packages allow. */
export function couldBeTold(actor: Actor, type: EventType, node: Node): boolean {
  const audience: Audience = audiences[type];
  if (audience.of === 'ADMIN') return isAdministrator(actor);
  if (audience.of === 'TOKEN') return (actor.user !== undefined && managesTokens(actor)) || decide(actor, 'MANAGE', node).allowed;
  return audience.needs === 'SEE' ? canSee(actor, node) : decide(actor, audience.needs, node).allowed;
}

/**
 * Whether somebody who is told of a node's event is told a path that the node had then: what it was called may have been a secret before it
 * was opened, so that is for those who see how it is set up.
 */
export function isToldPath(actor: Actor, node: NamespaceRecord | null, path: string): boolean {
  if (!node) return isAdministrator(actor);
  return node.path === path || decide(actor, 'INSPECT', node).allowed;
}

function isOwnToken(actor: Actor, { payload }: LoggedEvent): boolean {
  return actor.user !== undefined && payload['userId'] === actor.user.id && managesTokens(actor);
}
