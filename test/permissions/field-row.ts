import { getNamedType, type GraphQLField, type GraphQLObjectType, type GraphQLOutputType, isObjectType, isUnionType } from 'graphql';
import { createSchema } from '../../schema/schema.ts';
import type { TokenScope } from '../../src/db/tables/credential.ts';
import { shims } from '../../shims/index.ts';
import type { TestApp } from '../support/app.ts';
import type { Need } from './reference.ts';
import type { Place, Target } from './world.ts';

/** The schema that the rows are about. */
export const schema = createSchema(shims.map(({ format }) => format));

/** What an operation is made of. */
export interface FieldContext {
  app: TestApp;
  place: Place;
  target: Target;
  /** Differs each time: for names that nobody has used. */
  number: number;
  /**
   * Something to work on: made anew for who will change it, else once for the place. Gives what `make` gives, which acts as the
   * admin.
   */
  fixture<Thing>(name: string, make: () => Promise<Thing>): Promise<Thing>;
  /** Whether the operation is expected to be done. */
  mayChange: boolean;
  /** What the asker sends along. */
  headers: Record<string, string>;
  /** Packages of their own, as {@link Target} of the place. */
  fresh(): Promise<Target>;
  /** Runs something as the admin while the registry of the place is on, and makes it what it was. */
  whileOn<Thing>(work: () => Promise<Thing>): Promise<Thing>;
}

/** PACKAGE: one that is there. NEW: one that is not there yet. NODE: the project. INSTANCE: the root. NOTHING: no place at all. */
export type Of = 'PACKAGE' | 'NEW' | 'NODE' | 'INSTANCE' | 'NOTHING';

/** What a field needs, and what it asks it of. */
export interface FieldRow {
  /** `Query.package`, `Mutation.setTag`, `Namespace.members`. */
  field: string;
  need: Need;
  of: Of;
  /** Where a package is asked for by its name; without it by an id. */
  at?: 'NODE' | 'INSTANCE';
  /** More scopes that it takes: those that a new token is to have. */
  scopes?: TokenScope[];
  /**
   * How a refusal is told. ERROR: by its code. NULL: there is nothing. NULL_OR_FORBIDDEN: nothing where it must not be known, else the
   * code.
   */
  refusal: 'ERROR' | 'NULL' | 'NULL_OR_FORBIDDEN';
  changes?: boolean;
  /** What is asked for by an id of its own does not show itself to those without the role: what is 403 elsewhere is 404 here. */
  hides?: boolean;
  /** What has to be seen first, since the field hangs on it. */
  parent?: { need: Need; of: Of };
  /** Waits for what goes on in the background after it was done. */
  settle?: (context: FieldContext) => Promise<void>;
  /** GraphQL text with variables. */
  operation: (context: FieldContext) => Operation | Promise<Operation>;
}

/** A document with its variables. */
export interface Operation {
  document: string;
  variables?: Record<string, unknown>;
  /** What must be in the data for the field to count as answered; default: the first field is not null. */
  isDone?: (data: any) => boolean;
}

/** A row of a mutation. All that its payload shows of packages is asked for, too. */
export function mutation(name: string, row: Omit<FieldRow, 'field' | 'operation' | 'refusal' | 'changes'>, input: (context: FieldContext) => object | Promise<object>): FieldRow {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    ...row,
    field: `Mutation.${name}`,
    refusal: 'ERROR',
    changes: true,
    operation: async (context) => ({
      document: `mutation($input: ${type}Input!) { ${name}(input: $input) { __typename ${packagesShown(payloadOf(name), 2)} } }`,
      variables: { input: await input(context) },
      isDone: (data) => data[name].__typename === `${type}Payload`,
    }),
  };
}

/** Types that nobody may read who may not read the package. */
const ofPackages = new Set(['Package', 'PackageVersion', 'PackageFile']);

function payloadOf(name: string): GraphQLObjectType {
  const result = getNamedType(schema.getMutationType()?.getFields()[name]?.type);
  const payload = isUnionType(result) ? result.getTypes().find((type) => type.name.endsWith('Payload')) : result;
  if (!isObjectType(payload)) throw new Error(`${name} has no payload`);
  return payload;
}

/** The selections that lead to packages and what is in them, as ids. */
function packagesShown(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (depth === 0 || !isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).filter(({ args }) => args.length === 0);
  const selections = fields.map((field) => selectionOf(field, depth)).filter((text) => text !== '');
  return selections.length === 0 ? '' : `... on ${named.name} { ${selections.join(' ')} }`;
}

function selectionOf(field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (ofPackages.has(type.name)) return `${field.name} { id }`;
  // Not through what has an id of its own, which has rows of its own.
  if (!isObjectType(type) || type.getInterfaces().length > 0) return '';
  const below = packagesShown(type, depth - 1);
  return below === '' ? '' : `${field.name} { ${below} }`;
}

/** A row of a field that hangs on a type that `node` finds. */
export function nested(field: string, row: Omit<FieldRow, 'field' | 'operation' | 'refusal'> & Partial<Pick<FieldRow, 'refusal'>>, selection: string, idOf: (context: FieldContext) => string | Promise<string>): FieldRow {
  const [type = '', name = ''] = field.split('.');
  return {
    refusal: 'ERROR',
    parent: type === 'Package' ? { need: 'READ', of: 'PACKAGE' } : { need: 'SEE', of: 'NODE' },
    ...row,
    field,
    operation: async (context) => ({
      document: `query($id: ID!) { node(id: $id) { ... on ${type} { ${name}${selection} } } }`,
      variables: { id: await idOf(context) },
      isDone: (data) => data.node !== null && data.node[name] !== null,
    }),
  };
}

/** Whether anything of a package is in what an operation of {@link mutation} answered. */
export function showsPackage(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return 'id' in data || Object.values(data).some(showsPackage);
}

/** Whether a type is a page of a list, or an edge of one, and nothing else. */
export function isPage(type: { name: string; getFields: () => object }): boolean {
  const { name } = type;
  const fields = Object.keys(type.getFields()).sort().join(' ');
  return (name.endsWith('Connection') && fields === 'edges nodes pageInfo totalCount') || (name.endsWith('Edge') && fields === 'cursor node');
}
