import type { InputFieldMap, InputFieldRef, InputShapeFromFields, ObjectRef } from '@pothos/core';
import type { EntrepotError } from '../src/errors.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

type Types = (typeof builder)['$inferSchemaTypes'];

/** A mutation: `verbNoun(input: VerbNounInput!): VerbNounResult!`. */
export interface Mutation<Fields extends InputFieldMap, Payload> {
  description: string;
  /** Failures that are answered as members of the result's union; all others of the catalogue are GraphQL errors. */
  errors: (new (...args: never[]) => EntrepotError)[];
  input: (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => Fields;
  /** What is answered on success: an object type called `VerbNounPayload`. */
  payload: ObjectRef<Types, Payload>;
  /** Calls a service; what it throws is told to the caller. */
  resolve: (input: InputShapeFromFields<Fields>, context: Context) => Promise<Payload>;
}

/** Adds a mutation. */
export function mutationField<Fields extends Record<string, InputFieldRef<Types, unknown>>, Payload>(
  name: string,
  { description, errors, input, payload, resolve }: Mutation<Fields, Payload>,
): void {
  const inputType = builder.inputType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`, {
    description: `What \`${name}\` needs to know.`,
    fields: input,
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description,
      errors: { types: errors as never, directResult: true },
      args: { input: t.arg({ type: inputType, required: true, description: 'What to do.' }) },
      resolve: (_root, args, context) => {
        // What earlier mutations of this operation have loaded may be out of date by now.
        context.loaders.clear();
        return resolve((args as { input: InputShapeFromFields<Fields> }).input, context) as never;
      },
    }),
  );
}
