import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { joinAfter } from '../db/dialect.ts';
import { type Condition, isIn, subtreeOf, whereAll } from '../db/condition.ts';
import type { Direction, ListQuery } from '../db/keyset.ts';
import type { NamespaceRecord } from '../namespaces/queries/namespaces.ts';
import { type AuditFilter, auditConditions, withoutPeople } from './audit.ts';
import { eventColumns, type LoggedEvent } from './logged-event.ts';

/** An event as audits have it. */
export interface AuditRecord extends Omit<LoggedEvent, 'payload'> {
  /** JSON text. */
  payload: string;
  /** Of the node where it happened; of one that is deleted the last; null where that is no longer known. */
  path: string | null;
}

/** Which list: what happened in a node and below, as an actor may see it. The caller has seen to it that it owns the node. */
export interface AuditList {
  node: Pick<NamespaceRecord, 'id' | 'kind' | 'lineage'>;
  filter: AuditFilter;
  /** Undefined: the operator of the server, who sees everything, be it audited or not. */
  actor: Actor | undefined;
  direction: Direction;
}

/** Up to so many events in a subtree are found by their nodes and sorted. Where there are more, the log is read along its order, and the next of them is never far. */
const fewEvents = 5_000;

const path = '(SELECT x.path FROM namespace x WHERE x.id = e.namespace_id UNION ALL SELECT x.path FROM deleted_namespace x WHERE x.id = e.namespace_id)';

/**
 * The audit events of one node, by their numbers. Which way into the log is taken is said here: left alone, the databases sort all of it for
 * one page, or read all of it for a node in which little happens.
 */
export async function auditListQuery(core: Core, list: AuditList): Promise<ListQuery> {
  const { from, where } = await wayIn(core, list);
  return {
    from,
    where: [{ sql: 'e.seq > 0', parameters: [] }, ...where, ...auditConditions(core, list.filter), ...withoutPeople(list.actor)],
    order: [{ sql: 'e.seq', direction: list.direction }],
    select: `${eventColumns}, ${path} AS path`,
    key: 'e.id AS id',
    row: 'JOIN event e ON e.id = hit.id',
  };
}

interface WayIn {
  from: string;
  where: readonly Condition[];
}

async function wayIn(core: Core, { node: { id, kind, lineage }, actor }: AuditList): Promise<WayIn> {
  if (kind === 'INSTANCE' && !actor) return { from: 'event e', where: [] };
  const isAudited = actor ? ' AND place.is_audited = 1' : '';
  // It has nothing below it, and never had.
  if (kind === 'PROJECT') return { from: `event e JOIN namespace place ON place.id = e.namespace_id${isAudited}`, where: [isIn('e.namespace_id', [id])] };
  const then = joinAfter(core.database.dialect);
  const alongLog = `event e LEFT JOIN deleted_namespace d ON d.id = e.namespace_id ${then} namespace place ON place.id = COALESCE(d.heir_id, e.namespace_id)${isAudited}`;
  if (kind === 'INSTANCE') return { from: alongLog, where: [] };
  const byNode = `${places} ${then} event e ON e.namespace_id = place.id${isAudited}`;
  const where = [subtreeOf('place', lineage)];
  return { from: (await hasFew(core, byNode, where)) ? byNode : alongLog, where };
}

/** Ids of nodes, each with the node whose owners see what happened there: itself, or where it is deleted the one above. */
const places =
  '(SELECT n.id AS id, n.lineage AS lineage, n.is_audited AS is_audited FROM namespace n ' +
  'UNION ALL SELECT d.id, n.lineage, n.is_audited FROM deleted_namespace d JOIN namespace n ON n.id = d.heir_id) place';

async function hasFew(core: Core, from: string, conditions: readonly Condition[]): Promise<boolean> {
  const { sql, parameters } = whereAll(conditions);
  const [row] = await core.database.reads.query(`SELECT COUNT(*) AS found FROM (SELECT 1 FROM ${from}${sql} LIMIT ${fewEvents + 1}) few`, parameters);
  return Number(row.found) <= fewEvents;
}
