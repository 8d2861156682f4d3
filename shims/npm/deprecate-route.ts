import { InvalidInput } from '../../src/errors.ts';
import type { JsonObject } from '../../src/formats/format.ts';
import { sendJson } from '../../src/http/send.ts';
import { deprecateVersions } from '../../src/packages/status.ts';
import type { Exchange } from '../kit/shim.ts';
import { isObject } from './json.ts';
import { findHead, hiddenNotice } from './packument-route.ts';

/**
 * `PUT /{package}` without a tarball: npm sends the whole packument back with `deprecated` set on some versions, or empty to
 * take it back. Nothing else of it is used. Hidden and withdrawn versions stay what they are.
 */
export async function deprecatePackument(exchange: Exchange, document: JsonObject): Promise<void> {
  const head = await findHead(exchange, 'PUBLISH');
  const { versions } = document;
  if (!isObject(versions)) throw new InvalidInput('versions', 'The document has neither a tarball nor versions to deprecate.');
  const marks = Object.entries(versions).flatMap(([version, manifest]) => {
    const message = isObject(manifest) ? manifest['deprecated'] : undefined;
    return typeof message === 'string' && message !== hiddenNotice ? [{ version, message }] : [];
  });
  await deprecateVersions(exchange.core, exchange.actor, head.id, marks);
  sendJson(exchange.response, 200, { ok: true, success: true, id: head.name });
}
