import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../../src/core.ts';
import { EntrepotError, InvalidInput, NotFound } from '../../src/errors.ts';
import { baseUrlOf } from '../../src/http/base-url.ts';
import { retryHeaders } from '../../src/http/error-reply.ts';
import { actorByHeaders } from '../../src/http/request-actor.ts';
import { isClientGone } from '../../src/http/request-body.ts';
import { send } from '../../src/http/send.ts';
import { routeMatcher } from './match-route.ts';
import type { ErrorReply, Shim } from './shim.ts';
import { parseTarget, splitPath, type Target } from './target.ts';

type Matcher = ReturnType<typeof routeMatcher>;

/** The path under which every format's endpoint lies. */
export const packagesPath = '/api/packages/';

/**
 * The handler of everything below `/api/packages/`: finds namespace, format and route, turns the credential into an actor,
 * and tells failures in the format's dialect. `url` is the request's URL without the path of PUBLIC_URL.
 */
export function createPackagesHandler(core: Core, shims: readonly Shim[]) {
  const table = new Map<string, { shim: Shim; match: Matcher }>(shims.map((shim) => [shim.format.id, { shim, match: routeMatcher(shim.routes) }]));

  return async function handle(request: IncomingMessage, response: ServerResponse, url: string, requestId: string): Promise<void> {
    let shim: Shim | undefined;
    try {
      const questionMark = url.indexOf('?');
      const path = questionMark === -1 ? url : url.slice(0, questionMark);
      const parts = splitPath(path.slice(packagesPath.length));
      const entry = table.get(parts.formatId);
      if (!entry) throw new NotFound('Format', `This server does not speak "${parts.formatId}".`);
      // From here on failures are told in its dialect.
      shim = entry.shim;
      const target = parseTarget(parts);
      const segments = shim.foldSegments?.(target.segments) ?? target.segments;
      const match = entry.match(request.method ?? 'GET', segments);
      if (match === 'no such path') throw new NotFound('Route', `${shim.format.title} has no such address here.`);
      if ('allow' in match) {
        const { contentType, body } = shim.renderError(new InvalidInput('method', `${request.method} is not possible here.`), requestId);
        send(response, 405, { 'content-type': contentType, allow: match.allow.join(', ') }, body);
        return;
      }
      const actor = await actorByHeaders(core, request);
      await match.route.handle({
        core,
        actor,
        namespacePath: target.namespacePath,
        endpointUrl: endpointUrl(core, request, target),
        params: match.params,
        query: new URLSearchParams(questionMark === -1 ? '' : url.slice(questionMark + 1)),
        request,
        response,
      });
    } catch (error) {
      fail(core, shim, request, response, error, requestId);
    }
  };
}

function endpointUrl(core: Core, request: IncomingMessage, { namespacePath, formatId }: Target): string {
  const node = namespacePath === '' ? '' : `${namespacePath}/`;
  return `${baseUrlOf(core.config, request)}${packagesPath}${node}${formatId}`;
}

function fail(core: Core, shim: Shim | undefined, request: IncomingMessage, response: ServerResponse, error: unknown, requestId: string): void {
  const expected = error instanceof EntrepotError ? error : undefined;
  if (!expected && isClientGone(request, error)) return;
  if (!expected) core.log.error({ err: error, requestId }, 'a request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const reply = shim?.renderError(expected, requestId) ?? plainReply(expected, requestId);
  if (reply.reason !== undefined) response.statusMessage = reasonPhrase(reply.reason);
  const challenge = reply.status === 401 ? { 'www-authenticate': shim?.challenge ?? 'Bearer' } : {};
  send(response, reply.status, { 'content-type': reply.contentType, 'x-content-type-options': 'nosniff', ...challenge, ...retryHeaders(expected), ...reply.headers }, reply.body);
}

/** A status line takes one line of ASCII (RFC 9112 §4, https://www.rfc-editor.org/rfc/rfc9112#section-4). */
function reasonPhrase(text: string): string {
  return text.trim().replace(/[^\x20-\x7e]+/g, '?').slice(0, 500);
}

function plainReply(error: EntrepotError | undefined, requestId: string): ErrorReply {
  const status = error?.status ?? 500;
  return { status, contentType: 'application/json', body: JSON.stringify({ error: error?.message ?? `Internal error ${requestId}` }) };
}
