import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * How many fields an operation has once every fragment is written out where it is spread, and every selection on an interface
 * or union for each of its types: the size of the program that it would be compiled to. Counting stops at `limit`. The
 * document must be valid, so that no fragment spreads itself.
 */
export function expandedFields(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, limit: number): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  let count = 0;
  visitAll(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
  return count;

  function visitAll(selectionSet: SelectionSetNode, type: GraphQLNamedType | undefined): void {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    for (const each of types) visit(selectionSet, each);
  }

  function visit(selectionSet: SelectionSetNode, type: GraphQLObjectType): void {
    for (const selection of selectionSet.selections) {
      // Fragments count as well: many of them can add up to work without a single field.
      if (count >= limit) return;
      count += 1;
      if (selection.kind === Kind.FIELD) {
        const field = type.getFields()[selection.name.value];
        if (field && selection.selectionSet) visitAll(selection.selectionSet, getNamedType(field.type));
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (fragment && applies(fragment.typeCondition?.name.value, type)) visit(fragment.selectionSet, type);
    }
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    const wanted = condition === undefined ? type : schema.getType(condition);
    return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
  }
}
