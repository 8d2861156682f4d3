import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openGcsStore } from '../../../src/storage/gcs.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const credentials = {
  client_email: 'signer@example.iam.gserviceaccount.com',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

describe('signedUrl', () => {
  test('is a V4 URL of the object that names file and type', async () => {
    const store = openGcsStore({ bucket: 'bucket', prefix: 'pre' }, { credentials });
    const options = { ttlSeconds: 300, fileName: 'größe.tgz', contentType: 'application/gzip' };
    const url = await store.signedUrl?.('objects/ab/01k', options);
    const { pathname, searchParams } = new URL(url as string);
    expect(pathname).toBe('/bucket/pre/objects/ab/01k');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
      'X-Goog-Signature': expect.stringMatching(/^[0-9a-f]{512}$/) as string,
      'response-content-type': 'application/gzip',
      'response-content-disposition': `attachment; filename="gr__e.tgz"; filename*=UTF-8''gr%C3%B6%C3%9Fe.tgz`,
    });
    const expires = Number(searchParams.get('X-Goog-Expires'));
    expect(expires).toBeGreaterThan(295);
    expect(expires).toBeLessThanOrEqual(300);
  });

  test('refuses a bad key', async () => {
    const store = openGcsStore({ bucket: 'bucket', prefix: '' }, { credentials });
    const options = { ttlSeconds: 1, fileName: 'a', contentType: 'text/plain' };
    await expect(store.signedUrl?.('../x', options)).rejects.toThrow(TypeError);
  });
});
