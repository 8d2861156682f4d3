import { isSignedIn } from '../../src/access/actor.ts';
import { orDiscard } from '../../src/blobs/stage.ts';
import { PreconditionFailed, Unauthenticated, FileExists } from '../../src/errors.ts';
import { parseStrongTags } from '../../src/http/conditional.ts';
import { announcedDigests } from '../../src/http/digest-headers.ts';
import { sendJson } from '../../src/http/send.ts';
import { lengthOf } from '../../src/http/uploads.ts';
import { getPublishTarget } from '../../src/packages/publish-target.ts';
import { publish } from '../../src/packages/publish.ts';
import { checkRoom, stageWithin } from '../../src/packages/room.ts';
import type { Exchange } from '../kit/shim.ts';
import { genericFormat } from './format.ts';
import { normalizeFilePath, normalizeGenericVersion, validateGenericName } from './name.ts';

/**
 * `PUT /{package}/{version}/{path}`: the body is the file. `If-None-Match: *` only creates; `If-Match: "<sha256>"` only
 * replaces what the client has seen (RFC 9110 §13.1). Digests in headers are verified. Answers 201 with those computed.
 */
export async function putFile({ core, actor, namespacePath, params, request, response }: Exchange): Promise<void> {
  if (!isSignedIn(actor)) throw new Unauthenticated();
  // Whatever can be refused is refused before the body is read.
  const { pkg: name = '' } = params;
  const namespace = await getPublishTarget(core, actor, namespacePath, { format: genericFormat, name });
  validateGenericName(name);
  const version = normalizeGenericVersion(params['version'] ?? '');
  const fileName = normalizeFilePath(params['path'] ?? '');
  const expected = announcedDigests(request.headers);
  const ifReplaces = parseStrongTags(request.headers['if-match']);
  const createOnly = request.headers['if-none-match']?.trim() === '*';
  const length = lengthOf(request.headers['content-length']);
  const room = await checkRoom(core, namespace, { format: genericFormat, name, version, fileName }, length.expectedBytes);

  const object = await stageWithin(core, room, request, { expected, ...length });
  try {
    await orDiscard(core, [object], () =>
      publish(core, actor, {
        namespace,
        format: genericFormat,
        version: { name, version },
        files: [{ facts: { name: fileName, contentType: 'application/octet-stream' }, object }],
        createOnly,
        ...(ifReplaces === undefined ? {} : { ifReplaces }),
      }),
    );
  } catch (error) {
    if (createOnly && error instanceof FileExists) throw new PreconditionFailed(error.message);
    throw error;
  }
  sendJson(response, 201, { package: name, version, file: fileName, sizeBytes: object.sizeBytes, ...object.digests });
}
