import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Storage } from '@google-cloud/storage';
import type { File, StorageOptions } from '@google-cloud/storage';
import { contentDisposition } from './content-disposition.ts';
import { createGcsTransport, hasStatus, isTransient, retrying } from './gcs-request.ts';
import { createGcsWriter } from './gcs-writer.ts';
import { assertKey } from './key.ts';
import { ObjectMissing, SinkClosed, StoreSilent } from './object-store.ts';
import type { ByteRange, ObjectStore } from './object-store.ts';
import { guardSink } from './sink.ts';

/** How long {@link ObjectStore.ping} waits for the bucket before it calls it unreachable. */
const pingTimeoutMs = 5_000;
/** A stream that was cut so often is given up, unless something came of it each time. */
const mostCuts = 5;

export interface GcsLocation {
  bucket: string;
  /** Folder-like part before every key, without slashes at its ends; empty for none. */
  prefix: string;
}

/**
 * Objects in a Google Cloud Storage bucket. Credentials and the emulator come from Google's own variables
 * (`GOOGLE_APPLICATION_CREDENTIALS`, `STORAGE_EMULATOR_HOST`); `options` goes to the client as it is. Needs
 * storage.objects.create, get and delete on the bucket, and list for `entrepot check`. Opening contacts nobody.
 */
export function openGcsStore(location: GcsLocation, options: StorageOptions = {}): ObjectStore {
  const storage = new Storage(options);
  // With STORAGE_EMULATOR_HOST the library leaves the path of the API away, and would take every 404 that follows for "gone already".
  storage.baseUrl = `${storage.apiEndpoint}/storage/v1`;
  const bucket = storage.bucket(location.bucket);
  const transport = createGcsTransport(storage);

  function fileOf(key: string): File {
    assertKey(key);
    return bucket.file(location.prefix === '' ? key : `${location.prefix}/${key}`);
  }

  async function open(key: string, range?: ByteRange, from = range?.start ?? 0): Promise<Readable> {
    const { name } = fileOf(key);
    const url = `${storage.apiEndpoint}/storage/v1/b/${location.bucket}/o/${encodeURIComponent(name)}?alt=media`;
    const headers = range === undefined && from === 0 ? {} : { range: `bytes=${from}-${range?.end ?? ''}` };
    try {
      return await retrying(() => transport({ method: 'GET', url, headers }));
    } catch (error) {
      throw hasStatus(error, 404) ? new ObjectMissing(key) : error;
    }
  }

  return {
    kind: 'gcs',
    compares: 'md5',

    create: async (key) => createGcsWriter(fileOf(key), storage.apiEndpoint, transport),

    read: open,

    async copyTo(key, sink, range) {
      let stream = await open(key, range);
      const guarded = guardSink(sink, (error) => stream.destroy(error));
      try {
        let copied = 0;
        for (let cuts = 0; ; cuts++) {
          const before = copied;
          try {
            for await (const chunk of stream as AsyncIterable<Buffer>) {
              copied += chunk.byteLength;
              await guarded.send(chunk);
            }
            break;
          } catch (error) {
            // A stream that is cut goes on where it was: whoever downloads notices nothing.
            if (error instanceof SinkClosed || !isTransient(error) || (copied === before && cuts >= mostCuts)) throw error;
            // Behind the last byte there is no range to ask for: the answer would be the whole.
            if (range !== undefined && copied === range.end - range.start + 1) break;
            stream = await open(key, range, (range?.start ?? 0) + copied);
          }
        }
        await guarded.flush();
        if (range !== undefined && copied !== range.end - range.start + 1) {
          throw new StoreSilent(`${key}: ${copied} bytes came of the range ${range.start}-${range.end}`);
        }
      } finally {
        guarded.release();
        stream.destroy();
      }
    },

    async sizeBytes(key) {
      try {
        const [metadata] = await fileOf(key).getMetadata();
        return Number(metadata.size);
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },

    async *list() {
      const folder = location.prefix === '' ? '' : `${location.prefix}/`;
      for (let query: object | null = { prefix: folder, autoPaginate: false }; query !== null; ) {
        const [files, next]: [File[], object | null, ...unknown[]] = await bucket.getFiles(query);
        query = next;
        const found = files.map(({ name, metadata }) => ({ key: name.slice(folder.length), sizeBytes: Number(metadata.size) }));
        if (found.length > 0) yield found;
      }
    },

    async delete(key) {
      await fileOf(key).delete({ ignoreNotFound: true });
    },

    async signedUrl(key, { ttlSeconds, fileName, contentType }) {
      const [url] = await fileOf(key).getSignedUrl({
        version: 'v4',
        action: 'read',
        expires: Date.now() + ttlSeconds * 1000,
        responseDisposition: contentDisposition('attachment', fileName),
        responseType: contentType,
      });
      return url;
    },

    async ping() {
      // Writing needs other rights than looking, so nothing less than an object proves it.
      const file = fileOf(`ping/${randomUUID()}`);
      const write = async () => {
        await file.save('.', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
        // A bucket with a retention policy refuses this and works all the same.
        await file.delete({ ignoreNotFound: true }).catch(() => {});
      };
      const stop = new AbortController();
      const late = async () => {
        await delay(pingTimeoutMs, undefined, { signal: stop.signal });
        throw new StoreSilent(`the bucket ${location.bucket} did not answer within ${pingTimeoutMs} ms`);
      };
      await Promise.race([write(), late()]).finally(() => stop.abort());
    },
  };
}
