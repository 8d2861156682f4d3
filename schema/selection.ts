import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

const known = new WeakMap<FieldNode, Map<string, boolean>>();

/**
 * Whether an operation asks for a field of the rows of a connection: below `nodes`, or below `node` of `edges`. A field that a
 * directive leaves out counts as asked for. Remembered per document.
 */
export function asksForRowField({ fieldNodes, fragments }: GraphQLResolveInfo, field: string): boolean {
  return fieldNodes.some((node) => {
    const answers = known.get(node) ?? new Map<string, boolean>();
    const answer = answers.get(field) ?? (has(node.selectionSet, ['nodes', field], fragments) || has(node.selectionSet, ['edges', 'node', field], fragments));
    known.set(node, answers.set(field, answer));
    return answer;
  });
}

function has(selections: SelectionSetNode | undefined, path: readonly string[], fragments: GraphQLResolveInfo['fragments']): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  return (selections?.selections ?? []).some((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === name && has(selection.selectionSet, rest, fragments);
    if (selection.kind === Kind.INLINE_FRAGMENT) return has(selection.selectionSet, path, fragments);
    return has(fragments[selection.name.value]?.selectionSet, path, fragments);
  });
}
