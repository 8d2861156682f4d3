import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteFile } from '../../../src/packages/remove.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { metadataText, sdist, wheel } from '../../support/python-files.ts';
import { pypiPath, simplePage, upload } from '../pypi-request.ts';

const demo = { name: 'Acme.Demo', version: '1.0.0', headers: ['Summary: A demo ä', 'Requires-Dist: alpha>=1', 'Project-URL: Home, https://demo.example/'], description: '# Demo\r\n', files: { 'x.py': 'x'.repeat(400_000) } };

let app: TestApp;
const statements: string[] = [];
beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) });
  for (const file of [wheel(demo), await sdist(demo)]) await upload(app, file, demo);
});
afterAll(() => app?.close());

const get = (path: string, headers: Record<string, string> = {}) => app.fetch(path, 'reader', { headers });
const pathOf = (file: string, version = '1') => pypiPath(`files/acme-demo/${version}/${file}`);

it('200 with the bytes, ranges, and 304', async () => {
  const { fileName, bytes } = wheel(demo);
  const whole = await get(pathOf(fileName));
  expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  expect([whole.headers.get('etag'), whole.headers.get('content-type')]).toEqual([etag, 'application/octet-stream']);
  const part = await get(pathOf(fileName), { range: 'bytes=-22' });
  expect([part.status, Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(-22))]).toEqual([206, true]);
  expect((await get(pathOf(fileName), { 'if-none-match': etag })).status).toBe(304);
  // Any spelling of the version is the same version.
  for (const version of ['1.0', '1.0.0', 'v1']) expect((await get(pathOf(fileName, version))).status).toBe(200);
});

describe('metadata', () => {
  it.each<[string, () => Promise<{ fileName: string; bytes: Buffer }>]>([['a wheel', async () => wheel(demo)], ['an sdist', () => sdist(demo)]])('of %s, as it is in the archive, with the digest that the page tells', async (_, make) => {
    const { fileName } = await make();
    const response = await get(`${pathOf(fileName)}.metadata`, { 'accept-encoding': 'identity' });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString()).toBe(metadataText(demo));
    const listed = (await simplePage(app, 'acme-demo')).files.find(({ filename }) => filename === fileName);
    expect(listed?.['core-metadata']).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex') });
    expect((await get(`${pathOf(fileName)}.metadata`, { 'if-none-match': response.headers.get('etag') ?? '' })).status).toBe(304);
  });
});

describe('JSON of a project', () => {
  it('tells all that is known', async () => {
    const response = await get(pypiPath('pypi/Acme.Demo/json'));
    const document = await response.json();
    expect(document.info).toMatchObject({
      name: 'Acme.Demo', version: '1.0.0', summary: 'A demo ä', description: '# Demo\r\n', requires_dist: ['alpha>=1'], project_urls: { Home: 'https://demo.example/' },
      yanked: false, package_url: `${app.url}${pypiPath('simple/acme-demo/')}`,
    });
    expect(Object.keys(document.releases)).toEqual(['1.0.0']);
    expect(document.urls).toEqual(document.releases['1.0.0']);
    const { fileName, bytes } = wheel(demo);
    expect(document.urls[0]).toMatchObject({
      filename: fileName, packagetype: 'bdist_wheel', python_version: 'py3', size: bytes.length, url: `${app.url}${pathOf(fileName)}`,
      digests: { md5: createHash('md5').update(bytes).digest('hex'), sha256: createHash('sha256').update(bytes).digest('hex') },
      upload_time_iso_8601: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    });
    expect(document.urls[1]).toMatchObject({ packagetype: 'sdist', python_version: 'source' });
  });

  it('and of one version, in any spelling, without the others', async () => {
    const document = await (await get(pypiPath('pypi/acme-demo/1.0/json'))).json();
    expect([document.info.version, document.releases, document.urls.length]).toEqual(['1.0.0', undefined, 2]);
    expect((await get(pypiPath('pypi/acme-demo/7/json'))).status).toBe(404);
  });

  it('reads what a version says of itself once, not for each file', async () => {
    const once = { ...demo, name: 'once' };
    for (const file of [wheel(once), await sdist(once)]) await upload(app, file, once);
    for (const path of ['pypi/once/json', 'pypi/once/v1/json']) {
      statements.length = 0;
      expect((await get(pypiPath(path))).status).toBe(200);
      const reading = statements.filter((sql) => /\bmetadata\b/.test(sql));
      expect([path, reading.length, reading.filter((sql) => /JOIN file/.test(sql))]).toEqual([path, 1, []]);
    }
  });
});

it('what was deleted is gone from page and address, and comes back only as it was', async () => {
  const file = wheel({ ...demo, version: '2.0' });
  const of = { ...demo, version: '2.0' };
  await upload(app, file, of);
  const [row] = await app.core.database.reads.query("SELECT id FROM file WHERE name = 'acme_demo-2.0-py3-none-any.whl'");
  await deleteFile(app.core, await app.actor('maintainer'), row.id);
  expect((await simplePage(app, 'acme-demo')).versions).toEqual(['1.0.0']);
  expect((await get(pathOf(file.fileName, '2'))).status).toBe(404);
  expect((await get(`${pathOf(file.fileName, '2')}.metadata`)).status).toBe(404);
  const other = { ...wheel({ ...of, files: { 'y.py': 'y' } }), fileName: file.fileName };
  const refused = await upload(app, other, of);
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('was published before with other content')]);
  expect((await upload(app, file, of)).status).toBe(200);
});
