import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StatusMark, setVersionStatus } from '../../../src/packages/status.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { sdist } from '../../support/python-files.ts';
import { pypiPath, simplePage, upload, uploadWheel } from '../pypi-request.ts';

const jsonType = 'application/vnd.pypi.simple.v1+json';
const htmlType = 'application/vnd.pypi.simple.v1+html';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await app.namespace('open', 'PROJECT', 'PUBLIC');
  for (const version of ['1.0', '1.10', '1.9', '2.0rc1']) await uploadWheel(app, { name: 'Many.Versions', version });
  await upload(app, await sdist({ name: 'Many.Versions', version: '1.9' }), { name: 'Many.Versions', version: '1.9' });
  await uploadWheel(app, { name: 'public-one', version: '1.0', headers: ['Requires-Python: <4,>=3.8'] }, { node: 'open', as: 'admin' });
});
afterAll(() => app?.close());

const get = (path: string, headers: Record<string, string> = {}, as: Parameters<TestApp['fetch']>[1] = 'reader', method = 'GET') => app.fetch(pypiPath(path), as, { method, headers });
const mark = async (...marks: StatusMark[]) => {
  const [head] = await app.core.heads.list('pypi', 'many-versions');
  await setVersionStatus(app.core, await app.actor('developer'), head?.id ?? '', marks);
};

