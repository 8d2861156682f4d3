import { BREAK, type DocumentNode, type ExecutionResult, getOperationAST, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode, valueFromASTUntyped, visit } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { expandedFields } from './expanded-fields.ts';

/** Compiling takes milliseconds, so only documents that keep coming are compiled. */
const usesBeforeCompiling = 3;
/** Nor is what would become a large program: fragments can make one of a short document. */
const maxFields = 500;

type Variables = Readonly<Record<string, unknown>> | undefined;
type Run = (contextValue: unknown, variables: Variables, root?: unknown) => ExecutionResult | Promise<ExecutionResult>;

/** An operation of a document, and what it was compiled to. */
interface Known {
  uses: number;
  run: Run | undefined;
}

const known = new WeakMap<DocumentNode, Map<string | undefined, Known>>();

/**
 * The function that a query was compiled to, or what a subscription makes of an event, which does the same as executing its document,
 * two to three times as fast. Undefined where it came seldom so far. Lives as long as the document, which is kept by the cache of parsed ones.
 */
export function compiledOperation(document: DocumentNode, operationName: string | undefined): Run | undefined {
  return known.get(document)?.get(operationName)?.run;
}

/**
 * Notes that an operation was executed without an error, so was within every limit, and compiles it once it came often enough.
 * Mutations are left alone: their time goes elsewhere.
 */
export function noteSuccess(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): void {
  const operations = known.get(document) ?? new Map<string | undefined, Known>();
  known.set(document, operations);
  const entry = operations.get(operationName) ?? { uses: 0, run: undefined };
  operations.set(operationName, entry);
  entry.uses += 1;
  if (entry.uses === usesBeforeCompiling) entry.run = compile(schema, document, operationName);
}

function compile(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): Run | undefined {
  const operation = getOperationAST(document, operationName);
  // The compiler writes results as plain objects, which take that name for their prototype.
  if (!operation || operation.operation === OperationTypeNode.MUTATION || hasName(document, '__proto__') || expandedFields(schema, document, operation, maxFields) >= maxFields) return undefined;
  const result = compileQuery(schema, document, operationName, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(result)) return undefined;
  const { query } = result as CompiledQuery;
  return (contextValue, variables, root) => query(root, contextValue, withDefaults(operation, variables));
}

function hasName(document: DocumentNode, name: string): boolean {
  let found = false;
  visit(document, {
    Name({ value }) {
      if (value === name) found = true;
      return found ? BREAK : undefined;
    },
  });
  return found;
}

/** The compiler takes a variable that has a default, but may not be null, for missing where it was left out. */
function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables = {}): Record<string, unknown> {
  const complete: Record<string, unknown> = { ...variables };
  for (const { variable, defaultValue } of variableDefinitions) {
    const { value: name } = variable.name;
    if (defaultValue !== undefined && complete[name] === undefined) complete[name] = valueFromASTUntyped(defaultValue);
  }
  return complete;
}
