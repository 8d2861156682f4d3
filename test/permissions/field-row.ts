import type { TestApp } from '../support/app.ts';
import type { Need } from './reference.ts';
import type { Place, Target } from './world.ts';

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
  /** Runs something as the admin while the registry of the place is on, and makes it what it was. */
  whileOn<Thing>(work: () => Promise<Thing>): Promise<Thing>;
}

/** What a field needs, and what it asks it of. */
export interface FieldRow {
  /** `Query.package`, `Mutation.setTag`, `Namespace.members`. */
  field: string;
  need: Need;
  /** PACKAGE: one that is there. NEW: one that is not there yet. NODE: the project. INSTANCE: the root. NOTHING: no place at all. */
  of: 'PACKAGE' | 'NEW' | 'NODE' | 'INSTANCE' | 'NOTHING';
  /**
   * How a refusal is told. ERROR: by its code. NULL: there is nothing. NULL_OR_FORBIDDEN: nothing where it must not be known, else the
   * code.
   */
  refusal: 'ERROR' | 'NULL' | 'NULL_OR_FORBIDDEN';
  changes?: boolean;
  /** What is asked for by an id of its own does not show itself to those without the role: what is 403 elsewhere is 404 here. */
  hides?: boolean;
  /** What `node` has to find first. */
  parent?: 'NODE' | 'PACKAGE';
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

/** A row of a mutation. */
export function mutation(name: string, row: Omit<FieldRow, 'field' | 'operation' | 'refusal' | 'changes'>, input: (context: FieldContext) => object | Promise<object>): FieldRow {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    ...row,
    field: `Mutation.${name}`,
    refusal: 'ERROR',
    changes: true,
    operation: async (context) => ({
      document: `mutation($input: ${type}Input!) { ${name}(input: $input) { __typename } }`,
      variables: { input: await input(context) },
      isDone: (data) => data[name].__typename === `${type}Payload`,
    }),
  };
}

/** A row of a field that hangs on a type that `node` finds. */
export function nested(field: string, row: Omit<FieldRow, 'field' | 'operation' | 'refusal'>, selection: string, idOf: (context: FieldContext) => string): FieldRow {
  const [type = '', name = ''] = field.split('.');
  return {
    ...row,
    field,
    refusal: 'ERROR',
    parent: type === 'Package' ? 'PACKAGE' : 'NODE',
    operation: (context) => ({
      document: `query($id: ID!) { node(id: $id) { ... on ${type} { ${name}${selection} } } }`,
      variables: { id: idOf(context) },
      isDone: (data) => data.node !== null && data.node[name] !== null,
    }),
  };
}
