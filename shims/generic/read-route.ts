import type { Action } from '../../src/access/decide.ts';
import { NotFound } from '../../src/errors.ts';
import { serveFile } from '../../src/http/files.ts';
import { sendDocument, sendJson } from '../../src/http/send.ts';
import { findFileOf, type StoredFile } from '../../src/packages/download.ts';
import { listDocumentRows } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { deleteFile as removeFile, deletePackage, deleteVersions } from '../../src/packages/remove.ts';
import { isListed } from '../../src/packages/summary.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import { allDigests } from '../../src/storage/digests.ts';
import type { Exchange } from '../kit/shim.ts';
import { digestHeaders } from '../kit/digest-headers.ts';
import { encodeSegments } from '../kit/target.ts';
import { genericFormat } from './format.ts';
import { normalizeFilePath, normalizeGenericVersion } from './name.ts';

/** `GET /{package}/{version}/{path}`. Files may be replaced, so caches ask each time; the entity tag is the SHA-256. */
export async function getFile(exchange: Exchange): Promise<void> {
  const file = await findFile(exchange, await findHead(exchange));
  await serveFile(exchange.core, exchange.request, exchange.response, file, { headers: digestHeaders(file) });
}

/**
 * `GET /{package}`: its versions with their files, without hidden and withdrawn ones; `GET /{package}/{version}`: the files of one, whatever
 * became of it.
 */
export async function getListing(exchange: Exchange): Promise<void> {
  const { core, endpointUrl, params, request, response } = exchange;
  const head = await findHead(exchange);
  const only = params['version'] === undefined ? undefined : normalizeGenericVersion(params['version']);
  const key = `generic ${head.id} ${head.revision} ${endpointUrl} ${only ?? ''}`;
  const document = await core.documents.get(key, async () => {
    const all = await listDocumentRows(core, head.id, only);
    const rows = only === undefined ? all.filter(isListed) : all;
    if (only !== undefined && rows.length === 0) throw new NotFound('Version', `${head.name} has no version ${only}.`);
    const byVersion = [...Map.groupBy(rows, ({ version }) => version)].map(([version, files]) => ({
      version,
      publishedAt: new Date(files[0]?.publishedAt ?? 0).toISOString(),
      files: files.map(({ fileName, sizeBytes, uploadedAt, ...digests }) => ({
        name: fileName,
        url: `${endpointUrl}/${encodeSegments([head.name, version, ...fileName.split('/')])}`,
        sizeBytes,
        ...allDigests(digests),
        uploadedAt: new Date(uploadedAt).toISOString(),
      })),
    }));
    const listing = { package: head.name, ...(only === undefined ? { versions: byVersion } : byVersion[0]) };
    return { contentType: 'application/json', body: JSON.stringify(listing) };
  });
  sendDocument(request, response, document);
}

/** `DELETE /{package}/{version}/{path}`. */
export async function deleteFile(exchange: Exchange): Promise<void> {
  const file = await findFile(exchange, await findHead(exchange, 'DELETE'));
  await removeFile(exchange.core, exchange.actor, file.id);
  sendJson(exchange.response, 200, { deleted: file.name });
}

/** `DELETE /{package}/{version}`. */
export async function deleteVersion(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange, 'DELETE');
  const version = normalizeGenericVersion(exchange.params['version'] ?? '');
  await deleteVersions(exchange.core, exchange.actor, head.id, [version]);
  sendJson(exchange.response, 200, { deleted: version });
}

/** `DELETE /{package}`. */
export async function deleteAll(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange, 'DELETE');
  await deletePackage(exchange.core, exchange.actor, head.id);
  sendJson(exchange.response, 200, { deleted: head.name });
}

function findHead({ core, actor, namespacePath, params }: Exchange, action?: Action): Promise<PackageHead> {
  return getPackageInView(core, actor, namespacePath, genericFormat, params['pkg'] ?? '', action);
}

async function findFile({ core, params }: Exchange, head: PackageHead): Promise<StoredFile> {
  const path = normalizeFilePath(params['path'] ?? '');
  const file = await findFileOf(core, head, normalizeGenericVersion(params['version'] ?? ''), path);
  if (!file) throw new NotFound('File', `${head.name} has no file ${path} in this version.`);
  return file;
}
