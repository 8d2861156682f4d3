import type { InputFieldMap, InputFieldRef, InputShapeFromFields, ObjectRef } from '@pothos/core';
import { type EntrepotError, InvalidInput, Protected } from '../src/errors.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

type Types = (typeof builder)['$inferSchemaTypes'];
type ErrorClass = new (...args: never[]) => EntrepotError;

/** A failure that is a member of a mutation's result, and when: `it is answered where {when}`. */
export type Failure = readonly [error: ErrorClass, when: string];

/** What most of what changes packages has to reckon with. */
export const protectedFailure: Failure = [Protected, 'a protection rule keeps the caller, or everybody, from it'];

/** Codes of what is told as a GraphQL error: who may not do it at all, now, or to what. */
export type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'TOO_MANY_REQUESTS';

/** A mutation: `verbNoun(input: VerbNounInput!): VerbNounResult!`. */
export interface Mutation<Fields extends InputFieldMap, Payload> {
  /** What it does. */
  description: string;
  /** Whom it is for, in sentences; see `takes.ts`. */
  takes: string;
  /**
   * Failures that are answered as members of the result's union. Whatever else of the catalogue a service throws must be among the
   * refusals. InvalidInput is in the union in any case, so that `... on UserError` can be asked for everywhere.
   */
  errors: readonly Failure[];
  /** Failures that are GraphQL errors; default: those of authorisation. */
  refusals?: readonly Refusal[];
  input: (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => Fields;
  /** What is answered on success: an object type called `VerbNounPayload`. */
  payload: ObjectRef<Types, Payload>;
  /** Calls a service; what it throws is told to the caller. */
  resolve: (input: InputShapeFromFields<Fields>, context: Context) => Promise<Payload>;
}

/** Adds a mutation. */
export function mutationField<Fields extends Record<string, InputFieldRef<Types, unknown>>, Payload>(name: string, mutation: Mutation<Fields, Payload>): void {
  const { errors, input, payload, resolve } = mutation;
  const inputType = builder.inputType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`, {
    description: `What \`${name}\` needs to know.`,
    fields: input,
  });
  const classes = new Set<ErrorClass>([...errors.map(([error]) => error), InvalidInput]);
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description: describe(mutation),
      errors: { types: [...classes] as never, directResult: true },
      args: { input: t.arg({ type: inputType, required: true, description: 'What to do.' }) },
      resolve: (_root, args, context) => {
        // What earlier mutations of this operation have loaded may be out of date by now.
        context.loaders.clear();
        return resolve((args as { input: InputShapeFromFields<Fields> }).input, context) as never;
      },
    }),
  );
}

/** What it does, whom it is for, and what it answers where it is not done: Markdown, as GraphQL has it. */
function describe({ description, takes, errors, refusals = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND'] }: Pick<Mutation<never, never>, 'description' | 'takes' | 'errors' | 'refusals'>): string {
  const failures = errors.map(([{ name }, when]) => `- \`${name}\`: ${when}.`).join('\n');
  return [description, takes, failures, refusals.length > 0 ? `Errors: ${refusals.join(', ')}.` : ''].filter((part) => part !== '').join('\n\n');
}
