import { NotFound } from '../../src/errors.ts';
import { serveFile } from '../../src/http/files.ts';
import { sendDocument } from '../../src/http/send.ts';
import { listDocumentRows } from '../../src/packages/document-rows.ts';
import { findFileOf, type StoredFile } from '../../src/packages/download.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import type { Exchange } from '../kit/shim.ts';
import { readZipPlace } from '../kit/zip-entry.ts';
import { type ContentName, maxServedBytes, type NugetMetadata } from './inspect.ts';
import { isPackageFile } from './listed.ts';
import { findHead, listVersions, versionOf } from './listing.ts';
import { lowerId, packageFileName } from './name.ts';

/** `GET /v3/flatcontainer/{id}/index.json`: all versions, unlisted ones too, lowest first (https://learn.microsoft.com/nuget/api/package-base-address-resource). */
export async function getVersions(exchange: Exchange): Promise<void> {
  const { core, request, response } = exchange;
  const head = await findHead(exchange);
  const document = await core.documents.get(`nuget ${head.id} ${head.revision} versions`, async () => {
    const versions = (await listVersions(core, head)).map(({ key }) => key);
    if (versions.length === 0) throw new NotFound('Package', `${head.name} has no versions.`);
    return { contentType: 'application/json', body: JSON.stringify({ versions }) };
  });
  sendDocument(request, response, document);
}

/**
 * `GET /v3/flatcontainer/{id}/{version}/{file}`: the package or its symbols by their file names, its nuspec, and the icon, README and
 * licence that it names.
 */
export async function getContent(exchange: Exchange): Promise<void> {
  const { params } = exchange;
  const head = await findHead(exchange);
  const key = versionOf(params['version'] ?? '', head);
  const file = (params['file'] ?? '').toLowerCase();
  if (file === packageFileName(head.name, key) || file === packageFileName(head.name, key, 'snupkg')) return sendPackage(exchange, head, key, file);
  const name = file === `${lowerId(head.name)}.nuspec` ? 'nuspec' : file;
  if (!isContentName(name)) throw new NotFound('File', `${head.name} ${key} has no ${file.slice(0, 100)} here.`);
  await sendContent(exchange, head, key, name);
}

/** Sends a package file; every version may be replaced where a setting allows duplicates, so clients must ask again. */
export async function sendPackage({ core, request, response }: Exchange, head: PackageHead, key: string, fileName: string): Promise<void> {
  await serveFile(core, request, response, await getStored({ core }, head, key, fileName));
}

function isContentName(name: string): name is ContentName {
  return ['nuspec', 'icon', 'readme', 'license'].includes(name);
}

async function getStored({ core }: Pick<Exchange, 'core'>, head: PackageHead, key: string, fileName: string): Promise<StoredFile> {
  const file = await findFileOf(core, head, key, fileName);
  if (!file) throw new NotFound('Version', `${head.name} has no version ${key}.`);
  return file;
}

/** Read out of the package when it is first asked for, and kept with the other documents. */
async function sendContent({ core, request, response }: Exchange, head: PackageHead, key: string, name: ContentName): Promise<void> {
  const stored = await getStored({ core }, head, key, packageFileName(head.name, key));
  // By content: whatever else is published, the same bytes bring the same.
  const document = await core.documents.get(`nuget ${name} ${stored.sha256}`, async () => {
    const row = (await listDocumentRows(core, head.id, [key])).find(({ fileName }) => isPackageFile(fileName));
    const place = row && (JSON.parse(row.metadata) as NugetMetadata).contents[name];
    // What replaced the file meanwhile has another place in it; the next request finds both anew.
    if (!place || stored.sha256 !== row.sha256) throw new NotFound('File', `${head.name} ${key} has no ${name}.`);
    const body = await readZipPlace({ open: (range) => core.store.read(stored.objectKey, range) }, place, maxServedBytes);
    return { contentType: contentTypeOf(name, body), body };
  });
  sendDocument(request, response, document);
}

/** Icons are PNG or JPEG (https://learn.microsoft.com/nuget/reference/nuspec#icon); texts are shown as they stand. */
function contentTypeOf(name: ContentName, body: Buffer): string {
  if (name === 'nuspec') return 'application/xml';
  if (name !== 'icon') return 'text/plain; charset=utf-8';
  if (body.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'image/png';
  return body.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) ? 'image/jpeg' : 'application/octet-stream';
}
