import type { Condition, Parameter } from '../db/condition.ts';
import { isIn } from '../db/condition.ts';
import type { Dialect } from '../db/dialect.ts';
import { type Role, roles } from '../db/tables/access.ts';
import type { Actor } from './actor.ts';
import type { Action } from './decide.ts';
import { isServedSql } from './disabled-formats.ts';
import { matchesPatternSql } from './name-pattern.ts';

const nothing: Condition = { sql: '1 = 0', parameters: [] };
const everything: Condition = { sql: '1 = 1', parameters: [] };

/**
 * The same rule as `decide(actor, 'READ', node)` as SQL over a namespace row called `alias`, so that lists and counts
 * are filtered by the database and never show what a single read would refuse.
 */
export function readableNodes(actor: Actor, alias: string): Condition {
  if (!actor.scopes.has('READ')) return nothing;
  if (actor.user?.isAdmin) return everything;
  return anyOf([{ sql: `${alias}.visibility IN (${openTo(actor)})`, parameters: [] }, ...below(actor, 'REPORTER', alias)]);
}

/** The same rule as `decide(actor, 'READ', node, subject)` over packages `p` in namespaces `n`. */
export function readablePackages(actor: Actor, dialect: Dialect): Condition {
  return allOf([isServedSql, servedOrNot(actor, dialect)]);
}

/** As {@link readablePackages}, also where the format is switched off: what the actor would read if it was not. */
export function servedOrNot(actor: Actor, dialect: Dialect): Condition {
  if (!actor.scopes.has('READ')) return nothing;
  return allOf([...limits(actor, dialect), ...covered(actor, 'READ', [forEverybody]), actor.user?.isAdmin ? everything : anyOf(ways(actor))]);
}

/** The same rule as `decide(actor, 'DELETE', node, subject)` over packages `p` in namespaces `n`. */
export function deletablePackages(actor: Actor, dialect: Dialect): Condition {
  if (!actor.scopes.has('DELETE')) return nothing;
  const granted = [...actor.grants].filter(([, level]) => level === 'ADMIN').map(([id]) => id);
  const byRight = anyOf([...below(actor, 'MAINTAINER', 'n').map(inherited), ...below(actor, 'OWNER', 'n'), isIn('p.id', granted)]);
  return allOf([isServedSql, ...limits(actor, dialect), ...covered(actor, 'DELETE'), actor.user?.isAdmin ? everything : byRight]);
}

/** Roles of the namespace count for packages that have not left its inheritance. */
function inherited({ sql, parameters }: Condition): Condition {
  return { sql: `p.is_restricted = 0 AND ${sql}`, parameters };
}

/** The ways in which a package comes to be readable. */
function ways(actor: Actor): Condition[] {
  const open = openTo(actor);
  const own = `p.visibility IN (${open}) OR (p.visibility IS NULL AND p.is_restricted = 0)`;
  return [
    { sql: `n.visibility IN (${open}) AND (${own})`, parameters: [] },
    { sql: 'n.is_pull_open = 1 AND p.is_restricted = 0 AND p.visibility IS NULL', parameters: [] },
    ...below(actor, 'REPORTER', 'n').map(inherited),
    ...below(actor, 'OWNER', 'n'),
    ...(actor.grants.size > 0 ? [isIn('p.id', [...actor.grants.keys()])] : []),
  ];
}

/** Visibilities that let the actor in by themselves. */
function openTo({ user }: Actor): string {
  return user ? "'PUBLIC', 'INTERNAL'" : "'PUBLIC'";
}

/** One condition for each node where the actor has at least that role: at it and below. */
function below(actor: Actor, role: Role, alias: string): Condition[] {
  return [...actor.roles]
    .filter(([, has]) => roles.indexOf(has) >= roles.indexOf(role))
    // Ids contain `_`, which LIKE takes as "any character"; ids are random and of one length, so no other can match.
    .map(([namespaceId]) => ({ sql: `${alias}.lineage LIKE ?`, parameters: [`%${namespaceId}/%`] }));
}

/** What a token is limited to. */
function limits({ token }: Actor, dialect: Dialect): Condition[] {
  return [
    ...(token?.formats ? [isIn('p.format', [...token.formats])] : []),
    ...(token?.namePattern === undefined ? [] : [matchesPatternSql(dialect, 'p.normalized_name', token.namePattern)]),
  ];
}

/** What everybody may pull. */
const forEverybody: Condition = {
  sql: "(n.visibility = 'PUBLIC' AND (p.visibility = 'PUBLIC' OR (p.visibility IS NULL AND p.is_restricted = 0))) OR (n.is_pull_open = 1 AND p.is_restricted = 0 AND p.visibility IS NULL)",
  parameters: [],
};

/** The same rule as `isCovered`; `others` are covered as well. */
function covered({ narrowedTo }: Actor, action: Action, others: readonly Condition[] = []): Condition[] {
  if (!narrowedTo) return [];
  const conditions = narrowedTo
    .filter(({ actions }) => actions.includes(action))
    .map(({ format, package: only }): Condition => {
      if (!only) return { sql: 'p.format = ?', parameters: [format] };
      return { sql: 'p.format = ? AND p.normalized_name = ? AND n.id = ?', parameters: [format, only.normalizedName, only.namespaceId] };
    });
  return [anyOf([nothing, ...others, ...conditions])];
}

function anyOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' OR ');
}

function allOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' AND ');
}

function joined(conditions: readonly Condition[], word: string): Condition {
  const parameters: Parameter[] = conditions.flatMap((condition) => condition.parameters);
  return { sql: `(${conditions.map(({ sql }) => `(${sql})`).join(word)})`, parameters };
}
