import { InvalidInput } from '../../src/errors.ts';
import { readJson } from '../../src/http/read-json.ts';
import { sendJson } from '../../src/http/send.ts';
import { listTagRows } from '../../src/packages/document-rows.ts';
import { removeTag, setTag } from '../../src/packages/tags.ts';
import type { Exchange } from '../kit/shim.ts';
import { findHead } from './packument-route.ts';

/** `GET /-/package/{package}/dist-tags`: `{ tag: version }`. */
export async function getTags(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange);
  const tags = await listTagRows(exchange.core, head.id);
  sendJson(exchange.response, 200, Object.fromEntries(tags.map(({ name, version }) => [name, version])));
}

/** `PUT /-/package/{package}/dist-tags/{tag}`: the body is the version as a JSON string. */
export async function putTag(exchange: Exchange): Promise<void> {
  const { core, actor, params, request, response } = exchange;
  const head = await findHead(exchange, 'PUBLISH');
  const version = await readJson(request, 4096);
  if (typeof version !== 'string') throw new InvalidInput('version', 'The body must be a version as a JSON string.');
  await setTag(core, actor, { packageId: head.id, tag: params['tag'] ?? '', version });
  sendJson(response, 201, { ok: true, id: head.name });
}

/** `DELETE /-/package/{package}/dist-tags/{tag}`. */
export async function deleteTag(exchange: Exchange): Promise<void> {
  const { core, actor, params, response } = exchange;
  const head = await findHead(exchange, 'PUBLISH');
  await removeTag(core, actor, head.id, params['tag'] ?? '');
  sendJson(response, 200, { ok: true, id: head.name });
}
