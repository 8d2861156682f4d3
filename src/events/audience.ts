import type { Actor } from '../access/actor.ts';
import { isAdministrator } from '../access/admin.ts';
import { canSee, decide, type Node } from '../access/decide.ts';
import type { NamespaceRecord } from '../namespaces/queries/namespaces.ts';
import type { EventFacts, PackageFacts } from './facts.ts';
import type { LoggedEvent } from './logged-event.ts';
import { type Audience, audiences, type EventType } from './kinds.ts';

/** What an event is about, as it is now. */
export interface EventSubject {
  /** The node: of a package where it lives now. Null: gone. */
  node: NamespaceRecord | null;
  /** Null: the event is about none, or it is gone. */
  package: PackageFacts | null;
}

/** Reads what an event is about. */
export async function subjectOfEvent(facts: EventFacts, { namespaceId, packageId }: LoggedEvent): Promise<EventSubject> {
  const found = packageId === null ? null : await facts.package(packageId);
  return { node: await facts.node(found?.namespaceId ?? namespaceId), package: found };
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
  if (audience.of === 'TOKEN') return (actor.user !== undefined && actor.scopes.has('READ')) || decide(actor, 'MANAGE', node).allowed;
  return audience.needs === 'SEE' ? canSee(actor, node) : decide(actor, audience.needs, node).allowed;
}

function isOwnToken({ user, scopes }: Actor, { payload }: LoggedEvent): boolean {
  return user !== undefined && payload['userId'] === user.id && scopes.has('READ');
}
