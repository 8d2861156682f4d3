import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { GraphQLError } from 'graphql';
import { idPrefixes, kindOfId } from '../src/ids.ts';
import type { Context } from './context.ts';
import { formatEnumPlugin } from './format-enum.ts';
import { idArgumentsPlugin } from './id-arguments.ts';

/** Most rows that one page of a list may have. */
export const maxPageSize = 100;
/** Rows of a page whose size was not asked for. */
export const defaultPageSize = 20;

/**
 * An operation may cost so many points: one per field, times the size of the pages and lists around it. A page of 50 packages with 50
 * versions each and a few fields of their files fits.
 */
export const maxComplexity = 100_000;

/** What the builder's generics are made of. */
export interface SchemaTypes {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: number; Output: number };
    BigInt: { Input: number; Output: number };
    JSON: { Input: unknown; Output: unknown };
    Cursor: { Input: number; Output: number };
  };
}

/**
 * The builder of the whole schema. Fields are never null unless they say so. Types that are listed by the hundred opt into no
 * plugin: what no field asks for costs nothing.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [RelayPlugin, ErrorsPlugin, ComplexityPlugin, idArgumentsPlugin, formatEnumPlugin],
  defaultFieldNullability: false,
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    // `node` and `nodes` are in node.ts: our ids tell the kind of thing, not the GraphQL type (a namespace has three).
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    encodeGlobalID: (_typename, id) => String(id),
    decodeGlobalID: (id) => ({ typename: idPrefixes[kindOfId(id) ?? 'event'], id }),
    edgesFieldOptions: { nullable: { list: false, items: false }, description: 'The rows with their cursors.', complexity: { field: 0, multiplier: 1 } },
    nodeFieldOptions: { nullable: false, description: 'The row itself.', complexity: 0 },
    pageInfoFieldOptions: { description: 'Where this page begins and ends, and whether there is more.' },
    cursorFieldOptions: { description: 'Position of this row, for `after` and `before`. Opaque; good for this list in this order only.' },
    nodeTypeOptions: { description: 'Anything with an id, which `node` finds again.' },
    idFieldOptions: { description: 'Unique and lasting; its prefix tells what it names.' },
    pageInfoTypeOptions: { description: 'Where a page begins and ends.' },
    hasNextPageFieldOptions: { description: 'Whether rows follow; when paging backward, whether `before` was given.' },
    hasPreviousPageFieldOptions: { description: 'Whether rows precede; when paging forward, whether `after` was given.' },
    startCursorFieldOptions: { description: 'Cursor of the first row.' },
    endCursorFieldOptions: { description: 'Cursor of the last row.' },
    firstArgOptions: { description: `At most so many rows from the start, up to ${maxPageSize}; ${defaultPageSize} unless told.` },
    lastArgOptions: { description: `At most so many rows from the end, up to ${maxPageSize}.` },
    afterArgOptions: { description: 'Only rows behind this cursor.' },
    beforeArgOptions: { description: 'Only rows before this cursor.' },
  },
  errors: {
    directResult: true,
    // Never Error itself: whatever is thrown that is no listed class must reach the masking.
    defaultTypes: [],
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
      description: 'What was done, or why it was not.',
    },
  },
  complexity: {
    limit: { complexity: maxComplexity },
    defaultListMultiplier: 5,
    complexityError: (_kind, { complexity }) => tooComplex(complexity),
  },
});

/** How an operation is refused that costs too much. */
export function tooComplex(complexity: number): GraphQLError {
  return new GraphQLError(`The operation costs ${complexity} points, more than the ${maxComplexity} allowed: ask for smaller pages or fewer fields.`, {
    extensions: { code: 'QUERY_TOO_COMPLEX', http: { status: 400, spec: true } },
  });
}
