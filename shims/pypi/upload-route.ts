import { Readable } from 'node:stream';
import { isSignedIn } from '../../src/access/actor.ts';
import { discardStaged, orDiscard, stage } from '../../src/blobs/stage.ts';
import { uploadedFile } from '../../src/blobs/uploaded-file.ts';
import { DigestMismatch, InvalidInput, Unauthenticated } from '../../src/errors.ts';
import type { FileFacts } from '../../src/formats/format.ts';
import { send } from '../../src/http/send.ts';
import { lengthOf } from '../../src/http/uploads.ts';
import { getPublishTarget } from '../../src/packages/publish-target.ts';
import { publish } from '../../src/packages/publish.ts';
import { checkRoom, stageWithin } from '../../src/packages/room.ts';
import type { StagedObject } from '../../src/storage/digests.ts';
import { defaultMultipartLimits, type Fields, parseMultipart } from '../kit/multipart.ts';
import type { Exchange } from '../kit/shim.ts';
import { maxAttestationBytes } from './attestation.ts';
import { createBlake2, hashed } from './blake2.ts';
import { pypiFormat } from './format.ts';
import { companionFacts } from './inspect.ts';
import { readAttestations, readFields } from './upload-form.ts';
import { normalizeVersion } from './version.ts';

/** The file of an upload in the store, and its signature where one was sent. */
interface Received {
  content?: { fileName: string; object: StagedObject };
  signature?: StagedObject;
}

/**
 * `POST /legacy/`: one wheel or source distribution as twine, uv, Poetry and Flit send it (https://docs.pypi.org/api/upload/). The facts of the version are
 * those of the file; of the form only the digests, the attestations and the signature are used, and its name and version must be the file's.
 * Answers 200.
 */
export async function postUpload(exchange: Exchange): Promise<void> {
  const { core, actor, namespacePath, request, response } = exchange;
  if (!isSignedIn(actor)) throw new Unauthenticated();
  // Whatever can be refused is refused before the file is read.
  const namespace = await getPublishTarget(core, actor, namespacePath, { format: pypiFormat });
  const received: Received = {};
  const staged: StagedObject[] = [];
  await orDiscard(core, staged, async () => {
    const fields = await parseMultipart(request, request.headers['content-type'], async (part, data, before) => {
      if (part.name === 'content') {
        if (received.content) throw new InvalidInput('content', 'One upload takes one file.');
        const object = await stageContent(exchange, part.fileName, data, before);
        staged.push(object);
        received.content = { fileName: part.fileName, object };
      }
      if (part.name === 'gpg_signature' && !received.signature) {
        received.signature = await stage(core, data, { limitBytes: 64 * 1024 });
        staged.push(received.signature);
      }
    });
    if (!received.content) throw new InvalidInput('content', 'The upload has no file.');
    const { fileName, object } = received.content;
    const file = uploadedFile(core, object, fileName);
    // Of all fields, also those behind the file.
    const { version, file: facts, describes } = await pypiFormat.inspect(file, readFields(fields));
    const files: { facts: FileFacts; object: StagedObject }[] = [{ facts, object }];
    const add = async (name: string, companion: StagedObject) => files.push({ facts: await companionFacts(uploadedFile(core, companion, name), file), object: companion });
    for (const { kind, content } of readAttestations(fields)) {
      const attestation = await stage(core, Readable.from([content]), { limitBytes: maxAttestationBytes });
      staged.push(attestation);
      await add(`${fileName}.${kind}.attestation`, attestation);
    }
    if (received.signature) await add(`${fileName}.asc`, received.signature);
    await publish(core, actor, { namespace, format: pypiFormat, version, files, describes: describes ?? false });
  });
  send(response, 200, { 'content-type': 'text/plain; charset=utf-8' }, 'Published.\n');
}

/** Streams the file into the store if it may and does fit there, and compares its digests with those of the fields. */
async function stageContent({ core, actor, namespacePath, request }: Exchange, fileName: string, data: AsyncIterable<Buffer>, fields: Fields): Promise<StagedObject> {
  const { name, version, digests, blake2 } = readFields(fields);
  pypiFormat.validateName(name);
  const namespace = await getPublishTarget(core, actor, namespacePath, { format: pypiFormat, name });
  const { maxFieldsBytes, maxAroundBytes } = defaultMultipartLimits;
  // Everything else in the body has bounds.
  const atLeastBytes = Math.max(0, (lengthOf(request.headers['content-length']).expectedBytes ?? 0) - 2 * maxFieldsBytes - maxAroundBytes);
  const room = await checkRoom(core, namespace, { format: pypiFormat, name, version: normalizeVersion(version), fileName }, atLeastBytes);
  const hasher = blake2 === undefined ? undefined : await createBlake2();
  const object = await stageWithin(core, room, hasher === undefined ? data : hashed(data, hasher), { expected: digests });
  const actual = hasher?.hex();
  if (blake2 !== undefined && actual !== undefined && actual !== blake2) {
    await discardStaged(core, [object]);
    throw new DigestMismatch('blake2_256', blake2, actual);
  }
  return object;
}
