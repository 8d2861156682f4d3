import type { CodegenConfig } from '@graphql-codegen/cli';
import type { CodegenPlugin, PluginFunction, Types } from '@graphql-codegen/plugin-helpers';
import {
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

/**
 * `npm run codegen`: makes the SDK's types, documents and methods from the printed schema and the operations of
 * `schema/sdk/documents`. Everything is one file that imports nothing but its neighbours, so that it runs as it stands.
 */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'schema/sdk/documents/*.graphql',
  generates: {
    'schema/sdk/operations.generated.ts': {
      preset: {
        buildGeneratesSection: ({ baseOutputDir, ...options }) => [
          {
            ...options,
            filename: baseOutputDir,
            pluginMap: {
              heading: { plugin: () => ({ prepend: [heading], content: '' }) },
              types: { plugin: renderTypes(options.pluginMap) },
              operations: { plugin: renderOperations },
            },
            plugins: [{ heading: {} }, { types: {} }, { operations: {} }],
          },
        ],
      },
      plugins: ['typescript-operations'],
      config: {
        // `__typename` is there where a document asks for it.
        skipTypename: true,
        inlineFragmentTypes: 'inline',
        mergeFragmentTypes: true,
        arrayInputCoercion: false,
        scalars: { ID: 'string', DateTime: 'string', BigInt: { input: 'number | string', output: 'number' }, JSON: 'unknown', Cursor: 'string' },
      },
    },
  },
};

export default config;

const heading = `/* Made by \`npm run codegen\` from schema/schema.graphql and schema/sdk/documents; do not edit. */
import { document } from './document.ts';
import { fieldOf, type Request } from './request.ts';
import { fieldsOf, type Subscribe, type SubscribeOptions, type Subscription } from './subscribe.ts';
import type { RequestOptions } from './transport.ts';
`;

/** The plugin's types without the one that is for incremental delivery, which this API does not have. */
function renderTypes(pluginMap: Record<string, CodegenPlugin>): PluginFunction {
  return async (...args) => {
    const output = await pluginMap['typescript-operations']?.plugin(...args);
    if (typeof output !== 'object') throw new Error('typescript-operations answered with something new.');
    return { ...output, prepend: (output.prepend ?? []).filter((line) => !line.includes('Incremental')) };
  };
}

/** The documents as constants, and a method for each that answers with the one field it asks for. */
function renderOperations(schema: GraphQLSchema, files: Types.DocumentFile[]): string {
  const definitions = files.flatMap(({ document }) => document?.definitions ?? []);
  const fragments = new Map(definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])));
  const all = definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [describe(schema, node, fragments)] : []));
  const operations = all.filter(({ kind }) => kind !== 'Subscription');
  const subscriptions = all.filter(({ kind }) => kind === 'Subscription');
  return `${[...fragments.values()].map((node) => `const ${node.name.value} = '${compact(node)}';`).join('\n')}

${all.map(({ doc, constant, type, text, uses }) => `${doc}\nexport const ${constant} = /* @__PURE__ */ document<${type}, ${type}Variables>(\n  '${text}',\n  [${uses}],\n);`).join('\n\n')}

/** A method for every operation of this SDK. */
export interface Operations {
${operations.map(({ doc, method, parameters, type, field }) => `  ${doc}\n  ${method}(${parameters}): Promise<${type}['${field}']>;`).join('\n')}
}

/** The methods over a way to run documents. */
export function createOperations(request: Request): Operations {
  return {
${operations.map(({ method, names, constant, variables, field }) => `    ${method}: (${names}) => fieldOf(request(${constant}, ${variables}, options), '${field}'),`).join('\n')}
  };
}

/** A method for every subscription of this SDK. */
export interface Subscriptions {
${subscriptions.map(({ doc, method, parameters, type, field }) => `  ${doc}\n  ${method}(${parameters}): Subscription<${type}['${field}']>;`).join('\n')}
}

/** The methods over a way to follow documents. */
export function createSubscriptions(subscribe: Subscribe): Subscriptions {
  return {
${subscriptions.map(({ method, names, constant, variables, field }) => `    ${method}: (${names}) => fieldsOf(subscribe(${constant}, ${variables}, options), '${field}'),`).join('\n')}
  };
}
`;
}

/** What generated names of each kind of operation end in. */
const kinds = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/** What the rendering needs to know of an operation. Throws where it asks for more than one field or has no description. */
function describe(schema: GraphQLSchema, node: OperationDefinitionNode, fragments: Map<string, FragmentDefinitionNode>) {
  const name = node.name?.value ?? '';
  const [selection, ...others] = node.selectionSet.selections;
  if (selection?.kind !== Kind.FIELD || others.length > 0) throw new Error(`${name} must ask for one field.`);
  const field = selection.name.value;
  const method = name.charAt(0).toLowerCase() + name.slice(1);
  const kind = kinds[node.operation];
  const description = comment(node) ?? (method === field ? schema.getRootType(node.operation)?.getFields()[field]?.description : undefined);
  if (!description) throw new Error(`${name} needs a comment that says what it is for.`);
  const type = `${name}${kind}`;
  return {
    doc: `/** ${description.replaceAll('*/', '* /').replaceAll('\n', ' ')} */`,
    constant: `${name}Document`,
    kind,
    method,
    field,
    type,
    ...signature(node, type),
    text: compact(node),
    uses: [...usedBy(node, fragments)].join(', '),
  };
}

/** How the method of an operation is called: with nothing, with the input of a mutation, or with the variables of anything else. */
function signature({ operation, variableDefinitions = [] }: OperationDefinitionNode, type: string) {
  const options = operation === 'subscription' ? 'options?: SubscribeOptions' : 'options?: RequestOptions';
  if (variableDefinitions.length === 0) return { parameters: options, names: 'options', variables: '{}' };
  if (operation === 'mutation') return { parameters: `input: ${type}Variables['input'], ${options}`, names: 'input, options', variables: '{ input }' };
  const isOptional = variableDefinitions.every((variable) => variable.type.kind !== Kind.NON_NULL_TYPE || variable.defaultValue);
  return { parameters: `variables${isOptional ? '?' : ''}: ${type}Variables, ${options}`, names: 'variables, options', variables: 'variables' };
}

/** The text of a definition on one line. */
function compact(node: OperationDefinitionNode | FragmentDefinitionNode): string {
  return stripIgnoredCharacters(print(node)).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}

/** Names of the fragments that a definition uses, and those that they use. */
function usedBy(node: OperationDefinitionNode | FragmentDefinitionNode, fragments: Map<string, FragmentDefinitionNode>, found = new Set<string>()): Set<string> {
  visit(node, {
    FragmentSpread({ name: { value } }) {
      const fragment = fragments.get(value);
      if (!fragment || found.has(value)) return;
      found.add(value);
      usedBy(fragment, fragments, found);
    },
  });
  return found;
}

/** The comment lines straight above a definition. */
function comment({ loc }: OperationDefinitionNode): string | undefined {
  const lines: string[] = [];
  for (let token = loc?.startToken.prev; token?.kind === 'Comment'; token = token.prev) lines.unshift(token.value.trim());
  return lines.length > 0 ? lines.join(' ') : undefined;
}
