import { isSignedIn } from '../../src/access/actor.ts';
import { orDiscard } from '../../src/blobs/stage.ts';
import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import { DigestMismatch, InvalidInput, NotFound, Unauthenticated } from '../../src/errors.ts';
import { announcedDigests } from '../../src/http/digest-headers.ts';
import { readBody, readPast } from '../../src/http/read-body.ts';
import { send } from '../../src/http/send.ts';
import { lengthOf } from '../../src/http/uploads.ts';
import { findStoredFile } from '../../src/packages/download.ts';
import { publish } from '../../src/packages/publish.ts';
import { getPublishTarget } from '../../src/packages/publish-target.ts';
import { checkRoom, stageWithin } from '../../src/packages/room.ts';
import { findPackageIn } from '../../src/packages/view.ts';
import { type DigestName, digestOf } from '../../src/storage/digests.ts';
import type { Exchange } from '../kit/shim.ts';
import { maxChecksumBytes, parseChecksum } from './checksum.ts';
import { mavenFormat } from './format.ts';
import { checkFileName } from './inspect.ts';
import { normalizeMavenVersion, parseName } from './name.ts';
import { type FilePath, parsePath } from './path.ts';

/** What a client has merged of metadata may be so large; it is read past. */
const maxMetadataBytes = 16 * 1024 * 1024;

/**
 * `PUT /{path}`: publishes a file, and verifies it where the path is that of its checksum. `maven-metadata.xml`, which clients merge and send
 * back, is read past: the registry makes it itself. Answers 201.
 */
export async function putPath(exchange: Exchange): Promise<void> {
  const { actor, core, namespacePath, params, request, response } = exchange;
  if (!isSignedIn(actor)) throw new Unauthenticated();
  const path = params['path'] ?? '';
  const meant = parsePath(path.split('/'));
  if (meant?.kind === 'metadata') {
    await getPublishTarget(core, actor, namespacePath, { format: mavenFormat });
    await readPast(request, maxMetadataBytes);
  } else if (meant?.digest !== undefined) {
    await verifyChecksum(exchange, meant, meant.digest);
  } else if (meant) {
    await putFile(exchange, meant);
  } else {
    throw new InvalidInput('path', `"${path.slice(0, 100)}" is no path of a repository: a file lies at {group}/{artifact}/{version}/{file}.`);
  }
  send(response, 201, {});
}

async function putFile({ core, actor, namespacePath, request }: Exchange, { group, artifact, version, fileName }: FilePath): Promise<void> {
  // Whatever can be refused is refused before the body is read.
  const name = `${group}:${artifact}`;
  const namespace = await getPublishTarget(core, actor, namespacePath, { format: mavenFormat, name });
  parseName(name);
  normalizeMavenVersion(version);
  checkFileName({ group, artifact, version, fileName });
  const expected = announcedDigests(request.headers);
  const length = lengthOf(request.headers['content-length']);
  const room = await checkRoom(core, namespace, { format: mavenFormat, name, version, fileName }, length.expectedBytes);
  const object = await stageWithin(core, room, request, { expected, ...length });
  await orDiscard(core, [object], async () => {
    const inspection = await mavenFormat.inspect(uploadedFile(core, object, fileName), { name, version });
    await publish(core, actor, {
      namespace,
      format: mavenFormat,
      version: inspection.version,
      files: [{ facts: inspection.file, object }],
      describes: inspection.describes ?? false,
    });
  });
}

/**
 * A checksum file is stored as no file of its own: the registry has all digests of what it stores. Of several packages of that name it means the one
 * that the file before it went to. Throws DigestMismatch, InvalidInput, NotFound, Protected, and what authorisation throws.
 */
async function verifyChecksum({ core, actor, namespacePath, request }: Exchange, { group, artifact, version, fileName }: FilePath, digest: DigestName): Promise<void> {
  const name = `${group}:${artifact}`;
  const namespace = await getPublishTarget(core, actor, namespacePath, { format: mavenFormat, name });
  const expected = parseChecksum((await readBody(request, maxChecksumBytes)).toString('latin1'), digest);
  const head = await findPackageIn(core, namespace.id, mavenFormat, name);
  const file = head && (await findStoredFile(core, head.id, version, fileName));
  if (!file) throw new NotFound('File', `There is no ${fileName} here to verify; upload it before its checksum.`);
  const actual = digestOf(file, digest);
  if (actual !== expected) throw new DigestMismatch(digest, expected, actual);
}
