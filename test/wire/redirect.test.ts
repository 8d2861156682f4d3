import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { freshFolder } from '../support/environment/temporary.ts';

const [, deployed] = backends;

/** A service account of nobody: the emulator takes any signature, but the URL is signed all the same. */
async function writeCredentials(folder: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = `${folder}/credentials.json`;
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeFile(file, JSON.stringify({ type: 'service_account', project_id: 'test', client_email: 'signer@test.example', private_key: key }));
  return file;
}

describe.skipIf(deployed?.missing)('with REDIRECT_DOWNLOADS a download', () => {
  let app: TestApp;
  let folder: Awaited<ReturnType<typeof freshFolder>>;
  const path = '/api/packages/acme/widgets/generic/tool/1.0/tool.bin';

  beforeAll(async () => {
    folder = await freshFolder();
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = await writeCredentials(folder.path);
    if (!deployed) throw new Error('no such backend');
    app = await startApp({ backend: await deployed.open(), env: { REDIRECT_DOWNLOADS: 'true' } });
    await app.fetch(path, 'developer', { method: 'PUT', body: 'the bytes' });
  });

  afterAll(async () => {
    await app?.close();
    await folder.remove();
  });

  it('302 leads to a signed URL that serves the bytes without a credential, and counts', async () => {
    const response = await app.fetch(path, 'reader');
    expect([response.status, response.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
    const location = new URL(response.headers.get('location') ?? '');
    expect(location.searchParams.get('X-Goog-Algorithm')).toBe('GOOG4-RSA-SHA256');
    expect(Number(location.searchParams.get('X-Goog-Expires'))).toBeLessThanOrEqual(300);
    expect(await (await fetch(location)).text()).toBe('the bytes');
    await app.core.downloads.flush();
    expect(await app.core.database.reads.query('SELECT download_count AS count FROM file')).toEqual([{ count: 1 }]);
  });

  it('401 and 404 give no URL away', async () => {
    expect((await app.fetch(path, 'anonymous')).status).toBe(401);
    expect((await app.fetch(path, 'outsider')).headers.get('location')).toBeNull();
  });

  it('HEAD is answered here', async () => {
    const response = await app.fetch(path, 'reader', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '9']);
  });
});
