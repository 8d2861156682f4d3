import { orDiscard } from '../../src/blobs/stage.ts';
import { InvalidInput, NotFound, UploadNotReady, UploadOffsetMismatch } from '../../src/errors.ts';
import { lengthOf } from '../../src/http/uploads.ts';
import { contentOwnerAt, findContent } from '../../src/packages/content.ts';
import { type HoldTarget, holdContent } from '../../src/packages/hold-content.ts';
import { checkRoom, stageWithin } from '../../src/packages/room.ts';
import { appendChunk } from '../../src/uploads/append.ts';
import { createUpload } from '../../src/uploads/create.ts';
import { finishUpload } from '../../src/uploads/finish.ts';
import { holdUpload } from '../../src/uploads/hold-upload.ts';
import { getUploadOf, receiveUpload, type UploadRow, type WritableUpload } from '../../src/uploads/receive.ts';
import { cancelUpload } from '../../src/uploads/remove.ts';
import { offsetOf } from '../../src/uploads/turn.ts';
import { type NamedDigest, parseDigest } from '../../src/storage/named-digest.ts';
import type { Exchange } from '../kit/shim.ts';
import { ociFormat } from './format.ts';
import { mount } from './mount.ts';
import { parseContentRange, rangeOf } from './range.ts';
import { findTarget, locationOf } from './repository.ts';

/**
 * `POST /v2/{repository}/blobs/uploads/`: opens an upload (202); with `?digest=` takes the blob at once (201); with `?mount=` takes it from another repository, if
 * there is one that the actor may read (201, else 202).
 */
export async function postUpload(exchange: Exchange): Promise<void> {
  const { core, actor, query } = exchange;
  const target = await findTarget(exchange);
  const algorithm = query.get('digest-algorithm');
  if (algorithm !== null && algorithm !== 'sha256' && algorithm !== 'sha512') throw new InvalidInput('digest', 'Blobs are called by sha256 or sha512 here.');
  const [digest, wanted] = [query.get('digest'), query.get('mount')];
  if (digest !== null) return receiveAtOnce(exchange, target, digest);
  if (wanted !== null && (await mount(exchange, target, wanted))) return sendBlob(exchange, wanted);
  const { namespace, format, name } = target;
  const row = await createUpload(core, actor, { namespacePath: namespace.path, fileName: 'blob', package: { format, name } });
  sendState(exchange, 202, row);
}

/** `PATCH {upload}`: a chunk that goes on where the upload is, or as `Content-Range` says; without it a whole stream. */
export async function patchUpload(exchange: Exchange): Promise<void> {
  const upload = await findUpload(exchange, findTarget(exchange));
  sendState(exchange, 202, await append(exchange, upload));
}

/** `PUT {upload}?digest=`: the end of an upload, with the whole blob, its last chunk or nothing as its body. */
export async function putUpload(exchange: Exchange): Promise<void> {
  const { core, actor, query } = exchange;
  const target = await findTarget(exchange);
  const digest = query.get('digest') ?? '';
  const { algorithm, hex } = parseDigest(digest);
  const expected = { [algorithm]: hex };
  try {
    const upload = await findUpload(exchange, Promise.resolve(target));
    await holdUpload(core, actor, target, await fill(exchange, upload, expected));
  } catch (error) {
    // Where the answer to an earlier try was lost, everything is done.
    const isOver = error instanceof UploadNotReady || (error instanceof NotFound && error.what === 'Upload');
    if (!isOver || !(await findContent(core, await contentOwnerAt(core, target.namespace.id, ociFormat, target.name), digest))) throw error;
  }
  sendBlob(exchange, digest);
}

/** `GET {upload}`: how far it is. */
export async function getUploadState(exchange: Exchange): Promise<void> {
  const { core, actor } = exchange;
  const upload = await findUpload(exchange, findTarget(exchange));
  sendState(exchange, 204, await offsetOf(core, actor, upload));
}

/** `DELETE {upload}`: ends it. */
export async function deleteUpload(exchange: Exchange): Promise<void> {
  const { core, actor, response } = exchange;
  const { row } = await findUpload(exchange, findTarget(exchange));
  await cancelUpload(core, actor, row.id);
  response.writeHead(204).end();
}

async function receiveAtOnce(exchange: Exchange, target: HoldTarget, digest: string): Promise<void> {
  const { core, actor, request } = exchange;
  const { algorithm, hex } = parseDigest(digest);
  const length = lengthOf(request.headers['content-length']);
  const room = await checkRoom(core, target.namespace, { ...target, isHeld: true }, length.expectedBytes);
  const object = await stageWithin(core, room, request, { digests: ociFormat.digests, expected: { [algorithm]: hex }, ...length });
  await orDiscard(core, [object], () => holdContent(core, actor, target, object));
  sendBlob(exchange, digest);
}

/** The actor's upload of the URL, which was opened for its repository. */
function findUpload({ core, actor, params }: Exchange, target: Promise<HoldTarget>): Promise<WritableUpload> {
  return getUploadOf(core, actor, params['id'] ?? '', target);
}

/** The upload with all its bytes. */
async function fill(exchange: Exchange, upload: WritableUpload, expected: Partial<Record<NamedDigest['algorithm'], string>>): Promise<UploadRow> {
  const { core, actor, request } = exchange;
  const { headers } = request;
  const { row } = upload;
  const length = lengthOf(headers['content-length']);
  if (row.receivedBytes === 0 && row.objectKey === null) {
    checkOffset(headers['content-range'], row);
    return receiveUpload(core, actor, upload, request, { limitBytes: ociFormat.maxFileBytes, expected, ...length });
  }
  const hasBody = length.expectedBytes === undefined ? headers['transfer-encoding'] !== undefined : length.expectedBytes > 0;
  const whole = hasBody ? { ...upload, row: await append(exchange, upload) } : upload;
  return finishUpload(core, actor, whole, { expected });
}

function append({ core, actor, request }: Exchange, upload: WritableUpload): Promise<UploadRow> {
  const { headers } = request;
  const { expectedBytes } = lengthOf(headers['content-length']);
  const { receivedBytes } = upload.row;
  const range = checkOffset(headers['content-range'], upload.row);
  if (range && expectedBytes !== undefined && expectedBytes !== range.sizeBytes) throw new InvalidInput('content-length', 'Content-Length is not what Content-Range says.');
  return appendChunk(core, actor, upload, receivedBytes, request, { limitBytes: ociFormat.maxFileBytes, expectedBytes: expectedBytes ?? range?.sizeBytes });
}

/** Throws UploadOffsetMismatch where a chunk is out of order. */
function checkOffset(header: string | string[] | undefined, { receivedBytes }: UploadRow) {
  const range = parseContentRange(header);
  if (range && range.start !== receivedBytes) throw new UploadOffsetMismatch(receivedBytes);
  return range;
}

function sendState(exchange: Exchange, status: 202 | 204, { id, receivedBytes }: UploadRow): void {
  const headers = { location: locationOf(exchange, `blobs/uploads/${id}`), range: rangeOf(receivedBytes), 'docker-upload-uuid': id, 'cache-control': 'no-store' };
  exchange.response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': 0 }).end();
}

function sendBlob(exchange: Exchange, digest: string): void {
  exchange.response.writeHead(201, { location: locationOf(exchange, `blobs/${digest}`), 'docker-content-digest': digest, 'content-length': 0 }).end();
}
