import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Actor } from '../src/access/actor.ts';
import type { Core } from '../src/core.ts';
import { EntrepotError } from '../src/errors.ts';
import { liveActor } from '../src/http/request-actor.ts';
import type { Context } from './context.ts';
import type { Engine, Prepared } from './engine.ts';
import { type LiveMessages, openLive, told } from './live.ts';
import { tellErrors } from './masking.ts';
import { checkOperation, maxBodyBytes } from './request.ts';
import { serveSocket } from './socket.ts';

/** Operations that may run at once on one connection. */
const maxOperations = 100;
/** The close code of a server that restarts (https://www.iana.org/assignments/websocket). */
const restarting = 1012;
/** How long clients have to say goodbye. */
const goodbyeMs = 2_000;

/** A connection, beside its socket. */
interface Connection extends Record<PropertyKey, unknown> {
  request: IncomingMessage;
  requestId: string;
  /** Who it is; undefined until they have said so. */
  actor?: () => Promise<Actor>;
  close: (code: number, reason: string) => void;
}

/** An operation on its way through the library, which knows only the fields of graphql-js. */
interface Running extends ExecutionArgs {
  prepared: Prepared;
}

/** Makes the context of an operation. */
export type ContextOf = (request: IncomingMessage, requestId: string, actor: Actor) => Context;

/**
 * The API over WebSocket, by the protocol `graphql-transport-ws` (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). Who asks
 * is told by `authorization` among the parameters of the connection, as in the header of that name; else by the headers of the request; else,
 * for a page of this server, by its session. `signal` ends the subscriptions.
 */
export function createSocketServer(core: Core, engine: Engine, contextOf: ContextOf, signal: AbortSignal) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxBodyBytes, perMessageDeflate: false, autoPong: false, handleProtocols });
  const server = makeServer<Record<string, unknown>, Connection>({
    async onConnect({ connectionParams, extra }) {
      try {
        const { authorization } = connectionParams ?? {};
        extra.actor = await liveActor(core, extra.request, typeof authorization === 'string' ? authorization : undefined);
      } catch (error) {
        if (!(error instanceof EntrepotError)) throw error;
        // A reason has at most 123 bytes.
        extra.close(CloseCode.Unauthorized, error.message.slice(0, 120));
      }
    },
    async onSubscribe({ subscriptions, extra }, _id, payload) {
      if (Object.keys(subscriptions).length > maxOperations) return [refusal('TOO_MANY_OPERATIONS', `At most ${maxOperations} operations run on one connection.`)];
      try {
        return await prepare(extra, { ...payload });
      } catch (error) {
        return tellErrors([error], core.log, extra.requestId);
      }
    },
    execute: (args) => run(args as Running),
    subscribe: (args) => run(args as Running),
  });
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage, requestId: string) =>
    serveSocket(core, server, socket, { request, requestId, close: (code, reason) => socket.close(code, reason) } as Connection),
  );

  async function prepare({ request, requestId, actor }: Connection, payload: Record<string, unknown>): Promise<Running | readonly GraphQLError[]> {
    if (!actor) return [refusal('UNAUTHENTICATED', 'The connection was refused.')];
    const { variables, ...operation } = checkOperation(payload);
    const context: Context = { ...contextOf(request, requestId, await actor()), live: { actor, signal } };
    const prepared = engine.prepare(operation, context);
    if (!('execute' in prepared)) return prepared;
    if (!prepared.operation) return [refusal('GRAPHQL_VALIDATION_FAILED', 'The document has no such operation.')];
    const { schema, document } = prepared;
    return { schema, document, operationName: operation.operationName ?? null, variableValues: variables ?? null, contextValue: context, prepared };
  }

  async function run({ prepared, contextValue, variableValues }: Running): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
    const context = contextValue as Context;
    const variables = variableValues ?? undefined;
    try {
      if (prepared.operation?.operation !== OperationTypeNode.SUBSCRIPTION) return told(await prepared.execute(context, variables), context);
      const live = await openLive(prepared, variables, context);
      return 'next' in live ? resultsOf(live) : told(live, context);
    } catch (error) {
      return told({ errors: [error as GraphQLError] }, context);
    }
  }

  return {
    /** Takes a connection over from the HTTP server. */
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, requestId: string): void {
      sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request, requestId));
    },
    /** Ends all connections; clients come again, here or at another server. */
    async close(): Promise<void> {
      const closed = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets.clients) socket.close(restarting, 'The server restarts.');
      const late = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), goodbyeMs);
      await Promise.all(closed);
      clearTimeout(late);
    },
  };
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** Only what there is to show; the protocol has signs of life of its own. */
function resultsOf(messages: LiveMessages): AsyncGenerator<ExecutionResult, void, undefined> {
  return {
    async next() {
      for (;;) {
        const { done, value } = await messages.next();
        if (done) return { done: true, value: undefined };
        if (value.result) return { done: false, value: value.result };
      }
    },
    async return() {
      await messages.return();
      return { done: true, value: undefined };
    },
    throw: (error) => messages.throw(error) as never,
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await messages.return()),
  };
}
