import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { missingReason } from './requirements.ts';

/** An empty bucket; `url` is a value for `STORAGE_URL`, `endpoint` one for `STORAGE_EMULATOR_HOST`. */
export interface FreshBucket {
  url: string;
  endpoint: string;
}

/** Creates the empty bucket `entrepot-<random>` on the run's emulator. Throws when that is missing. */
export async function freshBucket(): Promise<FreshBucket> {
  const endpoint = inject('gcsEndpoint');
  if (endpoint === undefined) throw new Error(missingReason('fake-gcs-server'));
  const name = `entrepot-${randomBytes(6).toString('hex')}`;
  const response = await fetch(`${endpoint}/storage/v1/b?project=entrepot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`The emulator did not make a bucket: ${response.status} ${await response.text()}`);
  return { url: `gs://${name}`, endpoint };
}
