import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createUpload } from '../../src/uploads/create.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { SettingChanges } from '../../src/settings/update.ts';
import { node } from '../contract/registry.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { npmPath, npmPublish, npmPut, publishDocument } from './npm-request.ts';
import { rawRequest, requestHead } from './raw-request.ts';

const generic = '/api/packages/acme/widgets/generic';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
afterEach(async () => {
  await app.core.database.tx((tx) => tx.query('DELETE FROM setting'));
});

const set = async (changes: SettingChanges, path = 'acme') => updateSettings(app.core, await app.actor('admin'), (await node(app.core, path)).id, changes);
const format = (id: string) => app.core.formats.get(id);
/** Sends the head of a request and nothing of its body; what is answered was decided without it. */
const headOnly = (target: string, headers: Record<string, string | number>) =>
  rawRequest(app.url, requestHead('PUT', target, { authorization: `Bearer ${app.secrets.developer}`, ...headers }));
const refusedEarly = async (target: string, headers: Record<string, string | number>) => {
  const before = await countEverything(app.core);
  const { status, body } = await headOnly(target, headers);
  expect(await countEverything(app.core)).toEqual(before);
  return [status, body];
};

describe('generic, before the body is sent', () => {
  it('413 for more than there is room for, by the Content-Length', async () => {
    await set({ node: { quotaBytes: { value: 100 } } });
    expect(await refusedEarly(`${generic}/early/1/f`, { 'content-length': 101 })).toEqual([413, expect.stringContaining('"acme" may hold 100 bytes')]);
    expect((await app.fetch(`${generic}/early/1/f`, 'developer', { method: 'PUT', body: 'x'.repeat(100) })).status).toBe(201);
    expect(await refusedEarly(`${generic}/early/1/g`, { 'content-length': 1 })).toEqual([413, expect.stringContaining('quota')]);
    // The file that is there gives way.
    expect((await app.fetch(`${generic}/early/1/f`, 'developer', { method: 'PUT', body: 'y'.repeat(100) })).status).toBe(201);
  });

  it('413 for a file that the setting says is too large', async () => {
    await set({ formats: [{ format: format('generic'), settings: { maxFileBytes: { value: 10 } } }] });
    expect(await refusedEarly(`${generic}/large/1/f`, { 'content-length': 11 })).toEqual([413, expect.stringContaining('10 bytes')]);
    expect((await app.fetch(`${generic}/large/1/f`, 'developer', { method: 'PUT', body: 'x'.repeat(10) })).status).toBe(201);
  });

  it('413 for a package or version too many', async () => {
    expect((await app.fetch(`${generic}/counted/1/f`, 'developer', { method: 'PUT', body: 'x' })).status).toBe(201);
    await set({ node: { quotaPackages: { value: 1 }, quotaVersions: { value: 1 } } });
    expect(await refusedEarly(`${generic}/another/1/f`, { 'content-length': 1 })).toEqual([413, expect.stringContaining('may hold 1 package.')]);
    expect(await refusedEarly(`${generic}/counted/2/f`, { 'content-length': 1 })).toEqual([413, expect.stringContaining('may hold 1 version.')]);
  });

  it('413 without a Content-Length as soon as it is too much', async () => {
    const [{ size } = { size: 0 }] = await app.core.database.reads.query('SELECT SUM(size_bytes) AS size FROM namespace_usage');
    await set({ node: { quotaBytes: { value: Number(size) + 50 } } });
    const chunked = (bytes: number, more: boolean) =>
      rawRequest(app.url, `${requestHead('PUT', `${generic}/chunked/1/f`, { authorization: `Bearer ${app.secrets.developer}`, 'transfer-encoding': 'chunked' })}${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n${more ? '' : '0\r\n\r\n'}`);
    // The body has not ended yet.
    expect(await chunked(51, true)).toMatchObject({ status: 413, body: expect.stringContaining('"acme"') });
    expect(await chunked(50, false)).toMatchObject({ status: 201 });
  });

  it('says nothing of quotas to those who may not publish', async () => {
    await set({ node: { quotaBytes: { value: 0 } } });
    const status = async (secret: string) => (await rawRequest(app.url, requestHead('PUT', `${generic}/x/1/f`, { authorization: `Bearer ${secret}`, 'content-length': 5 }))).status;
    expect([await status(app.secrets.reader), await status(app.secrets.outsider), await status('none')]).toEqual([403, 404, 401]);
  });
});

