import { afterAll, beforeAll, expect, it } from 'vitest';
import { setVersionStatus, type StatusChange } from '../../../src/packages/status.ts';
import { deletePackage } from '../../../src/packages/remove.ts';
import { restorePackage } from '../../../src/packages/restore.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const base = '/api/packages/acme/widgets/generic';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const put = (path: string, body: string) => app.fetch(`${base}/${path}`, 'developer', { method: 'PUT', body });
const get = (path: string) => app.fetch(`${base}/${path}`, 'reader');
const idOf = async (name: string) => (await app.core.heads.list('generic', name))[0]?.id ?? '';
const change = async (name: string, version: string, to: StatusChange) => setVersionStatus(app.core, await app.actor('developer'), await idOf(name), [{ version, change: to }]);
const listed = async (name: string) => ((await (await get(name)).json()) as { versions: { version: string }[] }).versions.map(({ version }) => version);

it('hidden and withdrawn versions are not listed, but served by their path', async () => {
  for (const version of ['1', '2', '3']) await put(`tool/${version}/f`, `content ${version}`);
  const etag = (await get('tool')).headers.get('etag');
  await change('tool', '2', 'HIDE');
  await change('tool', '3', 'YANK');
  expect(await listed('tool')).toEqual(['1']);
  expect((await get('tool')).headers.get('etag')).not.toBe(etag);
  for (const version of ['2', '3']) {
    expect(await (await get(`tool/${version}/f`)).text()).toBe(`content ${version}`);
    expect(await (await get(`tool/${version}`)).json()).toMatchObject({ version, files: [{ name: 'f' }] });
  }
  await change('tool', '1', 'YANK');
  expect(await listed('tool')).toEqual([]);
  for (const [version, to] of [['1', 'UNYANK'], ['2', 'UNHIDE'], ['3', 'UNYANK']] as const) await change('tool', version, to);
  expect(await listed('tool')).toEqual(['1', '2', '3']);
});

it('a file that joins a hidden version does not show it', async () => {
  await put('joined/1/a', 'a');
  await change('joined', '1', 'HIDE');
  expect((await put('joined/1/b', 'b')).status).toBe(201);
  expect(await listed('joined')).toEqual([]);
});

it('a deleted package answers 404, a restored one the same bytes', async () => {
  await put('back/1/f', 'the same');
  const id = await idOf('back');
  await deletePackage(app.core, await app.actor('maintainer'), id);
  expect([(await get('back')).status, (await get('back/1/f')).status]).toEqual([404, 404]);
  await restorePackage(app.core, await app.actor('maintainer'), id);
  expect([await (await get('back/1/f')).text(), await listed('back')]).toEqual(['the same', ['1']]);
});
