import { type GraphQLField, type GraphQLInputField, type GraphQLInputType, GraphQLInputObjectType, GraphQLEnumType, GraphQLList, GraphQLNonNull, type GraphQLSchema } from 'graphql';
import type { IdKind } from '../../src/ids.ts';

/** What names there are for a thing. */
export interface Named {
  ids: Record<IdKind, string>;
  /** As GraphQL calls it. */
  format: string;
  /** Path of its namespace. */
  path: string;
  /** Its name, where it is a package. */
  name: string;
  username: string;
  teamName: string;
}

/** What an argument of type ID names, by its own name. Unknown names fail: add them. */
export const idFields: Record<string, IdKind> = {
  namespaceId: 'namespace',
  packageId: 'package',
  versionId: 'version',
  versionIds: 'version',
  fileId: 'file',
  uploads: 'upload',
  tokenId: 'token',
  userId: 'user',
  teamId: 'team',
  memberId: 'user',
  principalId: 'user',
  sessionId: 'session',
  ruleId: 'protectionRule',
  protectionRuleId: 'protectionRule',
  policyId: 'cleanupPolicy',
  cleanupPolicyId: 'cleanupPolicy',
  runId: 'cleanupRun',
  webhookId: 'webhook',
  deliveryId: 'webhookDelivery',
};

/** Texts that name the thing, whatever the mutation. */
const texts: Record<string, (named: Named) => string> = { namespace: ({ path }) => path, path: ({ path }) => path, parent: ({ path }) => path, username: ({ username }) => username, teamName: ({ teamName }) => teamName };

/** Where a mutation needs more than that to get as far as its rights. */
const overrides: Record<string, (named: Named) => object> = {
  createGroup: () => ({ slug: 'x' }),
  createProject: () => ({ slug: 'x' }),
  updateNamespace: () => ({ name: 'x' }),
  setTag: () => ({ tag: 'next', version: '1.0.0' }),
  removeTag: () => ({ tag: 'next' }),
  publishPackage: ({ name }) => ({ name, version: '2.0.0' }),
  createUpload: () => ({ fileName: 'x' }),
  createWebhook: () => ({ url: 'https://hooks.example/' }),
  createNamespaceToken: () => ({ kind: 'PROJECT', scopes: ['READ'], role: 'REPORTER' }),
};

/**
 * Inputs of a mutation that name a thing wherever it can be named: required fields get the simplest value of their type, or the
 * thing's name where they are one; optional names are given one at a time; the rest is in the table of overrides.
 */
export function inputsFor(schema: GraphQLSchema, mutation: string, named: Named): Record<string, unknown>[] {
  const field = rootField(schema, mutation);
  const type = field?.args.find(({ name }) => name === 'input')?.type;
  const input = type instanceof GraphQLNonNull ? type.ofType : type;
  if (!(input instanceof GraphQLInputObjectType)) throw new Error(`${mutation} has no input`);
  const required = { ...objectFor(input, named, mutation), ...overrides[mutation]?.(named) };
  const optional = Object.values(input.getFields()).filter((name) => !(name.type instanceof GraphQLNonNull) && isName(name) && !(name.name in required));
  if (optional.length === 0) return [required];
  return optional.map(({ name, type: of }) => ({ ...required, [name]: exampleOf(of, name, named, `${mutation}.${name}`) }));
}

/** A mutation, or a query. */
export function rootField(schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown> | undefined {
  return schema.getMutationType()?.getFields()[name] ?? schema.getQueryType()?.getFields()[name];
}

function isName({ name, type }: GraphQLInputField): boolean {
  const bare = bareType(type).toString();
  return bare === 'ID' || (bare === 'String' && name in texts);
}

function objectFor(input: GraphQLInputObjectType, named: Named, place: string): Record<string, unknown> {
  const fields = Object.values(input.getFields());
  // Of a choice of one the first.
  const needed = input.isOneOf ? fields.slice(0, 1) : fields.filter(({ type }) => type instanceof GraphQLNonNull);
  return Object.fromEntries(needed.map(({ name, type }) => [name, exampleOf(type, name, named, `${place}.${name}`)]));
}

/** The simplest value of a type: the name of the thing where it is one. */
export function exampleOf(type: GraphQLInputType, name: string, named: Named, place: string): unknown {
  if (type instanceof GraphQLNonNull) return exampleOf(type.ofType as GraphQLInputType, name, named, place);
  if (type instanceof GraphQLList) return [exampleOf(type.ofType as GraphQLInputType, name, named, place)];
  if (type instanceof GraphQLInputObjectType) return objectFor(type, named, place);
  if (type instanceof GraphQLEnumType) return type.name === 'Format' ? named.format : type.getValues()[0]?.name;
  switch (type.name) {
    case 'ID': {
      const kind = idFields[name];
      if (!kind) throw new Error(`${place} is an id: say in idFields of what`);
      return named.ids[kind];
    }
    case 'Boolean':
      return true;
    case 'Int':
    case 'BigInt':
    case 'Float':
      return 1;
    case 'DateTime':
      return '2099-01-01T00:00:00.000Z';
    case 'String':
      return texts[name]?.(named) ?? 'x';
    case 'JSON':
      return true;
    default:
      throw new Error(`${place}: no value for ${type.name}`);
  }
}

function bareType(type: GraphQLInputType): GraphQLInputType {
  return type instanceof GraphQLNonNull || type instanceof GraphQLList ? bareType(type.ofType as GraphQLInputType) : type;
}
