import { NotFound } from '../../src/errors.ts';
import { serveFile } from '../../src/http/files.ts';
import { pathOf } from '../../src/http/path-of.ts';
import { send } from '../../src/http/send.ts';
import { listFileRows } from '../../src/packages/document-rows.ts';
import { findFileOf, type StoredFile } from '../../src/packages/download.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import { digestOf } from '../../src/storage/digests.ts';
import { checksumHeaders } from '../kit/digest-headers.ts';
import type { Exchange } from '../kit/shim.ts';
import { mavenFormat } from './format.ts';
import { sendListing } from './listing-route.ts';
import { sendMetadata } from './metadata-route.ts';
import { type FilePath, parsePath } from './path.ts';
import { newestBuilds, plainKindOf } from './snapshot-files.ts';
import { isSnapshot } from './version-order.ts';

/**
 * `GET /{path}`: a file, its checksum, generated metadata, or with a slash at the end a listing. Files may be replaced, so caches ask each
 * time; the entity tag is the SHA-256.
 */
export async function getPath(exchange: Exchange): Promise<void> {
  const { core, actor, namespacePath, request, response } = exchange;
  const path = exchange.params['path'] ?? '';
  if (isFolder(request.url)) return sendListing(exchange, path.split('/'));
  const meant = parsePath(path.split('/'));
  if (meant?.kind === 'metadata') return sendMetadata(exchange, meant);
  const head = await getPackageInView(core, actor, namespacePath, mavenFormat, meant ? `${meant.group}:${meant.artifact}` : path);
  const file = meant && (await findFile(exchange, head, meant));
  if (!file) throw new NotFound('File', `There is no ${path} here.`);
  const { digest } = meant;
  if (digest === undefined) return serveFile(core, request, response, file, { headers: checksumHeaders(file) });
  sendChecksum(exchange, digestOf(file, digest));
}

/** `GET /`: the groups. Links in it are relative, so that it needs the slash. */
export async function getRoot(exchange: Exchange): Promise<void> {
  const { endpointUrl, request, response } = exchange;
  if (isFolder(request.url)) return sendListing(exchange, []);
  send(response, 308, { location: `${endpointUrl}/`, 'cache-control': 'private, no-cache' });
}

/** The digest alone, which every client can read. */
export function sendChecksum({ response }: Exchange, digest: string): void {
  send(response, 200, { 'content-type': 'text/plain', 'cache-control': 'private, no-cache' }, digest);
}

/** The file of that name; where a snapshot version has only builds, the newest for a name with SNAPSHOT in it. */
async function findFile({ core }: Exchange, head: PackageHead, { artifact, version, fileName }: FilePath): Promise<StoredFile | undefined> {
  const file = await findFileOf(core, head, version, fileName);
  if (file || !isSnapshot(version)) return file;
  const kind = plainKindOf(artifact, version, fileName);
  if (kind === undefined) return undefined;
  // Clients ask for the same names again and again, and a version may have thousands of builds.
  const builds = await core.atRevision.get(head, `builds ${version}`, async () => {
    const rows = await listFileRows(core, head.id, version);
    return rows.length > 0 ? newestBuilds(artifact, version, rows) : undefined;
  });
  const newest = builds?.[kind];
  return newest === undefined ? undefined : findFileOf(core, head, version, newest);
}

function isFolder(url = ''): boolean {
  return pathOf(url).endsWith('/');
}
