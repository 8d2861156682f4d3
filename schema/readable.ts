import { getNamedType, type GraphQLNamedType, type GraphQLObjectType, isAbstractType, isObjectType, type SelectionSetNode } from 'graphql';
import type { Actor } from '../src/access/actor.ts';
import { isAdministrator } from '../src/access/admin.ts';
import { decide, type Node } from '../src/access/decide.ts';
import { UnreadableField } from '../src/errors.ts';
import { type Gate, gateOf, isLeaving } from './gate.ts';
import { type BoundDocument, selectedFields } from './selected.ts';

/** Whose rights, and where. */
export interface Reader {
  actor: Actor;
  /** What is read begins here or below. */
  node: Node;
  /** Where what leads out of that may come to. */
  instance: Node;
}

/**
 * Throws UnreadableField where a selection asks for a field with rights of its own ({@link needs}) that the reader lacks at the node. A right
 * there holds for everything below; where a field leads out of it, it takes the right everywhere.
 */
export function checkReadable(bound: BoundDocument, reader: Reader, start: { type: GraphQLNamedType; selectionSet: SelectionSetNode; path: string }): void {
  const seen = new Map<SelectionSetNode, Set<string>>();
  visitAll(start.type, start.selectionSet, start.path, reader.node);

  function visitAll(type: GraphQLNamedType, selectionSet: SelectionSetNode, path: string, place: Node): void {
    const types = isAbstractType(type) ? bound.schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    for (const each of types) visit(each, selectionSet, path, place);
  }

  function visit(type: GraphQLObjectType, selectionSet: SelectionSetNode, path: string, place: Node): void {
    // Fragments can be spread again and again: what was looked at for a type is not looked at twice.
    const key = `${type.name} ${place === reader.instance}`;
    const keys = seen.get(selectionSet) ?? new Set();
    seen.set(selectionSet, keys);
    if (keys.has(key)) return;
    keys.add(key);
    for (const node of selectedFields(bound, type, selectionSet)) {
      const field = type.getFields()[node.name.value];
      if (!field) continue;
      const own = `${path}.${node.name.value}`;
      const gate = gateOf(field);
      const refusal = gate && refusalOf(reader.actor, gate, place);
      if (refusal !== undefined) throw new UnreadableField(own, refusal);
      if (node.selectionSet) visitAll(getNamedType(field.type), node.selectionSet, own, isLeaving(field) ? reader.instance : place);
    }
  }
}

function refusalOf(actor: Actor, gate: Gate, place: Node): string | undefined {
  if (gate === 'ADMIN') return isAdministrator(actor) ? undefined : 'It is for administrators of this server.';
  const decision = decide(actor, gate, place);
  return decision.allowed ? undefined : decision.reason;
}
