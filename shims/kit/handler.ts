import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../../src/core.ts';
import { type EntrepotError, InvalidInput, NotFound } from '../../src/errors.ts';
import { baseUrlOf } from '../../src/http/base-url.ts';
import { logFailure, retryHeaders } from '../../src/http/error-reply.ts';
import { pathOf } from '../../src/http/path-of.ts';
import { actorByHeaders } from '../../src/http/request-actor.ts';
import { isClientGone } from '../../src/http/request-body.ts';
import { send } from '../../src/http/send.ts';
import type { RawHandler } from '../../src/http/server.ts';
import { expectedFailure } from '../../src/outage.ts';
import { routeMatcher } from './match-route.ts';
import type { ErrorReply, Shim } from './shim.ts';
import { decodeSegments, encodeSegments, parseTarget, splitPath } from './target.ts';

type Matcher = ReturnType<typeof routeMatcher>;

interface Entry {
  shim: Shim;
  match: Matcher;
}

/** The path under which every format's endpoint lies that has no root of its own. */
export const packagesPath = '/api/packages/';

/** The endpoint that a request is for. */
interface Endpoint {
  namespacePath: string;
  /** Absolute, without a trailing slash. */
  url: string;
  /** What follows it, decoded. */
  segments: string[];
}

/**
 * The handler of everything below `/api/packages/`: finds namespace, format and route, turns the credential into an actor,
 * and tells failures in the format's dialect. `url` is the request's URL without the path of PUBLIC_URL.
 */
export function createPackagesHandler(core: Core, shims: readonly Shim[]): RawHandler {
  const table = new Map<string, Entry>(shims.filter(({ format }) => format.root === undefined).map((shim) => [shim.format.id, { shim, match: routeMatcher(shim.routes) }]));
  return async (request, response, url, requestId) => {
    try {
      const parts = splitPath(pathOf(url).slice(packagesPath.length));
      const entry = table.get(parts.formatId);
      if (!entry) throw new NotFound('Format', elsewhere(shims, parts.formatId) ?? `This server does not speak "${parts.formatId}".`);
      await answer(core, entry, request, response, { url, requestId }, () => {
        const { namespacePath, formatId, segments } = parseTarget(parts);
        // A namespace that is not there may be called anything.
        const node = namespacePath === '' ? '' : `${encodeSegments(namespacePath.split('/'))}/`;
        return { namespacePath, url: `${baseUrlOf(core.config, request)}${packagesPath}${node}${formatId}`, segments };
      });
    } catch (error) {
      fail(core, request, response, error, requestId, plainReply);
    }
  };
}

/** Where clients of a format that has a root of its own should ask. */
function elsewhere(shims: readonly Shim[], formatId: string): string | undefined {
  const format = shims.map((shim) => shim.format).find(({ id, root }) => id === formatId && root !== undefined);
  return format && `${format.title} clients ask below ${format.root}.`;
}

/** The same for a format with a root of its own: everything below that. */
export function createRootHandler(core: Core, shim: Shim, root: string): RawHandler {
  const entry = { shim, match: routeMatcher(shim.routes) };
  return (request, response, url, requestId) =>
    answer(core, entry, request, response, { url, requestId }, () => ({
      namespacePath: '',
      url: `${baseUrlOf(core.config, request)}${root.slice(0, -1)}`,
      segments: decodeSegments(pathOf(url).slice(root.length)),
    }));
}

/** Answers a request of a format's clients; whatever fails is told in their dialect. */
async function answer(core: Core, { shim, match }: Entry, request: IncomingMessage, response: ServerResponse, { url, requestId }: { url: string; requestId: string }, find: () => Endpoint): Promise<void> {
  const questionMark = url.indexOf('?');
  const query = new URLSearchParams(questionMark === -1 ? '' : url.slice(questionMark + 1));
  let endpointUrl = '';
  let params: Record<string, string> = {};
  try {
    const endpoint = find();
    endpointUrl = endpoint.url;
    const route = match(request.method ?? 'GET', shim.foldSegments?.(endpoint.segments) ?? endpoint.segments);
    if (route === 'no such path') throw new NotFound('Route', `${shim.format.title} has no such address here.`);
    if ('allow' in route) {
      const { contentType, body } = shim.renderError(new InvalidInput('method', `${request.method} is not possible here.`), requestId);
      send(response, 405, { 'content-type': contentType, allow: route.allow.join(', ') }, body);
      return;
    }
    params = route.params;
    const actor = await actorByHeaders(core, request);
    await route.route.handle({ core, actor, namespacePath: endpoint.namespacePath, endpointUrl, params, query, request, response });
  } catch (error) {
    fail(core, request, response, error, requestId, (expected) => {
      const reply = shim.renderError(expected, requestId);
      if (reply.status !== 401) return reply;
      const challenge = typeof shim.challenge === 'string' ? shim.challenge : shim.challenge({ request, endpointUrl, params, query });
      return { ...reply, headers: { 'www-authenticate': challenge, ...reply.headers } };
    });
  }
}

function fail(core: Core, request: IncomingMessage, response: ServerResponse, error: unknown, requestId: string, render: (error: EntrepotError | undefined, requestId: string) => ErrorReply): void {
  const expected = expectedFailure(error);
  if (!expected && isClientGone(request, error)) return;
  logFailure(core, expected, error, requestId);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const reply = render(expected, requestId);
  if (reply.reason !== undefined) response.statusMessage = reasonPhrase(reply.reason);
  send(response, reply.status, { 'content-type': reply.contentType, ...retryHeaders(expected), ...reply.headers }, reply.body);
}

/** A status line takes one line of ASCII (RFC 9112 §4, https://www.rfc-editor.org/rfc/rfc9112#section-4). */
function reasonPhrase(text: string): string {
  return text.trim().replace(/[^\x20-\x7e]+/g, '?').slice(0, 500);
}

function plainReply(error: EntrepotError | undefined, requestId: string): ErrorReply {
  const status = error?.status ?? 500;
  const challenge = status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {};
  return { status, contentType: 'application/json', body: JSON.stringify({ error: error?.message ?? `Internal error ${requestId}` }), ...challenge };
}
