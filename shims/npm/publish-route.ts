import type { IncomingMessage } from 'node:http';
import { discardStaged, orDiscard } from '../../src/blobs/stage.ts';
import { isSignedIn } from '../../src/access/actor.ts';
import { DigestMismatch, InvalidInput, InvalidPackage, Unauthenticated } from '../../src/errors.ts';
import type { BuildInfo, JsonObject } from '../../src/formats/format.ts';
import { sendJson } from '../../src/http/send.ts';
import { lengthOf } from '../../src/http/uploads.ts';
import { getPublishTarget } from '../../src/packages/publish-target.ts';
import { publish } from '../../src/packages/publish.ts';
import { checkRoom, type Room, stageWithin } from '../../src/packages/room.ts';
import { allDigests, type StagedObject } from '../../src/storage/digests.ts';
import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import { deprecatePackument } from './deprecate-route.ts';
import { npmFormat } from './format.ts';
import { isObject } from './json.ts';
import { findHead } from './packument-route.ts';
import { leastTarballBytes, parsePublishBody } from './publish-body.ts';
import type { Exchange } from '../kit/shim.ts';

/**
 * `PUT /{package}`: publishes the attached tarball, or deprecates versions where nothing is attached. All facts of the
 * version come from the tarball; of the document only the tags, the commit, and the digests to verify are used, and its name
 * and version must be the tarball's.
 */
export async function putPackument(exchange: Exchange): Promise<void> {
  const { core, actor, namespacePath, params, request, response } = exchange;
  const name = params['pkg'] ?? '';
  if (!isSignedIn(actor)) throw new Unauthenticated();
  npmFormat.validateName(name);
  // Publishing needs a right on the namespace of the URL, deprecating one on that of the package, which may lie below.
  const target = await getPublishTarget(core, actor, namespacePath, { format: npmFormat, name }).catch((error: unknown) => new Refused(error));
  if (target instanceof Refused) await findHead(exchange, 'PUBLISH').catch(() => target.rethrow());
  const least = leastTarballBytes(lengthOf(request.headers['content-length']).expectedBytes ?? 0);
  const roomFor = (atLeastBytes: number) => (target instanceof Refused ? target.rethrow() : checkRoom(core, target, { format: npmFormat, name }, atLeastBytes));
  // A body of that size can only be a publish, so that what cannot be published is refused before it is read.
  if (least > 0) await roomFor(least);
  const { document, tarball } = await readBody(exchange, request, (announced) => roomFor(announced ?? least));
  if (!tarball || target instanceof Refused) {
    await deprecatePackument(exchange, document);
    return;
  }
  await orDiscard(core, [tarball], async () => {
    const { manifest, tags, build, version: announced } = readDocument(document, name);
    verifyDigests(manifest['dist'], tarball);
    const { version, file } = await npmFormat.inspect(uploadedFile(core, tarball, `${name}.tgz`), {});
    if (version.name !== name || version.version !== npmFormat.normalizeVersion(announced)) {
      throw new InvalidPackage(`The tarball holds ${version.name}@${version.version}, but ${name}@${announced} was to be published.`);
    }
    await publish(core, actor, { namespace: target, format: npmFormat, version, files: [{ facts: file, object: tarball }], tags, ...(build ? { build } : {}) });
  });
  sendJson(response, 201, { ok: true, success: true, id: name });
}

/** A refusal that only matters if something is to be published. */
class Refused {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }

  rethrow(): never {
    throw this.reason;
  }
}

/** Streams the tarball into the room that `roomFor` finds for it, if it does not throw; everything else of the body comes back as a document. */
async function readBody({ core }: Exchange, request: IncomingMessage, roomFor: (announcedBytes: number | undefined) => Promise<Room>): Promise<{ document: JsonObject; tarball: StagedObject | undefined }> {
  const staged: StagedObject[] = [];
  try {
    const document = await parsePublishBody(request, async (attachment, data, announced) => {
      const isTarball = attachment.endsWith('.tgz');
      const room = await roomFor(isTarball ? announced : undefined);
      // Provenance bundles (`….sigstore`) are read past: nothing here verifies them.
      if (!isTarball) return;
      if (staged.length > 0) throw new InvalidInput('_attachments', 'One publish takes one tarball.');
      staged.push(await stageWithin(core, room, data));
    });
    return { document, tarball: staged[0] };
  } catch (error) {
    await discardStaged(core, staged);
    throw error;
  }
}

interface DocumentFacts {
  version: string;
  manifest: JsonObject;
  tags: string[];
  build: BuildInfo | undefined;
}

const maxTags = 20;

function readDocument(document: JsonObject, name: string): DocumentFacts {
  if (document['name'] !== name) throw new InvalidInput('name', `The document is of "${String(document['name']).slice(0, 100)}", but the address says "${name}".`);
  const { versions, 'dist-tags': distTags = {} } = document;
  const [entry, ...others] = isObject(versions) ? Object.entries(versions) : [];
  if (!entry || others.length > 0) throw new InvalidInput('versions', 'One publish takes exactly one version.');
  const [version, manifest] = entry;
  if (!isObject(manifest)) throw new InvalidInput('versions', 'The manifest of the version must be an object.');
  if (!isObject(distTags)) throw new InvalidInput('dist-tags', 'The tags must be an object.');
  const tags = Object.keys(distTags);
  if (tags.length > maxTags) throw new InvalidInput('dist-tags', `One publish sets at most ${maxTags} tags.`);
  if (tags.some((tag) => distTags[tag] !== version)) throw new InvalidInput('dist-tags', 'The tags must point at the version that is published.');
  const { gitHead } = manifest;
  const build = typeof gitHead === 'string' && /^[0-9a-f]{7,64}$/.test(gitHead) ? { commit: gitHead } : undefined;
  return { version, manifest, tags, build };
}

/** `dist.shasum` is SHA-1 in hex; `dist.integrity` is Subresource Integrity (https://www.w3.org/TR/SRI/), of which sha512 counts. */
function verifyDigests(dist: unknown, object: StagedObject): void {
  if (!isObject(dist)) return;
  const { shasum, integrity } = dist;
  const digests = allDigests(object.digests);
  if (typeof shasum === 'string' && shasum.toLowerCase() !== digests.sha1) throw new DigestMismatch('sha1', shasum.slice(0, 128), digests.sha1);
  if (typeof integrity !== 'string') return;
  const announced = integrity.split(/\s+/).find((part) => part.startsWith('sha512-'));
  const actual = `sha512-${Buffer.from(digests.sha512, 'hex').toString('base64')}`;
  if (announced !== undefined && announced.split('?')[0] !== actual) throw new DigestMismatch('sha512', announced.slice(0, 128), actual);
}
