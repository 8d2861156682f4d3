import type { Core } from '../core.ts';
import { InvalidInput } from '../errors.ts';
import { receiveUpload } from '../uploads/receive.ts';
import { withJsonErrors } from './error-reply.ts';
import { actorOfRequest } from './request-actor.ts';
import { sendJson } from './send.ts';
import type { Mount } from './server.ts';

/** No upload may be larger than this, in bytes; the format's own limit is checked when it is published. */
const maxUploadBytes = 10 * 1024 ** 3;

/** `PUT /api/uploads/{id}`: the bytes of an upload that `createUpload` opened. Answers `{ id, sizeBytes, md5, sha1, sha256, sha512 }`. */
export function uploadsMount(core: Core): Mount {
  return {
    path: '/api/uploads/*',
    methods: ['PUT'],
    area: 'uploads',
    handle: (request, response, url, requestId) =>
      withJsonErrors(core, response, requestId, async () => {
        const id = url.replace(/\?.*$/, '').slice('/api/uploads/'.length);
        const actor = await actorOfRequest(core, request);
        const row = await receiveUpload(core, actor, id, request, { limitBytes: maxUploadBytes, ...lengthOf(request.headers['content-length']) });
        const { sizeBytes, md5, sha1, sha256, sha512 } = row;
        sendJson(response, 201, { id, sizeBytes, md5, sha1, sha256, sha512 });
      }),
  };
}

/** The announced length of a body, as an option of staging; chunked bodies have none. */
export function lengthOf(header: string | undefined): { expectedBytes?: number } {
  if (header === undefined) return {};
  const expectedBytes = Number(header);
  if (!Number.isSafeInteger(expectedBytes)) throw new InvalidInput('content-length', 'Content-Length is not a number.');
  return { expectedBytes };
}
