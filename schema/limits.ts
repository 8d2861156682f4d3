import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { type FieldNode, GraphQLError, type ValidationContext } from 'graphql';

/** How deep fields may be nested, fragments counted as levels of their own. */
export const maxDepth = 20;
/** How many aliases an operation may have. */
export const maxAliases = 30;
/** How many tokens a document may have; the introspection query of tools has about 400. */
export const maxTokens = 2_000;

/** How often a document may ask for the schema, or for a type of it: their answers cost nothing of the complexity, and are long. */
export const maxIntrospections = 4;

/** Refuse documents by their look, before anything is executed; what they cost is for the complexity plugin (builder.ts). */
export const limitPlugins = [
  maxTokensPlugin({ n: maxTokens, onReject: [refuse('QUERY_TOO_LONG', `The document has more than ${maxTokens} tokens.`)] }),
  maxDepthPlugin({ n: maxDepth, onReject: [refuse('QUERY_TOO_DEEP', `The operation is nested more than ${maxDepth} levels deep.`)] }),
  maxAliasesPlugin({ n: maxAliases, onReject: [refuse('TOO_MANY_ALIASES', `The operation has more than ${maxAliases} aliases.`)] }),
  { onValidate: ({ addValidationRule }: { addValidationRule(rule: typeof limitIntrospection): void }) => addValidationRule(limitIntrospection) },
];

function refuse(code: string, message: string) {
  return (): never => {
    throw new GraphQLError(message, { extensions: { code, http: { status: 400, spec: true } } });
  };
}

function limitIntrospection(context: ValidationContext) {
  let count = 0;
  return {
    Field({ name }: FieldNode) {
      if (name.value !== '__schema' && name.value !== '__type') return;
      if (++count === maxIntrospections + 1) {
        context.reportError(new GraphQLError(`The document asks for the schema more than ${maxIntrospections} times.`, { extensions: { code: 'TOO_MUCH_INTROSPECTION' } }));
      }
    },
  };
}
