import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** A valid document whose variables have their values. */
export interface BoundDocument {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
}

/** Binds a document to values of its variables. */
export function bindDocument(schema: GraphQLSchema, document: DocumentNode, variables: Record<string, unknown>): BoundDocument {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return { schema, variables, fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])) };
}

/** The fields that a selection asks of an object type, those of its fragments among them, as executing it would collect them (https://spec.graphql.org/October2021/#CollectFields()). */
export function selectedFields(bound: BoundDocument, type: GraphQLObjectType, { selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((selection) => {
    if (isLeftOut(bound, selection)) return [];
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? bound.fragments.get(selection.name.value) : selection;
    return fragment && applies(bound.schema, fragment.typeCondition?.name.value, type) ? selectedFields(bound, type, fragment.selectionSet) : [];
  });
}

function isLeftOut({ variables }: BoundDocument, node: { directives?: readonly DirectiveNode[] }): boolean {
  return getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true || getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] === false;
}

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLObjectType): boolean {
  const wanted = condition === undefined ? type : schema.getType(condition);
  return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
}
