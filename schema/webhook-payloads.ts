import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Core } from '../src/core.ts';
import { EntrepotError, InvalidInput, Outage } from '../src/errors.ts';
import type { RenderPayload } from '../src/webhooks/payload.ts';
import type { Context } from './context.ts';
import type { Engine, Prepared } from './engine.ts';
import { typeNameOf } from './event.ts';
import type { LiveItem } from './live.ts';
import { causeOf, tellErrors } from './masking.ts';

/**
 * Makes what is posted to webhooks: `{ type, timestamp, data, errors? }`, as Standard Webhooks recommends, where `data` is what the document makes of
 * the event for the owner, with a context of its own, and `errors` is there where it may not read all of that any more.
 */
export function createWebhookPayloads(core: Core, engine: Engine): RenderPayload {
  return async ({ document, baseUrl }, actor, event, messageId) => {
    const context: Context = {
      core,
      actor,
      baseUrl: core.config.publicUrl ?? baseUrl,
      requestId: messageId,
      clientAddress: '',
      prepare: engine.prepare,
      responseHeaders: new Map(),
      loaders: new Map(),
    };
    const root: LiveItem = { item: { kind: 'EVENT', seq: event.seq, event, actor }, isSilent: false };
    const { data, errors } = await prepare(engine, document, context).execute(context, {}, root);
    const told = errors && tell(errors, core, messageId);
    return JSON.stringify({ type: typeNameOf(event.type), timestamp: new Date(event.occurredAt).toISOString(), data: data ?? null, ...(told ? { errors: told } : {}) });
  };
}

function prepare(engine: Engine, document: string, context: Context): Prepared {
  try {
    const prepared = engine.prepare({ query: document, operationName: undefined }, context);
    if ('execute' in prepared) return prepared;
    throw outdated(prepared);
  } catch (error) {
    throw error instanceof GraphQLError ? outdated([error]) : error;
  }
}

/** Throws what is no matter of rights: it may be another time, and is for nobody else to read. */
function tell(errors: NonNullable<ExecutionResult['errors']>, core: Core, messageId: string): GraphQLError[] {
  const causes = errors.map(causeOf);
  const fault = causes.find((cause) => cause instanceof Outage || !(cause instanceof EntrepotError || cause instanceof GraphQLError));
  if (fault !== undefined) throw fault;
  if (causes.some((cause) => cause instanceof GraphQLError && cause.extensions['code'] === 'QUERY_TOO_COMPLEX')) throw outdated(errors);
  return tellErrors(errors, core.log, messageId);
}

function outdated(errors: readonly GraphQLError[]): InvalidInput {
  return new InvalidInput('document', `Its document no longer fits this server: ${errors.map(({ message }) => message).join(' ')}`);
}
