import { orDiscard } from '../../src/blobs/stage.ts';
import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import type { Core } from '../../src/core.ts';
import type { Rendering } from '../../src/documents/cache.ts';
import { InvalidInput, InvalidPackage } from '../../src/errors.ts';
import { sendDocument } from '../../src/http/send.ts';
import { lengthOf } from '../../src/http/uploads.ts';
import { contentFinder, contentOwnerAt } from '../../src/packages/content.ts';
import { findFileOf } from '../../src/packages/download.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { publish } from '../../src/packages/publish.ts';
import { deleteVersions } from '../../src/packages/remove.ts';
import { checkRoom, stageWithin } from '../../src/packages/room.ts';
import { removeTag } from '../../src/packages/tags.ts';
import { findTaggedVersion, findVersionState, type VersionState } from '../../src/packages/version-state.ts';
import { parseDigest } from '../../src/storage/named-digest.ts';
import type { Exchange } from '../kit/shim.ts';
import type { OciMetadata } from './facts.ts';
import { ociFormat } from './format.ts';
import { inspectAll } from './inspect.ts';
import { maxManifestBytes } from './manifest.ts';
import { isDigestLike, validateTag } from './name.ts';
import { findHead, findTarget, locationOf, noManifest } from './repository.ts';

const maxTags = 50;

/** `GET /v2/{repository}/manifests/{tag or digest}`: its very bytes, read once per revision of the repository. */
export async function getManifest(exchange: Exchange): Promise<void> {
  const { core, params, request, response } = exchange;
  const head = await findHead(exchange);
  const reference = params['reference'] ?? '';
  const document = await core.documents.get(`oci manifest ${head.id} ${head.revision} ${reference}`, () => readManifest(core, head, reference));
  if (sendDocument(request, response, document) && document.countsAs) core.downloads.count(document.countsAs);
}

async function readManifest(core: Core, head: PackageHead, reference: string): Promise<Rendering> {
  const version = await findVersion(core, head, reference);
  const digest = version?.normalizedVersion ?? '';
  const file = version && (await findFileOf(core, head, digest, digest));
  if (!file) throw noManifest(reference);
  const chunks: Buffer[] = [];
  for await (const chunk of await core.store.read(file.objectKey)) chunks.push(chunk as Buffer);
  return {
    contentType: file.contentType,
    body: Buffer.concat(chunks),
    headers: { 'docker-content-digest': digest, ...warningOf(version) },
    verbatimEtag: `"${digest}"`,
    countsAs: { id: file.id, versionId: file.versionId, packageId: file.packageId },
  };
}

/** Nobody is led to a withdrawn manifest by a tag; who knows its digest gets it still. */
async function findVersion(core: Core, { id }: PackageHead, reference: string): Promise<VersionState | undefined> {
  if (isDigestLike(reference)) {
    parseDigest(reference);
    return findVersionState(core, id, reference);
  }
  validateTag(reference);
  const version = await findTaggedVersion(core, id, reference);
  return version?.status === 'YANKED' ? undefined : version;
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#warnings */
function warningOf({ status, statusReason }: VersionState): Record<string, string> {
  if (status !== 'DEPRECATED' && status !== 'YANKED') return {};
  const text = `This manifest is ${status === 'YANKED' ? 'withdrawn' : 'deprecated'}${statusReason ? `: ${statusReason}` : ''}`;
  return { warning: `299 - "${text.replace(/[^\x20-\x7e]/g, ' ').replace(/["\\]/g, "'").slice(0, 1000)}"` };
}

/** `PUT /v2/{repository}/manifests/{tag or digest}`, with more tags as `?tag=` beside a digest: the body is kept to the letter. */
export async function putManifest(exchange: Exchange): Promise<void> {
  const { core, actor, params, query, request, response } = exchange;
  const target = await findTarget(exchange);
  const { namespace, name } = target;
  const { tags, digest } = referenceOf(params['reference'] ?? '', query.getAll('tag'));
  const length = lengthOf(request.headers['content-length']);
  // A manifest that is there is published once more, as when it gets a tag, without taking any room; it is called by its digest, as its version is.
  const known = digest === undefined ? {} : { version: digest, fileName: digest };
  const room = await checkRoom(core, namespace, { format: ociFormat, name, ...known, maxBytes: maxManifestBytes }, length.expectedBytes);
  const object = await stageWithin(core, room, request, { ...length });
  const published = await orDiscard(core, [object], async () => {
    const find = contentFinder(core, await contentOwnerAt(core, namespace.id, ociFormat, name));
    const { version, files, shared } = await inspectAll([uploadedFile(core, object, 'manifest')], { name, ...(digest === undefined ? {} : { version: digest }) }, find);
    checkMediaType(request.headers['content-type'], version.metadata as unknown as OciMetadata);
    const [facts] = files;
    if (!facts) throw new Error('a manifest has no facts');
    return publish(core, actor, { namespace, format: ociFormat, version, files: [{ facts, object }], shared, tags });
  });
  const { version } = published.version;
  const { subject } = published.version.metadata as unknown as OciMetadata;
  response.writeHead(201, {
    location: locationOf(exchange, `manifests/${version}`),
    'docker-content-digest': version,
    'content-length': 0,
    ...(subject ? { 'oci-subject': subject.digest } : {}),
    ...(query.has('tag') ? { 'oci-tag': tags.join(', ') } : {}),
  });
  response.end();
}

function referenceOf(reference: string, more: readonly string[]): { tags: string[]; digest: string | undefined } {
  if (!isDigestLike(reference)) {
    validateTag(reference);
    return { tags: [reference], digest: undefined };
  }
  parseDigest(reference);
  if (more.length > maxTags) throw new InvalidInput('tag', `One push sets at most ${maxTags} tags.`);
  more.forEach(validateTag);
  return { tags: [...new Set(more)], digest: reference };
}

/** What the client says it sends must be what it is, or others would be told something else than they get. */
function checkMediaType(header: string | undefined, { mediaType }: OciMetadata): void {
  const declared = header?.split(';')[0]?.trim().toLowerCase();
  if (declared === undefined || declared === '' || declared === 'application/json' || declared === 'application/octet-stream' || declared === mediaType) return;
  throw new InvalidPackage(`The manifest is ${mediaType}, but Content-Type says ${declared.slice(0, 255)}.`);
}

/** `DELETE /v2/{repository}/manifests/{digest}` deletes the manifest with its tags; with a tag it removes only that. */
export async function deleteManifest(exchange: Exchange): Promise<void> {
  const { core, actor, params, response } = exchange;
  const reference = params['reference'] ?? '';
  if (isDigestLike(reference)) {
    const head = await findHead(exchange, 'DELETE');
    parseDigest(reference);
    await deleteVersions(core, actor, head.id, [reference]);
  } else {
    const head = await findHead(exchange, 'PUBLISH');
    validateTag(reference);
    await removeTag(core, actor, head.id, reference);
  }
  response.writeHead(202, { 'content-length': 0 }).end();
}
