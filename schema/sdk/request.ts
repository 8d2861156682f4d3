import { readResult } from './answer.ts';
import type { TypedDocument } from './document.ts';
import { type ClientOptions, createSend, type RequestOptions, type Send } from './transport.ts';

/**
 * Runs one operation. The variables may be left out where all of them may. Throws EntrepotError where the response has errors;
 * the error members of a mutation's result are no errors, they are returned.
 */
export type Request = <Result, Variables>(
  document: TypedDocument<Result, Variables>,
  ...args: {} extends Variables ? [variables?: Variables, options?: RequestOptions] : [variables: Variables, options?: RequestOptions]
) => Promise<Result>;

/** A client of the single function `request`, for programs that bring their own documents and must stay small. */
export function createRequest(options: ClientOptions): Request {
  return requestOver(createSend(options), options.timeoutMs);
}

/** The same over a way to the server that is there already. */
export function requestOver(send: Send, timeoutMs: number | undefined): Request {
  return async function request<Result>(document: TypedDocument<Result, never>, variables?: unknown, options: RequestOptions = {}) {
    const response = await send(
      'graphql',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
        body: JSON.stringify({ query: String(document), variables }),
      },
      { timeoutMs, ...options },
    );
    return (await readResult(response)) as Result;
  };
}

/** The one field that each of our own operations asks for. */
export async function fieldOf<Result, Field extends keyof Result>(result: Promise<Result>, field: Field): Promise<Result[Field]> {
  return (await result)[field];
}
