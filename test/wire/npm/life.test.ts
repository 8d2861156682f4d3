import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VersionTable } from '../../../src/db/tables/package.ts';
import { deleteVersions } from '../../../src/packages/remove.ts';
import { restoreVersion } from '../../../src/packages/restore.ts';
import { setVersionStatus, type StatusChange } from '../../../src/packages/status.ts';
import { hiddenNotice } from '../../../shims/npm/packument-route.ts';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { getPackument, npmPath, npmPublish, npmPut } from '../npm-request.ts';

const base = npmPath('acme/widgets');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}, as: Person = 'reader') => app.fetch(`${base}/${path}`, as, { headers });
const packument = async (name: string, query = '') => (await get(`${name}${query}`)).json() as Promise<Awaited<ReturnType<typeof getPackument>> & { policyRestrictions?: { message: string; versions: object } }>;
const abbreviated = async (name: string) => (await get(name, { accept: 'application/vnd.npm.install-v1+json' })).json() as ReturnType<typeof packument>;
const idOf = async (name: string) => (await app.core.heads.list('npm', name))[0]?.id ?? '';
const change = async (name: string, version: string, to: StatusChange, reason = '') => setVersionStatus(app.core, await app.actor('developer'), await idOf(name), [{ version, change: to, reason }]);
const statuses = async (name: string) =>
  Object.fromEntries((await app.core.database.reads.find(VersionTable, { where: { packageId: await idOf(name), tombstone: '' } })).map(({ version, status, statusReason }) => [version, [status, statusReason]]));

async function published(name: string): Promise<void> {
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) await npmPublish(app, name, version, { tags: { latest: version, [`v${version[0]}-tag`]: version } });
}

describe('a withdrawn version', () => {
  it('is in no document that clients choose from, but can be fetched', async () => {
    await published('yanked');
    await change('yanked', '2.0.0', 'YANK', 'leaks\n"secrets"');
    for (const document of [await packument('yanked'), await abbreviated('yanked')]) {
      expect(Object.keys(document.versions)).toEqual(['1.0.0', '1.1.0']);
      expect(document['dist-tags']).toEqual({ latest: '1.1.0', 'v1-tag': '1.1.0' });
      expect(document.policyRestrictions).toEqual({ message: '2.0.0 was withdrawn by its publisher: leaks\n"secrets"', versions: { '2.0.0': { name: 'yanked', version: '2.0.0' } } });
    }
    expect(Object.keys((await packument('yanked')).time)).toEqual(['created', 'modified', '1.0.0', '1.1.0']);
    const manifest = (await (await get('yanked/2.0.0')).json()) as { version: string; dist: { tarball: string; integrity: string } };
    expect(manifest.version).toBe('2.0.0');
    const bytes = Buffer.from(await (await get('yanked/-/yanked-2.0.0.tgz')).arrayBuffer());
    expect(manifest.dist.integrity).toBe(`sha512-${createHash('sha512').update(bytes).digest('base64')}`);
    expect((await get('yanked/v2-tag')).status).toBe(404);
    await change('yanked', '2.0.0', 'UNYANK');
    const back = await packument('yanked');
    expect([Object.keys(back.versions), back.policyRestrictions, back['dist-tags']['v2-tag']]).toEqual([['1.0.0', '1.1.0', '2.0.0'], undefined, '2.0.0']);
  });

  it('leaves a document without latest where there is no other', async () => {
    await npmPublish(app, 'alone', '1.0.0');
    await change('alone', '1.0.0', 'YANK');
    const document = await packument('alone');
    expect([document['dist-tags'], document.versions, document.policyRestrictions?.message]).toEqual([{}, {}, '1.0.0 was withdrawn by its publisher.']);
    expect((await get('alone/latest')).status).toBe(404);
    const search = (await (await get('-/v1/search?text=alone')).json()) as { objects: object[] };
    expect(search.objects).toEqual([]);
  });

  it('is kept where a client edits the document: unpublish and deprecate', async () => {
    await published('edited');
    await change('edited', '1.1.0', 'YANK', 'bad');
    const document = await packument('edited', '?write=true');
    expect([Object.keys(document.versions), document.policyRestrictions]).toEqual([['1.0.0', '1.1.0', '2.0.0'], undefined]);
    for (const version of Object.values(document.versions)) version.deprecated = 'all of it';
    expect((await npmPut(app, 'edited', document)).status).toBe(200);
    expect(await statuses('edited')).toEqual({ '1.0.0': ['DEPRECATED', 'all of it'], '1.1.0': ['YANKED', 'bad'], '2.0.0': ['DEPRECATED', 'all of it'] });
    for (const version of Object.values(document.versions)) version.deprecated = '';
    expect((await npmPut(app, 'edited', document)).status).toBe(200);
    expect(await statuses('edited')).toEqual({ '1.0.0': ['PUBLISHED', null], '1.1.0': ['YANKED', 'bad'], '2.0.0': ['PUBLISHED', null] });
    const fresh = await packument('edited', '?write=true');
    delete fresh.versions['2.0.0'];
    const removed = await app.fetch(`${base}/edited/-rev/${fresh._rev}`, 'maintainer', { method: 'PUT', body: JSON.stringify(fresh) });
    expect(removed.status).toBe(200);
    expect(Object.keys(await statuses('edited'))).toEqual(['1.0.0', '1.1.0']);
  });
});

