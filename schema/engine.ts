import { type DocumentNode, execute as executeOne, type ExecutionResult, type GraphQLSchema, getOperationAST, GraphQLError, type OperationDefinitionNode } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Core } from '../src/core.ts';
import { compiledOperation, noteSuccess } from './compiled.ts';
import type { Context } from './context.ts';
import { limitPlugins } from './limits.ts';
import type { OperationParameters } from './request.ts';
import { createSchema } from './schema.ts';

/** An operation that is sound and within the limits of documents, ready to be executed any number of times. */
export interface Prepared {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName: string | undefined;
  /** Null: the document has none of that name, or several and no name was given; it is not to be executed. */
  operation: OperationDefinitionNode | null;
  /** Executes it; `root` is what a subscription's event is. */
  execute: (context: Context, variables: OperationParameters['variables'], root?: unknown) => Promise<ExecutionResult>;
}

/**
 * The engine of every way to the API: Yoga's caches of parsed and validated documents, its limits, and compiled queries. What comes in
 * and goes out is for others: server.ts, websocket.ts, webhooks.
 */
export function createEngine(core: Core) {
  const yoga = createYoga<Context>({
    schema: createSchema(core.formats.list()),
    plugins: limitPlugins,
    // Any page may call the API with a token that it has been given; no cookie or stored password goes along.
    cors: { origin: '*', credentials: false, methods: ['GET', 'POST'] },
    graphiql: { title: 'Entrepot' },
    // The page comes from here, whole: Yoga's own loads its parts from the internet, which many registries cannot reach. It is
    // nine megabytes, so loaded only where somebody asks.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    landingPage: false,
    maskedErrors: false,
    logging: false,
  });

  /** Parses and validates; throws a GraphQLError, or returns those that validation found. */
  function prepare({ query, operationName }: Pick<OperationParameters, 'query' | 'operationName'>, context: Context): Prepared | readonly GraphQLError[] {
    const { schema, parse, validate, contextFactory, execute } = yoga.getEnveloped(context);
    const document = parsed(parse, query);
    const invalid: readonly GraphQLError[] = validate(schema, document);
    if (invalid.length > 0) return invalid;
    return {
      schema,
      document,
      operationName,
      operation: getOperationAST(document, operationName) ?? null,
      async execute(own, variables, root) {
        // What the plugins add is for the context that it was prepared with; others are whole already.
        const contextValue = own === context ? await contextFactory() : own;
        const compiled = compiledOperation(document, operationName);
        if (compiled) return compiled(contextValue, variables, root);
        // Of an event only what the subscription makes of it is wanted; Yoga's own way would subscribe once more.
        const run = root === undefined ? execute : executeOne;
        const result = await run({ schema, document, operationName, variableValues: variables, contextValue, rootValue: root });
        if (!result.errors) noteSuccess(schema, document, operationName);
        return result;
      },
    };
  }

  return { yoga, prepare };
}

export type Engine = ReturnType<typeof createEngine>;

function parsed(parse: (query: string) => DocumentNode, query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError) || error.extensions['code'] !== undefined) throw error;
    const { source, positions } = error;
    throw new GraphQLError(error.message, { source: source ?? null, positions: positions ?? null, extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  }
}
