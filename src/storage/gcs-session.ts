import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { File } from '@google-cloud/storage';
import { retrying } from './gcs-request.ts';
import type { GcsTransport } from './gcs-request.ts';
import { StoreSilent } from './object-store.ts';

/** What the service says of an object it has. */
export interface StoredMetadata {
  size?: string | number;
  /** In base64. */
  md5Hash?: string;
}

/** A resumable upload. Parts are sent in turn; `send` with `last` or `cancel` ends it. */
export interface GcsSession {
  /**
   * Sends the next part and resolves when the service has all of it, repeating what it lost. Every part but the last must
   * be a multiple of 256 KiB, the last must not be empty. Returns the object's metadata after the last.
   */
  send(part: readonly Buffer[], last: boolean): Promise<StoredMetadata | undefined>;
  /** Stops what is under way and tells the service to forget it, without waiting. */
  cancel(): void;
}

/**
 * Opens a resumable upload that only succeeds where there is no such object
 * (https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload). The client library has this too, but
 * when the reply to the last part is lost it takes the finished upload for an empty one, and emits an error that ends the
 * process; here the service is asked what it has, and the upload goes on from there.
 */
export async function openGcsSession(transport: GcsTransport, apiEndpoint: string, file: File): Promise<GcsSession> {
  const stop = new AbortController();
  const { signal } = stop;
  const query = new URLSearchParams({ uploadType: 'resumable', name: file.name, ifGenerationMatch: '0' });
  const url = await retrying(async () => {
    const response = await transport({
      method: 'POST',
      url: `${apiEndpoint}/upload/storage/v1/b/${file.bucket.name}/o?${query}`,
      headers: { 'content-type': 'application/json', 'x-upload-content-type': 'application/octet-stream' },
      body: [Buffer.from('{}')],
    });
    response.resume();
    const { location } = response.headers;
    if (location === undefined) throw new StoreSilent('the bucket opened an upload without a location');
    return location;
  });
  let received = 0;

  /** One request of the session; returns how many bytes the service has, or the metadata of the finished object. */
  async function put(range: string, body: readonly Buffer[]): Promise<number | StoredMetadata> {
    const response = await transport({ method: 'PUT', url, headers: { 'content-range': range }, body, signal });
    if (response.statusCode !== 308) return (await json(response)) as StoredMetadata;
    response.resume();
    return receivedBytes(response);
  }

  return {
    async send(part, last) {
      const start = received;
      const end = start + part.reduce((sum, piece) => sum + piece.byteLength, 0);
      const total = last ? end : '*';
      let uncertain = false;
      return retrying(async () => {
        if (uncertain) {
          const state = await put(`bytes */${total}`, []);
          if (typeof state !== 'number') return state;
          received = state;
        }
        while (received < end) {
          // What was acknowledged is gone from memory, so a service that forgets it cannot be served.
          if (received < start || received > end) throw new StoreSilent(`the bucket has ${received} bytes of ${start}-${end}`);
          uncertain = true;
          const state = await put(`bytes ${received}-${end - 1}/${total}`, skip(part, received - start));
          if (typeof state !== 'number') return state;
          if (state <= received) throw new StoreSilent(`the bucket took nothing beyond ${received} bytes`);
          received = state;
        }
        return undefined;
      }, signal);
    },
    cancel() {
      stop.abort();
      transport({ method: 'DELETE', url }).then((response) => response.resume(), () => {});
    },
  };
}

/** `Range: bytes=0-99` means 100 bytes; without the header there are none. */
function receivedBytes(response: IncomingMessage): number {
  const match = /-(\d+)$/.exec(response.headers['range'] ?? '');
  return match === null ? 0 : Number(match[1]) + 1;
}

function skip(pieces: readonly Buffer[], bytes: number): Buffer[] {
  const left: Buffer[] = [];
  for (const piece of pieces) {
    if (bytes < piece.byteLength) left.push(piece.subarray(bytes));
    bytes = Math.max(0, bytes - piece.byteLength);
  }
  return left;
}