describe('npm', () => {
  it('413 before the body is sent, where no document could be so large without a tarball that is too much', async () => {
    await set({ node: { quotaBytes: { value: 1024 } } });
    const headers = { 'content-type': 'application/json', 'content-length': 64 * 1024 * 1024 };
    expect(await refusedEarly(`${npmPath('acme/widgets')}/huge`, headers)).toEqual([413, expect.stringContaining('"QUOTA_EXCEEDED"')]);
  });

  it('413 where the length stands before the data, without the data', async () => {
    const [{ size } = { size: 0 }] = await app.core.database.reads.query('SELECT SUM(size_bytes) AS size FROM namespace_usage');
    await set({ node: { quotaBytes: { value: Number(size) + 1000 } } });
    const begin = '{"name":"told","_attachments":{"told-1.0.0.tgz":{"content_type":"application/octet-stream","length":1001,"data":"';
    const { status, body } = await rawRequest(app.url, `${requestHead('PUT', `${npmPath('acme/widgets')}/told`, { authorization: `Bearer ${app.secrets.developer}`, 'content-type': 'application/json', 'content-length': 5000 })}${begin}`);
    expect([status, body]).toEqual([413, expect.stringContaining('"QUOTA_EXCEEDED"')]);
  });

  it('413 for a tarball that is too much, 201 for one that just fits, and a deprecation needs no room', async () => {
    const tarball = await npmTarball({ name: 'fits', version: '1.0.0' }, { random: randomBytes(3000) });
    const [{ size } = { size: 0 }] = await app.core.database.reads.query('SELECT SUM(size_bytes) AS size FROM namespace_usage');
    await set({ node: { quotaBytes: { value: Number(size) + tarball.length - 1 } } });
    const before = await countEverything(app.core);
    const refused = await npmPublish(app, 'fits', '1.0.0', { tarball });
    expect([refused.status, await refused.json()]).toEqual([413, { error: expect.stringContaining('This does not fit'), code: 'QUOTA_EXCEEDED' }]);
    expect(await countEverything(app.core)).toEqual(before);
    await set({ node: { quotaBytes: { value: Number(size) + tarball.length } } });
    expect((await npmPublish(app, 'fits', '1.0.0', { tarball })).status).toBe(201);
    const document = await publishDocument('fits', '1.0.0', { tarball, manifest: { deprecated: 'old' } });
    expect((await npmPut(app, 'fits', { ...document, _attachments: {} })).status).toBe(200);
  });

  it('413 for a tarball larger than the setting says', async () => {
    const tarball = await npmTarball({ name: 'limited', version: '1.0.0' });
    await set({ formats: [{ format: format('npm'), settings: { maxFileBytes: { value: tarball.length - 1 } } }] });
    const refused = await npmPublish(app, 'limited', '1.0.0', { tarball });
    expect([refused.status, await refused.json()]).toEqual([413, { error: expect.stringContaining(`${tarball.length - 1} bytes`), code: 'FILE_TOO_LARGE' }]);
    await set({ formats: [{ format: format('npm'), settings: { maxFileBytes: { value: tarball.length } } }] });
    expect((await npmPublish(app, 'limited', '1.0.0', { tarball })).status).toBe(201);
  });
});

describe('bytes sent ahead', () => {
  it('413 before the body is sent, for what could not be published even if the largest version gave way', async () => {
    const namespace = 'acme/widgets';
    const [{ size, largest }] = await app.core.database.reads.query('SELECT (SELECT SUM(size_bytes) FROM namespace_usage) AS size, (SELECT MAX(size_bytes) FROM version) AS largest');
    await set({ node: { quotaBytes: { value: Number(size) + 100 } } });
    const upload = await createUpload(app.core, await app.actor('developer'), { namespacePath: namespace, fileName: 'f' });
    const room = Number(largest) + 100;
    expect(await refusedEarly(`/api/uploads/${upload.id}`, { 'content-length': room + 1 })).toEqual([413, expect.stringContaining('QUOTA_EXCEEDED')]);
    expect((await app.fetch(`/api/uploads/${upload.id}`, 'developer', { method: 'PUT', body: randomBytes(room) })).status).toBe(201);
  });
});
