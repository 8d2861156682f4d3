import { NotFound } from '../../src/errors.ts';
import type { Core } from '../../src/core.ts';
import { sendDocument, sendJson } from '../../src/http/send.ts';
import { listNamingVersions, type NamingVersion } from '../../src/packages/naming.ts';
import { parseDigest } from '../../src/storage/named-digest.ts';
import type { Exchange } from '../kit/shim.ts';
import { bonds, type OciMetadata } from './facts.ts';
import { ociFormat } from './format.ts';
import { ociIndex } from './media-types.ts';
import { findHead, locationOf } from './repository.ts';

/** A list of referrers is a manifest like any other, and clients take no larger ones, in bytes. */
const maxListBytes = 3 * 1024 * 1024;
/** So many are read first, and after ones that are large: each comes with all its annotations, which may be megabytes. Where they were small four times as many are. */
const fewest = 5;
const most = 320;
const smallBytes = 64 * 1024;

interface Filter {
  artifactType: string | null;
  /** Id of the version behind which the page begins. */
  after: string;
}

/**
 * `GET /v2/{repository}/referrers/{digest}?artifactType=`: an index of the manifests whose `subject` this is, be it there or not; also of those that a client without this API
 * has listed under the tag `sha256-{hex}`, since they have a subject, too. A repository that is not there has none.
 */
export async function getReferrers(exchange: Exchange): Promise<void> {
  const { core, params, query, request, response } = exchange;
  const digest = params['digest'] ?? '';
  parseDigest(digest);
  const filter = { artifactType: query.get('artifactType'), after: query.get('last') ?? '' };
  const applied: Record<string, string> = filter.artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' };
  const head = await findHead(exchange).catch((error: unknown) => {
    if (error instanceof NotFound && error.what === 'Package') return undefined;
    throw error;
  });
  if (!head) return sendJson(response, 200, listOf([]), { 'content-type': ociIndex, ...applied });
  const path = locationOf(exchange, `referrers/${digest}`);
  const key = `oci referrers ${head.id} ${head.revision} ${digest} ${JSON.stringify(filter)} ${path}`;
  const document = await core.documents.get(key, async () => {
    const { descriptors, next } = await readPage(core, head.id, digest, filter);
    const link = next === undefined ? {} : { link: `<${path}?${new URLSearchParams({ ...(filter.artifactType === null ? {} : { artifactType: filter.artifactType }), last: next })}>; rel="next"` };
    return { contentType: ociIndex, body: JSON.stringify(listOf(descriptors)), headers: { ...applied, ...link } };
  });
  sendDocument(request, response, document);
}

async function readPage(core: Core, packageId: string, digest: string, { artifactType, after }: Filter): Promise<{ descriptors: object[]; next: string | undefined }> {
  const descriptors: object[] = [];
  let [size, last, limit] = [0, after, fewest];
  for (;;) {
    let read = 0;
    const rows = await listNamingVersions(core, packageId, ociFormat.id, bonds.about[0], digest, { after: last, limit, members: listed });
    for (const row of rows) {
      const descriptor = descriptorOf(row);
      const bytes = JSON.stringify(descriptor).length;
      read += bytes;
      if (size + bytes > maxListBytes && descriptors.length > 0) return { descriptors, next: last };
      last = row.id;
      if (artifactType !== null && descriptor.artifactType !== artifactType) continue;
      descriptors.push(descriptor);
      size += bytes;
    }
    if (rows.length < limit) return { descriptors, next: undefined };
    limit = read < smallBytes ? Math.min(limit * 4, most) : fewest;
  }
}

/** What a list says of each. */
const listed = ['mediaType', 'sizeBytes', 'artifactType', 'annotations'] as const;

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers */
function descriptorOf({ normalizedVersion: digest, metadata }: NamingVersion) {
  const { mediaType, sizeBytes: size, artifactType, annotations } = JSON.parse(metadata) as Pick<OciMetadata, (typeof listed)[number]>;
  return { mediaType, digest, size, ...(artifactType ? { artifactType } : {}), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) };
}

function listOf(manifests: readonly object[]) {
  return { schemaVersion: 2, mediaType: ociIndex, manifests };
}
