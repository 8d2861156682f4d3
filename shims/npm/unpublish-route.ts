import { InvalidInput, RevisionConflict } from '../../src/errors.ts';
import { sendJson } from '../../src/http/send.ts';
import { listDocumentRows } from '../../src/packages/document-rows.ts';
import { deleteVersions, deletePackage } from '../../src/packages/remove.ts';
import type { Exchange } from '../kit/shim.ts';
import { isObject } from './json.ts';
import { revisionOfRev } from './packument.ts';
import { findHead } from './packument-route.ts';
import { parsePublishBody } from './publish-body.ts';
import { parseTarballName } from './tarball-route.ts';

/**
 * `PUT /{package}/-rev/{rev}`: the packument without the versions to unpublish. The revision must be the current one, or a
 * version published meanwhile would be taken for unpublished; throws RevisionConflict.
 */
export async function putRevision(exchange: Exchange): Promise<void> {
  const { core, actor, params, request, response } = exchange;
  const head = await findHead(exchange, 'DELETE');
  const document = await parsePublishBody(request, async () => {
    throw new InvalidInput('_attachments', 'Nothing can be published at this address.');
  });
  if (revisionOfRev(params['rev'] ?? '') !== head.revision) throw new RevisionConflict(`${head.name} has changed meanwhile; try again.`);
  const { versions } = document;
  if (!isObject(versions)) throw new InvalidInput('versions', 'The document has no versions.');
  const gone = new Set((await listDocumentRows(core, head.id)).map((row) => row.normalizedVersion).filter((version) => !Object.hasOwn(versions, version)));
  await deleteVersions(core, actor, head.id, [...gone], { ifRevision: head.revision });
  sendJson(response, 200, { ok: true, id: head.name });
}

/** `DELETE /{package}/-/{file}/-rev/{rev}`: the second half of unpublishing a version; the first has removed it already. */
export async function deleteTarball(exchange: Exchange): Promise<void> {
  const { core, actor, params, response } = exchange;
  const head = await findHead(exchange, 'DELETE');
  const { version } = parseTarballName(head.name, params['file'] ?? '');
  const isThere = (await listDocumentRows(core, head.id)).some((row) => row.normalizedVersion === version);
  await deleteVersions(core, actor, head.id, isThere ? [version] : []);
  sendJson(response, 200, { ok: true });
}

/** `DELETE /{package}/-rev/{rev}`: the package with all its versions, as the client has seen it; throws RevisionConflict. */
export async function deletePackument(exchange: Exchange): Promise<void> {
  const { core, actor, params } = exchange;
  const head = await findHead(exchange, 'DELETE');
  const ifRevision = revisionOfRev(params['rev'] ?? '');
  await deletePackage(core, actor, head.id, ifRevision === undefined ? {} : { ifRevision });
  sendJson(exchange.response, 200, { ok: true });
}
