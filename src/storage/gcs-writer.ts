import { json } from 'node:stream/consumers';
import type { File } from '@google-cloud/storage';
import { type GcsTransport, retrying } from './gcs-request.ts';
import { openGcsSession } from './gcs-session.ts';
import type { GcsSession, StoredMetadata } from './gcs-session.ts';
import { type ObjectWriter, StoreSilent } from './object-store.ts';

/**
 * Objects up to this size go in one request, larger ones through a resumable session in parts of this size. A part stays
 * in memory until the service has it. GCS advises 8 MiB:
 * https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload
 */
export const partBytes = 8 * 1024 * 1024;

/**
 * Writes one object, in memory bounded by two {@link partBytes} whatever its size. Keys are never reused, so every upload
 * demands that there is no such object yet, which is what makes a repeated request safe
 * (https://cloud.google.com/storage/docs/retry-strategy). Where a commit fails although its request took effect, the
 * object is found with our size and digest and the commit succeeds. The client library would not repeat what a broken connection
 * has cut, and makes a checksum in JavaScript on the serving thread, which would cost more than everything else here; the digest is there already.
 */
export function createGcsWriter(file: File, apiEndpoint: string, transport: GcsTransport): ObjectWriter {
  let part: Buffer[] = [];
  let partLength = 0;
  let sizeBytes = 0;
  let session: GcsSession | undefined;
  let state: 'open' | 'broken' | 'ended' = 'open';

  function expectOpen(): void {
    if (state !== 'open') throw new Error(`the writer is ${state}`);
  }

  /** A full part leaves only when more follows, so that the last one is never empty. */
  async function append(bytes: Buffer): Promise<void> {
    while (partLength + bytes.byteLength > partBytes) {
      const room = partBytes - partLength;
      await sendFullPart(room === 0 ? part : [...part, bytes.subarray(0, room)]);
      bytes = bytes.subarray(room);
    }
    part.push(bytes);
    partLength += bytes.byteLength;
  }

  async function sendFullPart(full: Buffer[]): Promise<void> {
    if (session === undefined) {
      const opened = await openGcsSession(transport, apiEndpoint, file);
      if (state === 'ended') opened.cancel();
      expectOpen();
      session = opened;
    }
    await session.send(full, false);
    part = [];
    partLength = 0;
  }

  async function upload(): Promise<StoredMetadata> {
    if (session !== undefined) return (await session.send(part, true)) ?? {};
    const query = new URLSearchParams({ uploadType: 'media', name: file.name, ifGenerationMatch: '0' });
    const url = `${apiEndpoint}/upload/storage/v1/b/${file.bucket.name}/o?${query}`;
    return retrying(async () => (await json(await transport({ method: 'POST', url, headers: { 'content-type': 'application/octet-stream' }, body: part }))) as StoredMetadata);
  }

  /** What the service has under the name; undefined for nothing, or no answer. */
  async function find(): Promise<StoredMetadata | undefined> {
    const url = `${apiEndpoint}/storage/v1/b/${file.bucket.name}/o/${encodeURIComponent(file.name)}`;
    return retrying(async () => (await json(await transport({ method: 'GET', url }))) as StoredMetadata).catch(() => undefined);
  }

  function isOurs(stored: StoredMetadata, md5: string | null | undefined): boolean {
    const sameDigest = md5 == null || stored.md5Hash === Buffer.from(md5, 'hex').toString('base64');
    return Number(stored.size) === sizeBytes && sameDigest;
  }

  function release(): void {
    state = 'ended';
    part = [];
  }

  return {
    async write(chunk) {
      expectOpen();
      // The caller reuses its buffer, while this must be kept until the service has it.
      const bytes = Buffer.from(chunk);
      sizeBytes += bytes.byteLength;
      try {
        await append(bytes);
      } catch (error) {
        if (state === 'open') state = 'broken';
        throw error;
      }
    },

    async commit(written) {
      let stored: StoredMetadata | undefined;
      try {
        expectOpen();
        state = 'ended';
        stored = await upload();
      } catch (error) {
        session?.cancel();
        stored = await find();
        if (stored === undefined || !isOurs(stored, written?.md5)) throw error;
      } finally {
        release();
      }
      if (isOurs(stored, written?.md5)) return;
      await file.delete({ ignoreNotFound: true }).catch(() => {});
      throw new StoreSilent(`${file.name} was damaged on its way to the bucket`);
    },

    async abort() {
      if (state !== 'ended') session?.cancel();
      release();
    },
  };
}
