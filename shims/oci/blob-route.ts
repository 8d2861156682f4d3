import { serveFile } from '../../src/http/files.ts';
import { getContent } from '../../src/packages/content.ts';
import { letGo } from '../../src/packages/hold-content.ts';
import { parseDigest } from '../../src/storage/named-digest.ts';
import type { Exchange } from '../kit/shim.ts';
import { findOwner, repositoryOf } from './repository.ts';

/** `GET /v2/{repository}/blobs/{digest}`: ranges, conditional requests; what a digest names never changes. */
export async function getBlob(exchange: Exchange): Promise<void> {
  const { core, actor, params, request, response } = exchange;
  const owner = await findOwner(core, actor, repositoryOf(exchange));
  const digest = digestOf(params);
  const found = await getContent(core, owner, digest);
  const content = { ...found, name: digest, contentType: 'application/octet-stream', uploadedAt: found.createdAt };
  await serveFile(core, request, response, found.file ? { ...content, ...found.file, contentType: content.contentType } : content, { immutable: true, headers: { 'docker-content-digest': digest } });
}

/** `DELETE /v2/{repository}/blobs/{digest}`: lets go of a blob that no manifest lists. */
export async function deleteBlob(exchange: Exchange): Promise<void> {
  const { core, actor, params, response } = exchange;
  const owner = await findOwner(core, actor, repositoryOf(exchange), 'DELETE');
  await letGo(core, actor, owner, digestOf(params));
  response.writeHead(202, { 'content-length': 0 }).end();
}

function digestOf(params: Record<string, string>): string {
  const digest = params['digest'] ?? '';
  parseDigest(digest);
  return digest;
}
