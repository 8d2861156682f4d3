import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { Actor } from '../src/access/actor.ts';
import type { Core } from '../src/core.ts';
import { EntrepotError, Outage } from '../src/errors.ts';
import { baseUrlOf } from '../src/http/base-url.ts';
import { clientAddressOf } from '../src/http/client-address.ts';
import { actorOfRequest, liveActor } from '../src/http/request-actor.ts';
import type { RawHandler } from '../src/http/server.ts';
import { expectedFailure } from '../src/outage.ts';
import type { Context } from './context.ts';
import type { Engine, Prepared } from './engine.ts';
import { type LiveMessages, openLive } from './live.ts';
import { extensionsOf, tellErrors } from './masking.ts';
import { type Answer, eventStream, reply, takesEventStream } from './reply.ts';
import { type OperationParameters, readOperation, refuse } from './request.ts';
import { sendEventStream } from './sse.ts';
import { createSocketServer } from './websocket.ts';

/** The API, as the HTTP server needs it. */
export interface GraphqlServer {
  handle: RawHandler;
  /** Takes over a connection whose client wants a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, requestId: string): void;
  /** Ends what would go on for ever: subscriptions and WebSockets. Their clients come again. */
  stop(): Promise<void>;
}

/**
 * Serves the API on the raw request: operations by POST and GET, subscriptions as event streams, WebSockets, GraphiQL for browsers.
 *
 * Yoga brings the engine, but operations do not go through its Request and Response objects: on a small query those cost more than
 * everything else together.
 */
export function createGraphqlServer(core: Core, engine: Engine): GraphqlServer {
  const stopping = new AbortController();
  const sockets = createSocketServer(core, engine, contextOf, stopping.signal);

  return {
    async handle(request, response, url, requestId) {
      if (request.method === 'OPTIONS' || isForPeople(request)) {
        // In a frame of another page somebody could be made to click what runs an operation in their session.
        response.setHeader('content-security-policy', "frame-ancestors 'none'");
        await engine.yoga(request, response, {} as Context);
        return;
      }
      const responseHeaders = new Map<string, string>();
      const answer: Answer | LiveMessages = await answerTo(request, url, requestId, responseHeaders).catch((error: unknown) => ({ errors: [error] }));
      if ('next' in answer) return sendEventStream(response, answer, stopping.signal);
      if (response.destroyed) return;
      const { errors, ...result } = answer;
      try {
        reply(request, response, errors ? { ...result, errors: tellErrors(errors, core.log, requestId) } : result, Object.fromEntries(responseHeaders));
      } catch (error) {
        // A result that cannot be written down is a fault of ours; a client that waits for ever would be a second one.
        core.log.error({ err: error, requestId }, 'a GraphQL answer could not be sent');
        response.destroy();
      }
    },
    upgrade: sockets.upgrade,
    async stop() {
      stopping.abort();
      await sockets.close();
    },
  };

  async function answerTo(request: IncomingMessage, url: string, requestId: string, responseHeaders: Context['responseHeaders']): Promise<Answer | LiveMessages> {
    const parameters = await readOperation(request, url);
    const context = { ...contextOf(request, requestId, await orRefusal(() => actorOfRequest(core, request))), responseHeaders };
    const prepared = engine.prepare(parameters, context);
    if (!('execute' in prepared)) return { errors: prepared };
    if (!prepared.operation) throw refuse(400, 'GRAPHQL_VALIDATION_FAILED', 'The document has no such operation, or several: "operationName" says which.');
    const kind = prepared.operation.operation;
    if (kind === OperationTypeNode.SUBSCRIPTION) return follow(request, prepared, parameters, context);
    if (request.method === 'GET' && kind === OperationTypeNode.MUTATION) throw refuse(405, 'METHOD_NOT_ALLOWED', 'A GET request can only read; use POST.');
    return prepared.execute(context, parameters.variables);
  }

  async function follow(request: IncomingMessage, prepared: Prepared, { variables }: OperationParameters, context: Context): Promise<Answer | LiveMessages> {
    if (!takesEventStream(request)) throw refuse(406, 'NOT_ACCEPTABLE', `A subscription is answered as ${eventStream} (say so in Accept), or over WebSocket.`);
    const actor = await orRefusal(() => liveActor(core, request));
    const seen = request.headers['last-event-id'];
    const live = await openLive(prepared, variables, { ...context, live: { actor, signal: stopping.signal, ...(typeof seen === 'string' && seen !== '' ? { resumeAfter: seen } : {}) } });
    return 'next' in live || !live.errors ? live : { ...live, errors: live.errors.map(asRefusal) };
  }

  function contextOf(request: IncomingMessage, requestId: string, actor: Actor): Context {
    const clientAddress = clientAddressOf(core.config, request);
    return { core, actor, baseUrl: baseUrlOf(core.config, request), requestId, clientAddress, prepare: engine.prepare, responseHeaders: new Map(), loaders: new Map() };
  }
}

async function orRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asRefusal(error);
  }
}

/** A failure for which nothing is executed, with the HTTP status that it has of itself. */
function asRefusal(error: unknown): unknown {
  const cause = error instanceof GraphQLError ? error.originalError : error;
  // That the database is away is told like whatever else happens while an operation is executed, and logged.
  const expected = expectedFailure(cause);
  if (expected instanceof Outage) return expected;
  return cause instanceof EntrepotError ? new GraphQLError(cause.message, { extensions: { http: { status: cause.status }, ...extensionsOf(cause) } }) : error;
}

/** Whether a browser asks for a page. */
function isForPeople({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}
