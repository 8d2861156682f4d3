import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize, notThere } from '../access/decide.ts';
import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import { PackageTable } from '../db/tables/package.ts';
import { NotFound } from '../errors.ts';
import { getNamespace } from '../namespaces/repository.ts';
import { subjectOf } from '../packages/subject.ts';
import { findStoredFileById, type StoredFile } from '../packages/download.ts';
import { withJsonErrors } from './error-reply.ts';
import { pathOf } from './path-of.ts';
import { actorOfRequest } from './request-actor.ts';
import { sendObject } from './send-object.ts';
import type { Mount } from './server.ts';

const signedUrlSeconds = 300;

/** `GET /api/files/{fileId}/{name}`: the bytes of any file of any format, where the caller may read its package. */
export function filesMount(core: Core): Mount {
  return {
    path: '/api/files/*',
    methods: ['GET'],
    area: 'files',
    handle: (request, response, url, requestId) =>
      withJsonErrors(core, response, requestId, async () => {
        const [fileId = ''] = pathOf(url).slice('/api/files/'.length).split('/');
        const actor = await actorOfRequest(core, request);
        const file = await findStoredFileById(core, fileId);
        await checkReadable(core, actor, file?.packageId);
        if (!file) throw new NotFound('File');
        await serveFile(core, request, response, file);
      }),
  };
}

/** One answer for what is not there and what must not be known. */
async function checkReadable(core: Core, actor: Actor, packageId: string | undefined): Promise<void> {
  const owner = packageId === undefined ? null : await core.database.reads.findOne(PackageTable, { where: { id: packageId } });
  const node = owner && (await getNamespace(core.database.reads, owner.namespaceId));
  if (!node) throw notThere(actor, 'File');
  authorize(actor, 'READ', node, subjectOf(owner), 'File');
}

/** Content that can be served, a file of a version or not. */
export type ServedContent = Pick<StoredFile, 'name' | 'sha256' | 'sizeBytes' | 'contentType' | 'objectKey' | 'uploadedAt'>;

/**
 * Serves a stored file and counts the download, or content that is no file yet: streamed, or by redirect to a signed URL where that is configured and the
 * store makes one. A client that leaves half-way has downloaded nothing. What is stored under a file's name may be replaced
 * where duplicates are allowed, so only `immutable` files may be kept without asking again.
 */
export async function serveFile(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  file: StoredFile | ServedContent,
  options: { immutable?: boolean; headers?: Record<string, string> } = {},
): Promise<void> {
  const fileName = file.name.slice(file.name.lastIndexOf('/') + 1);
  if (core.config.redirectDownloads && core.store.signedUrl && request.method === 'GET') {
    const location = await core.store.signedUrl(file.objectKey, { ttlSeconds: signedUrlSeconds, fileName, contentType: file.contentType });
    if ('id' in file) core.downloads.count(file);
    response.writeHead(302, { location, 'cache-control': 'private, no-store', 'content-length': 0 });
    response.end();
    return;
  }
  const { status, complete } = await sendObject(
    request,
    response,
    core.store,
    {
      key: file.objectKey,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      contentType: file.contentType,
      fileName,
      modifiedAtMs: file.uploadedAt,
      cacheControl: options.immutable ? 'private, max-age=31536000, immutable' : 'private, no-cache',
    },
    options.headers,
  );
  if (complete && request.method === 'GET' && (status === 200 || status === 206) && 'id' in file) core.downloads.count(file);
}
