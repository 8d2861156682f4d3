import type { GraphQLField } from 'graphql';
import type { Action } from '../src/access/decide.ts';

/** What it takes to read a field, beside seeing what it hangs on: an action on that, or to administer the server. */
export type Gate = Action | 'ADMIN';

interface FieldFacts {
  gate?: Gate;
  /** See {@link leaves}. */
  leaves?: boolean;
}

/** Options of a field that not everybody may read who sees what it hangs on. Its resolver decides; this tells it ahead of that (webhook-document.ts). */
export function needs(gate: Gate, facts: Omit<FieldFacts, 'gate'> = {}) {
  return { extensions: { entrepot: { gate, ...facts } satisfies FieldFacts } };
}

/** Options of a field that may lead out of the namespace of what it hangs on: up, or across. */
export function leaves() {
  return { extensions: { entrepot: { leaves: true } satisfies FieldFacts } };
}

/** What {@link needs} said of a field. */
export function gateOf(field: GraphQLField<unknown, unknown>): Gate | undefined {
  return factsOf(field).gate;
}

/** Whether {@link leaves} was said of a field. */
export function isLeaving(field: GraphQLField<unknown, unknown>): boolean {
  return factsOf(field).leaves ?? false;
}

function factsOf({ extensions }: GraphQLField<unknown, unknown>): FieldFacts {
  return (extensions['entrepot'] ?? {}) as FieldFacts;
}
