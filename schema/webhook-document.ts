import {
  type FieldNode,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { instanceId, type NamespaceRow } from '../src/db/tables/namespace.ts';
import { InvalidInput, NotFound, UnreadableField } from '../src/errors.ts';
import { couldBeTold } from '../src/events/audience.ts';
import { type EventFilter, type ResolvedFilter, resolveFilter } from '../src/events/filter.ts';
import { type EventType, eventTypes } from '../src/events/kinds.ts';
import { getNamespace } from '../src/namespaces/repository.ts';
import type { Context } from './context.ts';
import type { Prepared } from './engine.ts';
import { typeNameOf } from './event.ts';
import { checkComplexity } from './live.ts';
import { checkReadable } from './readable.ts';
import { bindDocument, type BoundDocument, selectedFields } from './selected.ts';

/** A document has at most so many characters. */
const maxLength = 20_000;

/** What is sent where nothing else is wished for: what happens to packages, with the names of everything. */
export const defaultDocument = `subscription PackageEvents {
  events {
    __typename
    ... on PackageEvent {
      id
      occurredAt
      actor { displayName }
      namespace { path }
      format
      packageName
      package { purl }
    }
    ... on VersionEvent {
      versionName
      version { purl status tags }
    }
  }
}
`;

/**
 * Reads the document of a webhook: a subscription to `events` or `packagePublished` that needs nothing beside itself, within the limits of the
 * API, about the node or what is below it, with nothing that the caller may not read. Returns which events it is about. Throws InvalidInput,
 * UnreadableField.
 */
export async function readDocument(context: Context, text: string, node: NamespaceRow): Promise<ResolvedFilter> {
  const { prepared, operation } = prepareSubscription(context, text);
  const { schema } = prepared;
  const bound = bindDocument(schema, prepared.document, variablesOf(prepared, operation));
  const subscription = schema.getSubscriptionType() as GraphQLObjectType;
  // Validation has seen to it that all of them are the same field.
  const fields = selectedFields(bound, subscription, operation.selectionSet);
  const [field] = fields;
  const definition = field && subscription.getFields()[field.name.value];
  if (!definition) throw refuse('A webhook subscribes to `events` or to `packagePublished`.');
  const type = getNamedType(definition.type);
  const filter = await filterOf(context, node, getArgumentValues(definition, field, bound.variables));
  const types = readTypes(context, node, bound, { path: field.name.value, type, fields, filter });
  const instance = node.id === instanceId ? node : await getNamespace(context.core.database.reads, instanceId);
  for (const { selectionSet } of fields) if (selectionSet) checkReadable(bound, { actor: context.actor, node, instance }, { type, selectionSet, path: field.name.value });
  return { ...filter, types };
}

function prepareSubscription(context: Context, text: string): { prepared: Prepared; operation: OperationDefinitionNode } {
  if (text.length > maxLength) throw refuse(`A document has at most ${maxLength} characters.`);
  const own: Context = { ...context, loaders: new Map(), responseHeaders: new Map() };
  const prepared = orInvalid(() => context.prepare({ query: text, operationName: undefined }, own));
  if (!('execute' in prepared)) throw invalid(prepared);
  const operations = prepared.document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (!operation || operations.length > 1 || operation.operation !== OperationTypeNode.SUBSCRIPTION) throw refuse('A webhook has a document with one operation, a subscription.');
  orInvalid(() => checkComplexity(prepared, {}, own));
  return { prepared, operation };
}

/** There is nobody to give variables their values: their defaults have to do. */
function variablesOf({ schema }: Prepared, { variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, {});
  if (errors) throw invalid(errors);
  return coerced;
}

/** The arguments of `events` and of `packagePublished`. */
interface Arguments extends EventFilter {
  after?: number | null;
  filter?: EventFilter | null;
}

async function filterOf({ core, actor }: Context, node: NamespaceRow, { after, filter, ...direct }: Arguments): Promise<ResolvedFilter> {
  if (typeof after === 'number') throw refuse('A webhook begins with what happens after it was made; leave out `after`.');
  const wanted = { ...direct, ...filter };
  const resolved = await resolveFilter(core, actor, wanted).catch((error: unknown) => {
    if (error instanceof NotFound) throw refuse(`There is no namespace "${wanted.namespace}", or you may not see it.`);
    throw error instanceof InvalidInput ? refuse(error.message) : error;
  });
  if (resolved.lineage !== null && !resolved.lineage.startsWith(node.lineage)) throw refuse(`"${wanted.namespace}" is neither the namespace of the webhook nor below it.`);
  return resolved;
}

interface Asked {
  path: string;
  type: GraphQLNamedType;
  fields: readonly FieldNode[];
  filter: ResolvedFilter;
}

/** The kinds of event that are asked for something, as far as the caller is told of them; what they are not told of they cannot ask for by name. */
function readTypes({ actor }: Context, node: NamespaceRow, bound: BoundDocument, { path, type, fields, filter }: Asked): EventType[] {
  const asked = eventTypes.filter((kind) => {
    const own = bound.schema.getType(typeNameOf(kind));
    return isObjectType(own) && (own === type || (isAbstractType(type) && bound.schema.isSubType(type, own))) && isAskedFor(bound, own, fields) && (filter.types?.includes(kind) ?? true);
  });
  const named = namedTypes(bound, fields);
  const told = asked.filter((kind) => couldBeTold(actor, kind, node));
  const hidden = asked.find((kind) => !told.includes(kind) && (told.length === 0 || filter.types?.includes(kind) || named.has(typeNameOf(kind))));
  if (hidden) throw new UnreadableField(`${path}.${typeNameOf(hidden)}`, 'You are not told of such events.');
  if (told.length === 0) throw refuse('The document asks for nothing of any event.');
  return told;
}

/** Its name alone is asked for to tell the others apart. */
function isAskedFor(bound: BoundDocument, type: GraphQLObjectType, fields: readonly FieldNode[]): boolean {
  return fields.some(({ selectionSet }) => selectionSet && selectedFields(bound, type, selectionSet).some(({ name }) => name.value !== '__typename'));
}

/** The types that the document has fragments on. */
function namedTypes({ fragments }: BoundDocument, fields: readonly FieldNode[]): Set<string> {
  const names = new Set<string>();
  const note = ({ typeCondition }: { typeCondition?: { name: { value: string } } | undefined }) => void (typeCondition && names.add(typeCondition.name.value));
  for (const root of [...fields, ...fragments.values()]) visit(root, { InlineFragment: note, FragmentDefinition: note });
  return names;
}

function refuse(why: string): InvalidInput {
  return new InvalidInput('document', why);
}

function invalid(errors: readonly GraphQLError[]): InvalidInput {
  const told = errors.slice(0, 5).map(({ message, locations }) => {
    const [place] = locations ?? [];
    return place ? `${message} (line ${place.line}, column ${place.column})` : message;
  });
  return refuse(told.join(' '));
}

function orInvalid<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof GraphQLError ? invalid([error]) : error;
  }
}