describe('a hidden version', () => {
  it('stands in documents with a mark that ranges avoid, and is never latest', async () => {
    await published('hidden');
    await change('hidden', '2.0.0', 'HIDE');
    for (const document of [await packument('hidden'), await abbreviated('hidden')]) {
      expect(Object.values(document.versions).map(({ version, deprecated }) => [version, deprecated])).toEqual([['1.0.0', undefined], ['1.1.0', undefined], ['2.0.0', hiddenNotice]]);
      expect([document['dist-tags'], document.policyRestrictions]).toEqual([{ latest: '1.1.0', 'v1-tag': '1.1.0', 'v2-tag': '2.0.0' }, undefined]);
    }
    await change('hidden', '2.0.0', 'DEPRECATE', 'Use 3');
    expect((await packument('hidden')).versions['2.0.0']?.deprecated).toBe('Use 3');
    for (const version of ['1.0.0', '1.1.0']) await change('hidden', version, 'HIDE');
    expect((await packument('hidden'))['dist-tags']).toEqual({ 'v1-tag': '1.1.0', 'v2-tag': '2.0.0' });
  });

  it('is neither published nor deprecated by what a client sends back', async () => {
    await published('sent-back');
    await change('sent-back', '1.1.0', 'HIDE');
    // What a client took for reading holds the mark, what it takes for editing does not.
    const forEditing = await packument('sent-back', '?write=true');
    expect(forEditing.versions['1.1.0']?.deprecated).toBeUndefined();
    for (const document of [await packument('sent-back'), forEditing]) {
      expect((await npmPut(app, 'sent-back', document)).status).toBe(200);
      expect((await statuses('sent-back'))['1.1.0']).toEqual(['HIDDEN', null]);
    }
    for (const version of Object.values(forEditing.versions)) version.deprecated = '';
    expect((await npmPut(app, 'sent-back', forEditing)).status).toBe(200);
    expect((await statuses('sent-back'))['1.1.0']).toEqual(['HIDDEN', null]);
  });

  it('cannot be tagged latest, nor can a withdrawn one', async () => {
    await published('no-latest');
    await change('no-latest', '1.0.0', 'HIDE');
    await change('no-latest', '1.1.0', 'YANK');
    for (const version of ['1.0.0', '1.1.0']) {
      const response = await app.fetch(`${base}/-/package/no-latest/dist-tags/latest`, 'developer', { method: 'PUT', body: JSON.stringify(version) });
      expect([response.status, await response.json()]).toMatchObject([400, { error: expect.stringContaining('"latest" cannot point at it') }]);
    }
    expect((await packument('no-latest'))['dist-tags']['latest']).toBe('2.0.0');
  });
});

it('a deleted version answers 404, a restored one the same bytes', async () => {
  await published('comeback');
  const tarball = async () => Buffer.from(await (await get('comeback/-/comeback-2.0.0.tgz')).arrayBuffer());
  const before = [await tarball(), (await packument('comeback')).versions, (await packument('comeback'))['dist-tags']];
  const { id } = await app.core.database.reads.findOneByOrFail(VersionTable, { packageId: await idOf('comeback'), version: '2.0.0' });
  await deleteVersions(app.core, await app.actor('maintainer'), await idOf('comeback'), ['2.0.0']);
  for (const path of ['comeback/2.0.0', 'comeback/-/comeback-2.0.0.tgz', 'comeback/v2-tag']) expect((await get(path)).status).toBe(404);
  await restoreVersion(app.core, await app.actor('maintainer'), id);
  expect([await tarball(), (await packument('comeback')).versions, (await packument('comeback'))['dist-tags']]).toEqual(before);
});
