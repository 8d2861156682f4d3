import SchemaBuilder, { BasePlugin, type InputFieldsMapping, mapInputFields, type PothosOutputFieldConfig, type SchemaTypes, unwrapInputFieldType } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { InvalidInput } from '../src/errors.ts';

/** Name of the builder's plugin below. */
export const idArgumentsPlugin = 'entrepotIdArguments' as const;

/** What an id is made of. The databases do not agree on what to make of anything else in a column of ids: MariaDB fails. */
const idText = /^[\x21-\x7e]{0,512}$/;

/**
 * Refuses ids that no field of this API has given, wherever they stand in arguments, with InvalidInput. In the resolvers, since the
 * compiled queries do not ask the scalar; only fields that take ids pay for it.
 */
class IdArgumentsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: GraphQLFieldResolver<unknown, Types['Context'], object>, { args }: PothosOutputFieldConfig<Types>): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const places = mapInputFields(args, this.buildCache, ({ type }) => (this.buildCache.getTypeConfig(unwrapInputFieldType(type)).name === 'ID' ? true : null));
    if (!places) return resolve;
    return (parent, given, context, info) => {
      checkIds(given, places);
      return resolve(parent, given, context, info);
    };
  }
}

function checkIds<Types extends SchemaTypes>(given: object, places: InputFieldsMapping<Types, true>): void {
  for (const [name, place] of places) {
    const value = (given as Record<string, unknown>)[name];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null || one === undefined) continue;
      if (place.kind === 'InputObject') checkIds(one, place.fields.map ?? new Map());
      else if (!idText.test(one)) throw new InvalidInput(name, 'An id is one that a field of this API has given.');
    }
  }
}

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      entrepotIdArguments: IdArgumentsPlugin<Types>;
    }
  }
}

SchemaBuilder.registerPlugin(idArgumentsPlugin, IdArgumentsPlugin);
