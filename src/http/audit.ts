import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { InvalidInput } from '../errors.ts';
import { type AuditFilter, authorizeAudit } from '../events/audit.ts';
import { exportAudit } from '../events/audit-export.ts';
import { readEventCursor } from '../events/cursor.ts';
import { eventTypes } from '../events/kinds.ts';
import { readInstant } from '../instant.ts';
import { getVisibleNamespace } from '../namespaces/read.ts';
import { withJsonErrors } from './error-reply.ts';
import { liveActor } from './request-actor.ts';
import type { Mount } from './server.ts';
import { writeText } from './write-text.ts';

const root = '/api/audit';

/**
 * `GET /api/audit/{namespace path…}?from=&to=&types=&actor=&after=`: the audit events of a namespace and all below as lines of JSON
 * (https://github.com/ndjson/ndjson-spec), the oldest first, for its owners; without a path those of the instance. `after` is the `cursor` of
 * the last line that the client has. An answer that is cut off was not the whole: ask for the rest.
 */
export function auditMounts(core: Core): Mount[] {
  const mount: Omit<Mount, 'path'> = {
    methods: ['GET'],
    area: 'audit',
    handle: (request, response, url, requestId) => withJsonErrors(core, response, requestId, () => sendAudit(core, request, response, url)),
  };
  return [{ ...mount, path: root }, { ...mount, path: `${root}/*` }];
}

async function sendAudit(core: Core, request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
  const mark = url.indexOf('?');
  const path = pathOf(mark === -1 ? url : url.slice(0, mark));
  const search = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const filter = filterOf(search);
  const after = search.get('after');
  const afterSeq = after ? readEventCursor(after) : undefined;
  const actor = await liveActor(core, request);
  const look = async () => {
    const asker = await actor();
    const node = await getVisibleNamespace(core, asker, path);
    authorizeAudit(asker, node);
    return { node, actor: asker };
  };
  await look();
  const parts = exportAudit(core, { look, filter, afterSeq });
  // A cursor that is too old is to be refused before anything is said.
  const first = await parts.next();
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'content-disposition': `attachment; filename="audit-${path.replaceAll('/', '-') || 'instance'}.ndjson"`,
    'cache-control': 'private, no-store',
  });
  if (request.method !== 'HEAD') {
    await writeText(response, first.value ?? '');
    for await (const part of parts) {
      if (response.destroyed) return;
      await writeText(response, part);
    }
  }
  response.end();
}

function pathOf(pathname: string): string {
  try {
    return decodeURIComponent(pathname.slice(root.length)).replace(/^\/|\/$/g, '');
  } catch {
    throw new InvalidInput('path', 'The path is not percent-encoded UTF-8.');
  }
}

function filterOf(search: URLSearchParams): AuditFilter {
  const types = search.getAll('types').flatMap((list) => list.split(',')).filter((type) => type !== '');
  const unknown = types.find((type) => !eventTypes.some((known) => known === type));
  if (unknown !== undefined) throw new InvalidInput('types', `There are no events of the type "${unknown.slice(0, 100)}".`);
  return {
    types: types.length === 0 ? undefined : eventTypes.filter((type) => types.includes(type)),
    actor: search.get('actor') || undefined,
    from: instantOf(search, 'from'),
    to: instantOf(search, 'to'),
  };
}

function instantOf(search: URLSearchParams, field: 'from' | 'to'): number | undefined {
  const text = search.get(field);
  if (!text) return undefined;
  const instant = readInstant(text);
  if (instant === undefined) throw new InvalidInput(field, 'An instant is written like 2026-11-20T13:35:28Z.');
  return instant;
}
