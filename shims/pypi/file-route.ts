import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import type { Core } from '../../src/core.ts';
import { NotFound } from '../../src/errors.ts';
import type { UploadedFile } from '../../src/formats/format.ts';
import { serveFile } from '../../src/http/files.ts';
import { sendDocument } from '../../src/http/send.ts';
import { findFileOf, type StoredFile } from '../../src/packages/download.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { Exchange } from '../kit/shim.ts';
import { parseWheelName } from './file-name.ts';
import { pypiFormat } from './format.ts';
import type { PyPiAttributes } from './inspect.ts';
import { parseVersion } from './version.ts';
import { readPublishedPackageInfo } from './sdist.ts';
import { readPublishedMetadata } from './wheel.ts';

const metadataEnding = '.metadata';

/**
 * `GET /files/{project}/{version}/{file}`: a distribution or its signature; with `.metadata` behind it the metadata in it, byte by byte
 * (PEP 658, https://packaging.python.org/en/latest/specifications/simple-repository-api/#serve-distribution-metadata-in-the-simple-repository-api). Files may be replaced where that is allowed, so caches ask each time.
 */
export async function getFile(exchange: Exchange): Promise<void> {
  const { core, params, request, response } = exchange;
  const name = params['file'] ?? '';
  if (!name.endsWith(metadataEnding)) return serveFile(core, request, response, await findFile(exchange, name));
  const file = await findFile(exchange, name.slice(0, -metadataEnding.length));
  const { kind } = JSON.parse(file.attributes) as PyPiAttributes;
  if (kind !== 'wheel' && kind !== 'sdist') throw new NotFound('File', `${file.name} has no metadata.`);
  // By content: the same bytes hold the same metadata, whoever asks for them.
  const document = await core.documents.get(`pypi metadata ${kind} ${file.sha256} ${file.name}`, async () => {
    const stored = asUpload(core, file);
    const bytes = kind === 'wheel' ? await readPublishedMetadata(stored, parseWheelName(file.name)) : await readPublishedPackageInfo(stored);
    // It was checked to be UTF-8 when it was published, so as text it stays what it is.
    return { contentType: 'application/octet-stream', body: bytes.toString() };
  });
  sendDocument(request, response, document);
}

/** A live file of a project in the view of the endpoint, by its version and name. Throws NotFound and what authorisation throws. */
export async function findFile({ core, actor, namespacePath, params }: Exchange, name: string): Promise<StoredFile> {
  const head = await getPackageInView(core, actor, namespacePath, pypiFormat, params['project'] ?? '');
  const version = params['version'] ?? '';
  const file = parseVersion(version) && (await findFileOf(core, head, pypiFormat.normalizeVersion(version), name));
  if (!file) throw new NotFound('File', `${head.name} has no file ${name.slice(0, 100)}.`);
  return file;
}

/** A stored file as it is read when it is published. */
export function asUpload(core: Core, { objectKey, sizeBytes, name, md5, sha1, sha256, sha512 }: StoredFile): UploadedFile {
  return uploadedFile(core, { key: objectKey, sizeBytes: Number(sizeBytes), digests: { md5, sha1, sha256, sha512 } }, name);
}
