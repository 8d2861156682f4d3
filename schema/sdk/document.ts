/**
 * The text of one operation that knows its types. Documents made by other generators in string mode
 * (`TypedDocumentString`) are such documents, too, and so is any string, with a result of type `unknown`.
 */
export interface TypedDocument<Result, Variables> {
  toString(): string;
  /** Never there at run time: it carries the types. */
  __apiType?: (variables: Variables) => Result;
}

/** What a document answers. */
export type ResultOf<Document> = Document extends TypedDocument<infer Result, infer _Variables> ? Result : never;

/** What a document needs to be told. */
export type VariablesOf<Document> = Document extends TypedDocument<infer _Result, infer Variables> ? Variables : never;

/** Puts the text of an operation and of the fragments it uses together. */
export function document<Result, Variables>(operation: string, fragments: readonly string[] = []): TypedDocument<Result, Variables> {
  return [operation, ...fragments].join('\n');
}
