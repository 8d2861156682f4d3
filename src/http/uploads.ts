import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../access/actor.ts';
import type { Core } from '../core.ts';
import type { UploadRow } from '../db/tables/file.ts';
import { DigestMismatch, InvalidInput, UnsupportedMediaType, UploadOffsetMismatch } from '../errors.ts';
import { appendChunk } from '../uploads/append.ts';
import { finishUpload } from '../uploads/finish.ts';
import { receiveUpload } from '../uploads/receive.ts';
import { cancelUpload } from '../uploads/remove.ts';
import { offsetOf } from '../uploads/turn.ts';
import { announcedDigests, contentDigests, wholeDigests } from './digest-headers.ts';
import { withJsonErrors } from './error-reply.ts';
import { pathOf } from './path-of.ts';
import { actorOfRequest } from './request-actor.ts';
import { sendJson } from './send.ts';
import type { Mount } from './server.ts';
import { isIncomplete, parseUploadAppend, partialUpload, uploadHeaders } from './upload-headers.ts';

/** No upload may be larger than this, in bytes; the format's own limit is checked when it is published. */
const maxUploadBytes = 10 * 1024 ** 3;

interface Exchange {
  core: Core;
  request: IncomingMessage;
  response: ServerResponse;
  actor: Actor;
  id: string;
}

const handlers: Record<string, (exchange: Exchange) => Promise<void>> = { PUT: putWhole, PATCH: append, HEAD: tellOffset, GET: tellOffset, DELETE: cancel };

/**
 * `/api/uploads/{id}`, an upload that `createUpload` opened: PUT takes its bytes as a whole; PATCH, HEAD and DELETE are those of an upload resource
 * of https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-resumable-upload-12. Once all bytes are there the answer is 201 with
 * `{ id, sizeBytes, md5, sha1, sha256, sha512 }`. Interim responses (104) are not sent: the client knows the URL before it begins.
 */
export function uploadsMount(core: Core): Mount {
  return {
    path: '/api/uploads/*',
    methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
    area: 'uploads',
    handle: (request, response, url, requestId) =>
      withJsonErrors(core, response, requestId, async () => {
        const id = pathOf(url).slice('/api/uploads/'.length);
        const actor = await actorOfRequest(core, request);
        await handlers[request.method ?? '']?.({ core, request, response, actor, id });
      }),
  };
}

async function putWhole({ core, request, response, actor, id }: Exchange): Promise<void> {
  const { headers } = request;
  if (isIncomplete(headers)) throw new InvalidInput('Upload-Complete', 'PUT takes the whole of an upload; send a part of it with PATCH.');
  const row = await receiveUpload(core, actor, id, request, { limitBytes: maxUploadBytes, expected: announcedDigests(headers), ...lengthOf(headers['content-length']) });
  sendReceived(core, response, row);
}

async function append(exchange: Exchange): Promise<void> {
  const { response } = exchange;
  response.setHeader('upload-complete', '?0');
  try {
    await appendTo(exchange);
  } catch (error) {
    if (error instanceof UnsupportedMediaType) response.setHeader('accept-patch', partialUpload);
    if (error instanceof UploadOffsetMismatch) response.setHeader('upload-offset', String(error.receivedBytes));
    throw error;
  }
}

async function appendTo({ core, request, response, actor, id }: Exchange): Promise<void> {
  const { headers } = request;
  const { expectedBytes } = lengthOf(headers['content-length']);
  const { offset, isLast, lengthBytes } = parseUploadAppend(headers, expectedBytes);
  const expected = wholeDigests(headers);
  let position = { offset, lengthBytes };
  if (!isLast || expectedBytes !== 0) {
    const row = await appendChunk(core, actor, id, offset, request, { limitBytes: maxUploadBytes, lengthBytes, expectedBytes, expected: contentDigests(headers) });
    if (!isLast) return sendState(core, response, row);
    position = { offset: row.receivedBytes, lengthBytes };
  }
  try {
    sendReceived(core, response, await finishUpload(core, actor, id, { ...position, expected }));
  } catch (error) {
    // To go on would not help: the whole is here, and is not what it should be.
    if (error instanceof DigestMismatch) response.setHeader('upload-complete', '?1');
    throw error;
  }
}

async function tellOffset({ core, response, actor, id }: Exchange): Promise<void> {
  sendState(core, response, await offsetOf(core, actor, id));
}

async function cancel({ core, response, actor, id }: Exchange): Promise<void> {
  await cancelUpload(core, actor, id);
  response.writeHead(204).end();
}

function sendState(core: Core, response: ServerResponse, row: UploadRow): void {
  response.writeHead(204, stateOf(core, row)).end();
}

function sendReceived(core: Core, response: ServerResponse, row: UploadRow): void {
  const { id, sizeBytes, md5, sha1, sha256, sha512 } = row;
  sendJson(response, 201, { id, sizeBytes, md5, sha1, sha256, sha512 }, stateOf(core, row));
}

function stateOf(core: Core, row: UploadRow): Record<string, string> {
  return uploadHeaders(row, { maxBytes: maxUploadBytes, now: core.clock.now() });
}

/** The announced length of a body, as an option of staging; chunked bodies have none. */
export function lengthOf(header: string | undefined): { expectedBytes?: number } {
  if (header === undefined) return {};
  const expectedBytes = Number(header);
  if (!Number.isSafeInteger(expectedBytes)) throw new InvalidInput('content-length', 'Content-Length is not a number.');
  return { expectedBytes };
}
