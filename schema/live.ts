import { createSourceEventStream, type ExecutionResult, type GraphQLError, Kind } from 'graphql';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { writeEventCursor } from '../src/events/cursor.ts';
import type { StreamItem } from '../src/events/stream.ts';
import { maxComplexity, tooComplex } from './builder.ts';
import type { Context } from './context.ts';
import type { Prepared } from './engine.ts';
import { tellErrors } from './masking.ts';
import type { OperationParameters } from './request.ts';

/** What the `subscribe` function of every subscription field yields. */
export interface LiveItem {
  item: StreamItem;
  /** Nothing to show of it: only that all is well, and up to where. */
  isSilent: boolean;
}

/** What goes to a subscriber: a result, or without one the mere news that everything up to the cursor has been told. */
export interface LiveMessage {
  cursor?: string;
  result?: ExecutionResult;
}

export type LiveMessages = AsyncGenerator<LiveMessage, void, undefined>;

/**
 * Opens a subscription: its messages, or the result that says why there are none. Each event is executed with a context of its own, since
 * rights and what was loaded are those of that moment. An error ends the messages, as their last result.
 */
export async function openLive(prepared: Prepared, variables: OperationParameters['variables'], context: Context): Promise<LiveMessages | ExecutionResult> {
  const { schema, document, operationName } = prepared;
  checkComplexity(prepared, variables, context);
  const source = await createSourceEventStream({ schema, document, operationName, variableValues: variables, contextValue: context });
  if (!(Symbol.asyncIterator in source)) return source;
  return messagesOf(source[Symbol.asyncIterator]() as AsyncIterator<LiveItem>, prepared, variables, context);
}

function messagesOf(source: AsyncIterator<LiveItem>, prepared: Prepared, variables: OperationParameters['variables'], context: Context): LiveMessages {
  let isOver = false;
  const over = { done: true, value: undefined } as const;
  const end = async () => {
    isOver = true;
    await source.return?.();
    return over;
  };
  return {
    async next() {
      if (isOver) return over;
      try {
        const { done, value } = await source.next();
        if (done || isOver) return await end();
        const cursor = writeEventCursor(value.item.seq);
        if (value.isSilent) return { done: false, value: { cursor } };
        const result = await prepared.execute(freshContext(context, value.item), variables, value);
        return { done: false, value: { cursor, result: told(result, context) } };
      } catch (error) {
        await end();
        return { done: false, value: { result: told({ errors: [error as GraphQLError] }, context) } };
      }
    },
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

function freshContext(context: Context, { actor }: StreamItem): Context {
  return { ...context, actor, loaders: new Map(), responseHeaders: new Map() };
}

/** A result as its caller is told of it. */
export function told(result: ExecutionResult, { core, requestId }: Context): ExecutionResult {
  return result.errors ? { ...result, errors: tellErrors(result.errors, core.log, requestId) } : result;
}

/** Pothos looks at each event only; what is too much is to be refused at once. Throws GraphQLError. */
export function checkComplexity({ schema, document, operation }: Prepared, variables: OperationParameters['variables'], context: Context): void {
  const definitions = document.definitions.filter((definition) => definition.kind !== Kind.OPERATION_DEFINITION || definition === operation);
  const { complexity } = complexityFromQuery({ ...document, definitions }, { schema, ctx: context, variables: { ...variables } });
  if (complexity > maxComplexity) throw tooComplex(complexity);
}
