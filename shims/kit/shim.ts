import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../../src/access/actor.ts';
import type { Core } from '../../src/core.ts';
import type { EntrepotError } from '../../src/errors.ts';
import type { Format } from '../../src/formats/format.ts';

/** One request to a format's endpoint, with everything a handler needs. */
export interface Exchange {
  core: Core;
  actor: Actor;
  /** Path of the namespace in the URL; '' for the instance, and for formats with a root of their own, whose routes find it themselves. */
  namespacePath: string;
  /** Absolute URL of this format at this namespace, without a trailing slash. */
  endpointUrl: string;
  /** What the `:names` of the route's path matched, each decoded once. */
  params: Record<string, string>;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
}

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** One operation of a client's protocol: parse, call a service, render. */
export interface Route {
  /** GET answers HEAD as well. */
  method: Method;
  /** Segments below the endpoint: literal text, `:name` for one segment, `*name` for one or more, once in a path. First match wins. */
  path: string;
  /** Ends the response, or throws. */
  handle: (exchange: Exchange) => Promise<void>;
}

/** An answer in the dialect of a format's clients. */
export interface ErrorReply {
  status: number;
  contentType: string;
  body: string;
  /** What stands beside the status, for clients that show nothing but that (Maven); default: the usual phrase. Any text will do. */
  reason?: string;
  /** More headers, in lower case. */
  headers?: Record<string, string>;
}

/** A request that is refused for want of a credential that is good for it. */
export interface Refused {
  request: IncomingMessage;
  /** Absolute URL of the format's endpoint, without a trailing slash. */
  endpointUrl: string;
  params: Record<string, string>;
  query: URLSearchParams;
}

/** A format with its native HTTP protocol: what `shims/<format>/index.ts` exports and `shims/index.ts` lists. */
export interface Shim {
  format: Format;
  routes: Route[];
  /** `WWW-Authenticate` of a 401: what makes this format's clients send their credential. */
  challenge: string | ((refused: Refused) => string);
  /** How a failure is told to its clients; `error` is undefined for a fault of the server's own. */
  renderError: (error: EntrepotError | undefined, requestId: string) => ErrorReply;
  /** Joins or splits the decoded segments before routes are matched: npm's `@scope` and `name` are one. */
  foldSegments?: (segments: string[]) => string[];
}