describe('200', () => {
  it('HTML, to the letter', async () => {
    const response = await app.fetch(pypiPath('simple/public-one/', 'open'), 'anonymous');
    expect([response.status, response.headers.get('content-type'), response.headers.get('vary')]).toEqual([200, 'text/html; charset=utf-8', 'Accept, Accept-Encoding, Authorization']);
    const [file] = (await simplePage(app, 'public-one', { node: 'open' })).files;
    const metadata = (file?.['core-metadata'] as { sha256: string }).sha256;
    expect(await response.text()).toBe(`<!DOCTYPE html>
<html>
<head>
<meta name="pypi:repository-version" content="1.3">
<title>Links for public-one</title>
</head>
<body>
<h1>Links for public-one</h1>
<a href="${app.url}/api/packages/open/pypi/files/public-one/1/public_one-1.0-py3-none-any.whl#sha256=${file?.hashes.sha256}" data-requires-python="&#60;4,&#62;=3.8" data-core-metadata="sha256=${metadata}" data-dist-info-metadata="sha256=${metadata}" data-gpg-sig="false">public_one-1.0-py3-none-any.whl</a><br>
</body>
</html>
`);
  });

  it('JSON, in the order of versions', async () => {
    const response = await get('simple/many-versions/', { accept: jsonType });
    expect([response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([jsonType, 'private, no-cache']);
    const page = await response.json();
    expect(page).toMatchObject({ meta: { 'api-version': '1.3' }, name: 'many-versions', versions: ['1.0', '1.9', '1.10', '2.0rc1'] });
    expect(page.files.map(({ filename }: { filename: string }) => filename)).toEqual(
      ['many_versions-1.0-py3-none-any.whl', 'many_versions-1.9-py3-none-any.whl', 'many_versions-1.9.tar.gz', 'many_versions-1.10-py3-none-any.whl', 'many_versions-2.0rc1-py3-none-any.whl'],
    );
    expect(page.files[0]).toEqual({
      filename: 'many_versions-1.0-py3-none-any.whl',
      url: `${app.url}${pypiPath('files/many-versions/1/many_versions-1.0-py3-none-any.whl')}`,
      hashes: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      'core-metadata': { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      'dist-info-metadata': page.files[0]['core-metadata'],
      'gpg-sig': false,
      yanked: false,
      size: expect.any(Number),
      'upload-time': `${new Date(app.clock.now()).toISOString().slice(0, -1)}000Z`,
      provenance: null,
    });
  });

  it.each<[string, string, string]>([
    ['', htmlType, htmlType],
    ['', 'application/vnd.pypi.simple.latest+json', jsonType],
    ['', '*/*', 'text/html; charset=utf-8'],
    [`?format=${encodeURIComponent(jsonType)}`, 'text/html', jsonType],
  ])('%s in the form that is asked for: %s', async (query, accept, type) => {
    for (const path of ['simple/', 'simple/many-versions/']) expect((await get(path + query, { accept })).headers.get('content-type')).toBe(type);
  });

  it('a page at project, group and instance', async () => {
    for (const node of ['acme/widgets', 'acme', '']) {
      const { files } = await simplePage(app, 'many-versions', { node });
      expect(files[0]?.url).toBe(`${app.url}${pypiPath('files/many-versions/1/many_versions-1.0-py3-none-any.whl', node)}`);
      expect((await app.fetch(new URL(files[0]?.url ?? '').pathname, 'reader')).status).toBe(200);
    }
  });

  it('the list of what the caller may read, in both forms', async () => {
    const names = async (as: Parameters<TestApp['fetch']>[1], node: string) =>
      ((await (await app.fetch(pypiPath('simple/', node), as, { headers: { accept: jsonType } })).json()) as { projects: { name: string }[] }).projects.map(({ name }) => name);
    expect(await names('reader', '')).toEqual(['many-versions', 'public-one']);
    expect(await names('reader', 'acme')).toEqual(['many-versions']);
    expect(await names('outsider', '')).toEqual(['public-one']);
    expect(await names('anonymous', '')).toEqual(['public-one']);
    expect(await (await app.fetch(pypiPath('simple/', ''), 'reader')).text()).toContain('<a href="many-versions/">many-versions</a><br>\n<a href="public-one/">public-one</a><br>\n</body>');
    expect(await (await app.fetch(pypiPath('simple/', 'open'), 'anonymous', { method: 'HEAD' })).text()).toBe('');
  });

  it('HEAD', async () => {
    const response = await get('simple/many-versions/', {}, 'reader', 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

it('304 for what the client has, until something is published', async () => {
  for (const accept of [jsonType, 'text/html']) {
    const etag = (await get('simple/many-versions/', { accept })).headers.get('etag') ?? '';
    expect((await get('simple/many-versions/', { accept, 'if-none-match': etag })).status).toBe(304);
    await uploadWheel(app, { name: 'many-versions', version: `0.${accept.length}` });
    expect((await get('simple/many-versions/', { accept, 'if-none-match': etag })).status).toBe(200);
  }
});

describe('301', () => {
  it.each([
    ['simple', 'simple/'],
    ['simple/many-versions', 'simple/many-versions/'],
    ['simple/Many.Versions/', 'simple/many-versions/'],
    ['simple/many__versions', 'simple/many-versions/'],
    ['simple/MANY-versions/?format=x%2By', 'simple/many-versions/?format=x%2By'],
    ['simple/No.Such.Project', 'simple/no-such-project/'],
  ])('%s to %s', async (from, to) => {
    const response = await get(from);
    expect([response.status, response.headers.get('location')]).toEqual([301, `${app.url}${pypiPath(to)}`]);
  });
});

describe('refused', () => {
  it('406 in words', async () => {
    for (const path of ['simple/', 'simple/many-versions/']) {
      const response = await get(path, { accept: 'application/json' });
      expect([response.status, await response.text()]).toEqual([406, expect.stringContaining(jsonType)]);
    }
  });

  it('404 for what is not there', async () => {
    for (const path of ['simple/nothing/', 'pypi/nothing/json', 'pypi/many-versions/9.9/json', 'pypi/many-versions/x/json', 'files/many-versions/1/nothing.whl', 'files/many-versions/x/y', 'files/nothing/1/x.whl', 'files/many-versions/1.0/nothing.whl.metadata', 'integrity/many-versions/1.0/many_versions-1.0-py3-none-any.whl/provenance', 'other', 'simple/a/b']) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  it('401 with a Basic challenge for callers who have not signed in, where it could help', async () => {
    for (const path of ['simple/', 'simple/many-versions/', 'simple/nothing/', 'files/many-versions/1/many_versions-1.0-py3-none-any.whl', 'pypi/many-versions/json']) {
      const response = await get(path, {}, 'anonymous');
      expect([path, response.status, response.headers.get('www-authenticate')]).toEqual([path, 401, 'Basic realm="Entrepot"']);
    }
  });
});

it('shows what is withdrawn or hidden as yanked, and takes it back', async () => {
  const yanked = async () => Object.fromEntries((await simplePage(app, 'many-versions')).files.map(({ filename, yanked: is }) => [filename.slice(14, 18), is]));
  await mark({ version: '1.10', change: 'YANK', reason: 'breaks <things> & "more"' }, { version: '1.9', change: 'YANK' }, { version: '2.0rc1', change: 'HIDE' });
  expect(await yanked()).toMatchObject({ '1.0-': false, '1.10': 'breaks <things> & "more"', '1.9-': true, '1.9.': true, '2.0r': 'This version is hidden by its publisher and not meant for new use.' });
  const html = await (await get('simple/many-versions/')).text();
  expect(html).toContain('data-yanked="breaks &#60;things&#62; &#38; &#34;more&#34;"');
  expect(html.match(/data-yanked=""/g)).toHaveLength(2);
  const { info, releases } = await (await get('pypi/many-versions/json')).json();
  expect([info.version, info.yanked]).toEqual(['1.0', false]);
  expect(releases['1.10'][0]).toMatchObject({ yanked: true, yanked_reason: 'breaks <things> & "more"' });
  expect((await (await get('pypi/many-versions/1.10/json')).json()).info).toMatchObject({ yanked: true, yanked_reason: 'breaks <things> & "more"' });
  await mark({ version: '1.10', change: 'UNYANK' }, { version: '1.9', change: 'UNYANK' }, { version: '2.0rc1', change: 'UNHIDE' });
  expect(new Set(Object.values(await yanked()))).toEqual(new Set([false]));
});
