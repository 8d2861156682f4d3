import { EntrepotError } from './error.ts';

/** Headers in any form that `new Headers` takes; spelled out, since not every environment's types have a name for it. */
export type HeadersLike = Headers | Record<string, string> | [name: string, value: string][];

/** How to reach a server. */
export interface ClientOptions {
  /** Where the server is, such as `https://packages.example.com`; its own path, if it has one, belongs to it. */
  url: string | URL;
  /** Secret of a token; without one requests are anonymous. */
  token?: string | undefined;
  /** Sent with every request. */
  headers?: HeadersLike | undefined;
  /** Instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Requests that take longer fail with a `TimeoutError`; uploads and downloads do not count. Default: no limit. */
  timeoutMs?: number | undefined;
}

/** What one call may be told. */
export interface RequestOptions {
  /** Ends the call; it then fails with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Added to those of the client. */
  headers?: HeadersLike | undefined;
  /** Instead of that of the client. */
  timeoutMs?: number | undefined;
}

/** The request itself. */
export type SendInit = Omit<RequestInit, 'headers'> & { headers?: HeadersLike };

/** Sends one HTTP request with the client's credentials. `path` is relative to the server's URL, or a whole URL. */
export type Send = (path: string, init: SendInit, options?: RequestOptions) => Promise<Response>;

/** The way to a server. Throws EntrepotError `NETWORK_ERROR` where no answer comes; what the status means is the caller's. */
export function createSend({ url, token, headers, fetch: given }: ClientOptions): Send {
  const base = new URL(url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';

  return async function send(path, init, options = {}) {
    const signal = signalOf(options);
    const fetchIt = given ?? globalThis.fetch;
    // What cannot be sent at all is no fault of the network.
    const target = new URL(path, base);
    const sent = { ...init, headers: merged(token, headers, init.headers, options.headers), ...(signal ? { signal } : {}) };
    try {
      return await fetchIt(target, sent);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new EntrepotError('NETWORK_ERROR', `No answer came from ${base.origin}.`, { cause: error });
    }
  };
}

function signalOf({ signal, timeoutMs }: RequestOptions): AbortSignal | undefined {
  if (timeoutMs === undefined) return signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function merged(token: string | undefined, ...all: (HeadersLike | undefined)[]): Headers {
  const result = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  for (const headers of all) new Headers(headers).forEach((value, name) => result.set(name, value));
  return result;
}
