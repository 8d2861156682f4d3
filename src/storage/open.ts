import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from './files.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * Opens the store that a `STORAGE_URL` names: `gs://bucket` or `gs://bucket/prefix`, `file:///folder`
 * (or `file:/folder`), or a plain path.
 *
 * Nothing is contacted yet; {@link ObjectStore.ping} does that. Rejects with Error on any other scheme or a malformed bucket.
 */
export async function openObjectStore(storageUrl: string): Promise<ObjectStore> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(storageUrl)?.[1]?.toLowerCase();
  if (scheme === 'gs') {
    const bucket = parseBucketUrl(storageUrl);
    // Google's library takes 20 MB of memory, which most who keep files would rather keep, too.
    const { openGcsStore } = await import('./gcs.ts');
    return openGcsStore(bucket);
  }
  if (scheme === 'file') return openFileStore(fileURLToPath(storageUrl));
  if (scheme === undefined && storageUrl !== '') return openFileStore(resolve(storageUrl));
  throw new Error(`STORAGE_URL ${JSON.stringify(storageUrl)}: use gs://bucket/prefix, file:///folder or a path.`);
}

/** Bucket names: https://cloud.google.com/storage/docs/buckets#naming */
function parseBucketUrl(storageUrl: string): { bucket: string; prefix: string } {
  const match = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/([A-Za-z0-9/._-]*))?$/i.exec(storageUrl);
  const bucket = match?.[1];
  if (bucket === undefined) throw new Error(`STORAGE_URL ${JSON.stringify(storageUrl)} is no gs://bucket/prefix.`);
  return { bucket, prefix: (match?.[2] ?? '').replace(/^\/+|(?<!\/)\/+$/g, '') };
}
