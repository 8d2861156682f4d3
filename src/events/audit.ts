import type { Actor } from '../access/actor.ts';
import { isAdministrator } from '../access/admin.ts';
import { authorize } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { type Condition, isIn } from '../db/condition.ts';
import { instanceId } from '../db/tables/namespace.ts';
import { Forbidden } from '../errors.ts';
import type { NamespaceRecord } from '../namespaces/queries/namespaces.ts';
import { audiences, type EventType, eventTypes } from './kinds.ts';

/** Which audit events; conditions are joined by AND. */
export interface AuditFilter {
  types?: readonly EventType[] | undefined;
  /** Name of a user, or id of a token: what they did, or was done with it. */
  actor?: string | undefined;
  /** Id of a format, and a name as that compares names. */
  package?: { format: string; name: string } | undefined;
  /** Milliseconds since the epoch: not before. */
  from?: number | undefined;
  /** Before this. */
  to?: number | undefined;
}

/** Throws unless the actor may see who did what in a node and below: what authorisation throws, and Forbidden where that is switched off. */
export function authorizeAudit(actor: Actor, node: Pick<NamespaceRecord, 'lineage' | 'visibility' | 'isPullOpen' | 'disabledFormats' | 'isAudited'>): void {
  authorize(actor, 'OWN', node);
  if (!node.isAudited) throw new Forbidden('Audit events are switched off here. Whoever manages this namespace can switch them on: it is the setting auditEvents.');
}

/** A filter in SQL over events `e`. */
export function auditConditions(core: Core, { types, actor, package: owner, from, to }: AuditFilter): Condition[] {
  return [
    ...(types ? [isIn('e.type', types)] : []),
    ...(actor === undefined ? [] : [doneBy(actor)]),
    ...(owner ? [aboutPackage(core, owner.format, owner.name)] : []),
    ...(from === undefined ? [] : [{ sql: 'e.occurred_at >= ?', parameters: [from] }]),
    ...(to === undefined ? [] : [{ sql: 'e.occurred_at < ?', parameters: [to] }]),
  ];
}

/** What of a node's own events an actor is shown who owns it: users, teams and personal tokens hang on the instance, but are for administrators. */
export function withoutPeople(actor: Actor | undefined): Condition[] {
  if (!actor || isAdministrator(actor)) return [];
  const ofPeople = isIn('e.type', eventTypes.filter((type) => audiences[type].of === 'ADMIN'));
  const ofTokens = isIn('e.type', eventTypes.filter((type) => audiences[type].of === 'TOKEN'));
  return [
    {
      // In JSON text no name can look like this: its quotes would be escaped.
      sql: `e.namespace_id <> ? OR NOT (${ofPeople.sql} OR (${ofTokens.sql} AND e.payload LIKE '%","kind":"PERSONAL"%'))`,
      parameters: [instanceId, ...ofPeople.parameters, ...ofTokens.parameters],
    },
  ];
}

/** No user name looks like the id of a token. */
function doneBy(actor: string): Condition {
  if (/^tok_[0-9A-Z]{26}$/.test(actor)) return { sql: 'e.token_id = ?', parameters: [actor] };
  return { sql: 'e.actor_id = (SELECT u.id FROM user u WHERE u.username = ?)', parameters: [actor.toLowerCase()] };
}

function aboutPackage(core: Core, format: string, name: string): Condition {
  return {
    sql: 'e.package_id IN (SELECT p.id FROM package p WHERE p.format = ? AND p.normalized_name = ?)',
    parameters: [format, core.formats.find(format)?.normalizeName(name) ?? name],
  };
}
