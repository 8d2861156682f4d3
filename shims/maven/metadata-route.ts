import { createHash } from 'node:crypto';
import type { RenderedDocument, Rendering } from '../../src/documents/cache.ts';
import { NotFound, Unauthenticated } from '../../src/errors.ts';
import { sendDocument } from '../../src/http/send.ts';
import { listFileRows, listVersionRows } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { isListed } from '../../src/packages/summary.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { Digests } from '../../src/storage/digests.ts';
import { checksumHeaders } from '../kit/digest-headers.ts';
import type { Exchange } from '../kit/shim.ts';
import { mavenFormat } from './format.ts';
import { renderArtifactMetadata, renderGroupMetadata, renderSnapshotMetadata } from './metadata.ts';
import type { MetadataPath } from './path.ts';
import { listGroupPlugins } from './plugins.ts';
import { sendChecksum } from './read-route.ts';
import { snapshotMetadataOf } from './snapshot-files.ts';
import { isSnapshot } from './version-order.ts';

/**
 * `GET /{folder}/maven-metadata.xml` and its checksums: of a snapshot version, of an artifact, or else of the group with its plugins. Rendered once
 * for each revision of the package; hidden and withdrawn versions are left out.
 */
export async function sendMetadata(exchange: Exchange, { folder, digest }: MetadataPath): Promise<void> {
  const document = isSnapshot(folder.at(-1) ?? '') && folder.length > 2 ? await ofSnapshot(exchange, folder) : await ofArtifactOrGroup(exchange, folder);
  const digests = digestsOf(document);
  if (digest !== undefined) return sendChecksum(exchange, digests[digest]);
  for (const [name, value] of Object.entries(checksumHeaders(digests))) exchange.response.setHeader(name, value);
  sendDocument(exchange.request, exchange.response, document);
}

async function ofSnapshot(exchange: Exchange, folder: readonly string[]): Promise<RenderedDocument> {
  const { core } = exchange;
  const version = folder.at(-1) ?? '';
  const [group, artifact] = split(folder.slice(0, -1));
  const head = await findHead(exchange, group, artifact);
  return core.documents.get(`maven ${head.id} ${head.revision} snapshot ${version}`, async () => {
    const rows = (await listFileRows(core, head.id, version)).filter(isListed);
    const metadata = snapshotMetadataOf(group, artifact, version, rows);
    if (!metadata) throw new NotFound('Version', `${head.name} has no version ${version}.`);
    return rendered(renderSnapshotMetadata(metadata));
  });
}

async function ofArtifactOrGroup(exchange: Exchange, folder: readonly string[]): Promise<RenderedDocument> {
  const { core } = exchange;
  const [group, artifact] = split(folder);
  const head = await findHead(exchange, group, artifact).catch(async (error: unknown) => {
    if (!(error instanceof NotFound) && !(error instanceof Unauthenticated)) throw error;
    const plugins = await listGroupPlugins(exchange, folder.join('.'));
    if (plugins.length === 0) throw error;
    return plugins;
  });
  if (Array.isArray(head)) {
    const body = renderGroupMetadata(head);
    return core.documents.get(`maven group ${createHash('sha256').update(body).digest('hex')}`, async () => rendered(body));
  }
  return core.documents.get(`maven ${head.id} ${head.revision} artifact`, async () => {
    const versions = (await listVersionRows(core, head.id)).filter(isListed).map(({ version }) => version);
    if (versions.length === 0) throw new NotFound('Version', `${head.name} has no version that is shown.`);
    return rendered(renderArtifactMetadata({ group, artifact, versions, updatedAtMs: head.updatedAt }));
  });
}

function findHead({ core, actor, namespacePath }: Exchange, group: string, artifact: string): Promise<PackageHead> {
  return getPackageInView(core, actor, namespacePath, mavenFormat, `${group}:${artifact}`);
}

function split(folder: readonly string[]): [group: string, artifact: string] {
  return [folder.slice(0, -1).join('.'), folder.at(-1) ?? ''];
}

function rendered(body: string): Rendering {
  return { contentType: 'text/xml', body };
}

const known = new WeakMap<RenderedDocument, Digests>();

/** Of what the client gets, once it is unpacked. */
function digestsOf(document: RenderedDocument): Digests {
  const found = known.get(document);
  if (found) return found;
  const hex = (algorithm: string) => createHash(algorithm).update(document.body).digest('hex');
  const digests = { md5: hex('md5'), sha1: hex('sha1'), sha256: hex('sha256'), sha512: hex('sha512') };
  known.set(document, digests);
  return digests;
}
