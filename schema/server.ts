import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, getOperationAST, GraphQLError, OperationTypeNode } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Actor } from '../src/access/actor.ts';
import type { Core } from '../src/core.ts';
import { EntrepotError } from '../src/errors.ts';
import { baseUrlOf } from '../src/http/base-url.ts';
import { clientAddressOf } from '../src/http/client-address.ts';
import { actorOfRequest } from '../src/http/request-actor.ts';
import { send } from '../src/http/send.ts';
import type { RawHandler } from '../src/http/server.ts';
import { compiledQuery, noteSuccess } from './compiled.ts';
import type { Context } from './context.ts';
import { limitPlugins } from './limits.ts';
import { extensionsOf, tellErrors } from './masking.ts';
import { type OperationParameters, readOperation, refuse } from './request.ts';
import { createSchema } from './schema.ts';

const mediaTypes = ['application/graphql-response+json', 'application/json'] as const;

/**
 * Serves the API on the raw request: operations by POST and GET, GraphiQL for browsers.
 *
 * Yoga brings the engine (caches of parsed and validated documents, limits, GraphiQL), but operations do not go through its
 * Request and Response objects: on a small query those cost more than everything else together.
 */
export function createGraphqlHandler(core: Core): RawHandler {
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

  return async function handle(request, response, url, requestId) {
    if (request.method === 'OPTIONS' || isForPeople(request)) {
      // In a frame of another page somebody could be made to click what runs an operation in their session.
      response.setHeader('content-security-policy', "frame-ancestors 'none'");
      await yoga(request, response, {} as Context);
      return;
    }
    const responseHeaders = new Map<string, string>();
    const answer: Answer = await answerTo(request, url, requestId, responseHeaders).catch((error: unknown) => ({ errors: [error] }));
    if (response.destroyed) return;
    const { errors, ...result } = answer;
    try {
      reply(request, response, errors ? { ...result, errors: tellErrors(errors, core.log, requestId) } : result, Object.fromEntries(responseHeaders));
    } catch (error) {
      // A result that cannot be written down is a fault of ours; a client that waits for ever would be a second one.
      core.log.error({ err: error, requestId }, 'a GraphQL answer could not be sent');
      response.destroy();
    }
  };

  async function answerTo(request: IncomingMessage, url: string, requestId: string, responseHeaders: Context['responseHeaders']): Promise<ExecutionResult> {
    const operation = await readOperation(request, url);
    const actor = await actorOf(request);
    const clientAddress = clientAddressOf(core.config, request);
    const baseUrl = baseUrlOf(core.config, request);
    return run(operation, request.method === 'GET', { core, actor, baseUrl, requestId, clientAddress, responseHeaders, loaders: new Map() });
  }

  async function actorOf(request: IncomingMessage): Promise<Actor> {
    try {
      return await actorOfRequest(core, request);
    } catch (error) {
      if (error instanceof EntrepotError) throw new GraphQLError(error.message, { extensions: { http: { status: error.status }, ...extensionsOf(error) } });
      throw error;
    }
  }

  async function run({ query, operationName, variables }: OperationParameters, isGet: boolean, context: Context): Promise<ExecutionResult> {
    const { schema, parse, validate, contextFactory, execute } = yoga.getEnveloped(context);
    const document = parsed(parse, query);
    const invalid = validate(schema, document);
    if (invalid.length > 0) return { errors: invalid };
    const operation = getOperationAST(document, operationName);
    if (isGet && operation && operation.operation !== OperationTypeNode.QUERY) {
      throw refuse(405, 'METHOD_NOT_ALLOWED', 'A GET request can only read; use POST.');
    }
    const contextValue = await contextFactory();
    const compiled = compiledQuery(document, operationName);
    if (compiled) return compiled(contextValue, variables);
    const result = await execute({ schema, document, operationName, variableValues: variables, contextValue });
    if (!result.errors) noteSuccess(schema, document, operationName);
    return result;
  }
}

/** What came of an operation, before anybody is told. */
type Answer = Omit<ExecutionResult, 'errors'> & { errors?: readonly unknown[] };

function parsed(parse: (query: string) => DocumentNode, query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError) || error.extensions['code'] !== undefined) throw error;
    const { source, positions } = error;
    throw new GraphQLError(error.message, { source: source ?? null, positions: positions ?? null, extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  }
}

/** Whether a browser asks for a page. */
function isForPeople({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

function reply({ headers, method }: IncomingMessage, response: ServerResponse, result: ExecutionResult, more: Record<string, string>): void {
  const accept = headers.accept ?? '';
  const mediaType = mediaTypes.find((type) => accept.includes(type)) ?? 'application/json';
  const { status, headers: because } = httpOf(result);
  send(
    response,
    status,
    {
      'content-type': `${mediaType}; charset=utf-8`,
      'access-control-allow-origin': '*',
      'cache-control': 'private, no-store',
      vary: 'Accept, Authorization, Cookie',
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="Entrepot"' } : {}),
      ...(status === 405 ? { allow: 'POST' } : {}),
      // What is left of a body that was refused is not read.
      ...(status === 413 && method === 'POST' ? { connection: 'close' } : {}),
      ...because,
      ...more,
    },
    JSON.stringify(result.errors ? { ...result, errors: result.errors.map(withoutHttp) } : result),
  );
}

/**
 * An operation that was executed is 200, whatever its fields say; one that was not has the status of the reason. So has one of which
 * nothing came because there were too many like it: proxies and guards look at no more than the status.
 */
function httpOf({ data, errors }: ExecutionResult): { status: number; headers?: Record<string, string> } {
  const { http, code } = errors?.[0]?.extensions ?? {};
  const told = http as { status?: number; headers?: Record<string, string> } | undefined;
  if (!errors || (data !== undefined && (data !== null || told?.status === undefined))) return { status: 200 };
  return { ...told, status: told?.status ?? (code === 'INTERNAL_ERROR' ? 500 : 400) };
}

function withoutHttp(error: GraphQLError): object {
  const { extensions: { http: _, ...extensions } = {}, ...rest } = error.toJSON();
  // Only values that do not fit their type come without a code: variables, mostly.
  return { ...rest, extensions: { code: 'BAD_USER_INPUT', ...extensions } };
}
