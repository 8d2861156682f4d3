import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setVersionStatus } from '../../../src/packages/status.ts';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { dependencies, nupkg } from '../../support/nupkg.ts';
import { nugetPath, pushBytes, pushed } from '../nuget-request.ts';

let app: TestApp;
const statements: string[] = [];
beforeAll(async () => {
  app = await startApp({ onStatement: (sql) => statements.push(sql) });
});
afterAll(() => app.close());

const get = (path: string, as: Person = 'reader', init: RequestInit = {}) => app.fetch(`${nugetPath()}${path}`, as, init);
const json = async (path: string, as: Person = 'reader') => {
  const response = await get(path, as);
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};
const local = (url: string) => url.replace(`${app.url}${nugetPath()}`, '');
const mark = async (id: string, version: string, change: 'HIDE' | 'YANK' | 'DEPRECATE', reason?: string) => {
  const [row] = await app.core.database.reads.query("SELECT id FROM package WHERE format = 'nuget' AND normalized_name = ?", [id.toLowerCase()]);
  await setVersionStatus(app.core, await app.actor('developer'), row.id, [{ version, change, ...(reason === undefined ? {} : { reason }) }]);
};

describe('the service index', () => {
  it('comes to everybody, also of a namespace that is not there, with all resources below its folder', async () => {
    const index = await json('/v3/index.json', 'anonymous');
    expect(index.version).toBe('3.0.0');
    const types = index.resources.map((resource: { '@type': string }) => resource['@type']);
    expect(new Set(types).size).toBe(types.length);
    for (const type of ['PackageBaseAddress/3.0.0', 'RegistrationsBaseUrl', 'RegistrationsBaseUrl/3.0.0-beta', 'RegistrationsBaseUrl/3.0.0-rc', 'RegistrationsBaseUrl/3.4.0', 'RegistrationsBaseUrl/3.6.0', 'RegistrationsBaseUrl/Versioned', 'SearchQueryService', 'SearchQueryService/3.0.0-beta', 'SearchQueryService/3.0.0-rc', 'SearchQueryService/3.4.0', 'SearchQueryService/3.5.0', 'SearchQueryService/Versioned', 'SearchAutocompleteService', 'SearchAutocompleteService/3.0.0-beta', 'SearchAutocompleteService/3.5.0', 'PackagePublish/2.0.0', 'SymbolPackagePublish/4.9.0']) expect(types).toContain(type);
    const v3 = index.resources.filter((resource: { '@type': string }) => !resource['@type'].startsWith('LegacyGallery'));
    for (const { '@id': url } of v3) expect(url.startsWith(`${app.url}${nugetPath()}/v3/`)).toBe(true);
    expect(await json('/index.json', 'anonymous')).toEqual(index);
    const elsewhere = await app.fetch('/api/packages/nowhere/nuget/v3/index.json', 'anonymous');
    expect((await elsewhere.text()).replaceAll('/nowhere/', '/acme/widgets/')).toBe(JSON.stringify(index));
  });
});

describe('the flat container', () => {
  const bytes = nupkg('Flat.Box', '1.0', {
    metadata: '<authors>Ada</authors><description>d</description><icon>images\\icon.png</icon><readme>docs/READ ME.md</readme><license type="file">LICENSE.txt</license>',
    files: [
      { path: 'images/icon.png', content: Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1') },
      { path: 'docs/READ%20ME.md', content: '# Hello' },
      { path: 'LICENSE.txt', content: '<b>free</b>', stored: true },
    ],
  });
  beforeAll(async () => {
    expect((await pushBytes(app, bytes)).status).toBe(201);
  });

  it('has the package as it was pushed, by any spelling of id and version', async () => {
    for (const path of ['flat.box/1.0.0/flat.box.1.0.0.nupkg', 'Flat.Box/1.0/Flat.Box.1.0.0.nupkg', 'FLAT.BOX/1.0.0.0/flat.box.1.0.0.nupkg']) {
      const response = await get(`/v3/flatcontainer/${path}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
    }
    expect((await get('/v3/flatcontainer/flat.box/1.0.0/flat.box.1.0.0.nupkg', 'reader', { headers: { range: 'bytes=0-3' } })).status).toBe(206);
  });

  it('has what is in the package by itself', async () => {
    const content = async (name: string) => {
      const response = await get(`/v3/flatcontainer/flat.box/1.0.0/${name}`);
      return [response.status, response.headers.get('content-type'), response.headers.get('x-content-type-options'), await response.text()];
    };
    expect(await content('flat.box.nuspec')).toEqual([200, 'application/xml', 'nosniff', expect.stringContaining('<id>Flat.Box</id>')]);
    expect(await content('icon')).toEqual([200, 'image/png', 'nosniff', expect.stringContaining('PNG')]);
    expect(await content('readme')).toEqual([200, 'text/plain; charset=utf-8', 'nosniff', '# Hello']);
    expect(await content('license')).toEqual([200, 'text/plain; charset=utf-8', 'nosniff', '<b>free</b>']);
    const { iconUrl, readmeUrl, licenseUrl } = (await json('/v3/registration/flat.box/index.json')).items[0].items[0].catalogEntry;
    for (const url of [iconUrl, readmeUrl, licenseUrl]) expect((await get(local(url))).status).toBe(200);
  });

  it.for(['flat.box/2.0.0/flat.box.2.0.0.nupkg', 'flat.box/1.0.0/other.1.0.0.nupkg', 'flat.box/1.0.0/flat.box.1.0.0.snupkg', 'flat.box/x/flat.box.x.nupkg', 'flat.box/1.0.0/other', 'none/index.json', 'none/1.0.0/none.1.0.0.nupkg', 'none/1.0.0/none.nuspec'])('404 for %s', async (path) => {
    expect((await get(`/v3/flatcontainer/${path}`)).status).toBe(404);
  });
});

describe('registrations', () => {
  it('say everything that clients use of a version', async () => {
    await pushed(app, 'Full.Facts', '1.2.3', {
      metadata:
        '<title>Full</title><authors>Ada, Bob</authors><description>long &amp; wide</description><summary>s</summary><language>en</language><projectUrl>https://example.com/p</projectUrl><license type="expression">MIT OR Apache-2.0</license><tags>one two</tags><requireLicenseAcceptance>true</requireLicenseAcceptance>' +
        dependencies({ '.NETFramework4.5': { 'Some.Lib': '1.0' }, '.NETStandard2.0': { 'Some.Lib': '[1.0, 2.0)', Any: '' }, 'net6.0': {} }),
    });
    const index = await json('/v3/registration-semver2/full.facts/index.json');
    const [page] = index.items;
    const [leaf] = page.items;
    expect([index.count, page.count, page.lower, page.upper]).toEqual([1, 1, '1.2.3', '1.2.3']);
    expect(leaf.catalogEntry).toMatchObject({
      id: 'Full.Facts', version: '1.2.3', title: 'Full', authors: 'Ada, Bob', description: 'long & wide', summary: 's', language: 'en', projectUrl: 'https://example.com/p',
      licenseExpression: 'MIT OR Apache-2.0', tags: ['one', 'two'], requireLicenseAcceptance: true, listed: true, published: new Date(app.clock.now()).toISOString(),
    });
    expect(leaf.catalogEntry.dependencyGroups).toMatchObject([
      { targetFramework: '.NETFramework4.5', dependencies: [{ id: 'Some.Lib', range: '[1.0.0, )' }] },
      { targetFramework: '.NETStandard2.0', dependencies: [{ id: 'Some.Lib', range: '[1.0.0, 2.0.0)' }, { id: 'Any', range: '(, )' }] },
      { targetFramework: 'net6.0' },
    ]);
    expect(local(leaf.packageContent)).toBe('/v3/flatcontainer/full.facts/1.2.3/full.facts.1.2.3.nupkg');
    expect(await json(local(leaf['@id']))).toMatchObject({ '@id': leaf['@id'], listed: true, packageContent: leaf.packageContent, registration: index['@id'] });
  });

  it('come in pages of 64 from 128 versions on', { timeout: 60_000 }, async () => {
    for (let minor = 0; minor < 127; minor++) await pushed(app, 'Many', `1.${minor}.0`);
    const inline = await json('/v3/registration/many/index.json');
    expect(inline.items.map((page: { items?: unknown[] }) => page.items?.length)).toEqual([64, 63]);
    await pushed(app, 'Many', '1.127.0');
    const index = await json('/v3/registration/many/index.json');
    expect(index.items.map(({ lower, upper, count, items }: Record<string, unknown>) => [lower, upper, count, items])).toEqual([['1.0.0', '1.63.0', 64, undefined], ['1.64.0', '1.127.0', 64, undefined]]);
    const found: string[] = [];
    for (const page of index.items) found.push(...(await json(local(page['@id']))).items.map((item: { catalogEntry: { version: string } }) => item.catalogEntry.version));
    expect(found).toEqual(Array.from({ length: 128 }, (_, minor) => `1.${minor}.0`));
    // After another version the old pages' bounds still hold where they are the same, and are 404 where not.
    await pushed(app, 'Many', '1.128.0');
    expect((await get(local(index.items[0]['@id']))).status).toBe(200);
    expect((await get('/v3/registration/many/page/1.1.0/1.64.0.json')).status).toBe(404);
  });

  it('are compressed for who takes that, and 304 for who has them', async () => {
    const path = `${nugetPath()}/v3/registration-semver2/many/page/1.0.0/1.63.0.json`;
    const plain = await app.fetch(path, 'reader', { headers: { 'accept-encoding': 'identity' } });
    const text = await plain.text();
    // fetch unpacks what it gets.
    const packed = await app.fetch(path, 'reader', { headers: { 'accept-encoding': 'gzip' } });
    expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
    expect(await packed.text()).toBe(text);
    const again = await app.fetch(path, 'reader', { headers: { 'if-none-match': plain.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('of clients without SemVer 2.0.0 leave out what those cannot read', async () => {
    await pushed(app, 'Modern', '1.0.0-alpha');
    await pushed(app, 'Modern', '1.0.0-beta.1');
    await pushed(app, 'Modern', '1.0.0+build');
    await pushed(app, 'Modern', '1.1.0', { metadata: `<description>d</description>${dependencies({ '': { Other: '1.0.0-rc.1' } })}` });
    await pushed(app, 'Only.Modern', '1.0.0-a.b');
    const listed = async (hive: string, id: string) => {
      const response = await get(`/v3/${hive}/${id}/index.json`);
      if (response.status === 404) return 404;
      return (await response.json()).items.flatMap((page: { items: { catalogEntry: { version: string } }[] }) => page.items.map(({ catalogEntry }) => catalogEntry.version));
    };
    expect(await listed('registration', 'modern')).toEqual(['1.0.0-alpha']);
    expect(await listed('registration-semver2', 'modern')).toEqual(['1.0.0-alpha', '1.0.0-beta.1', '1.0.0+build', '1.1.0']);
    expect(await listed('registration', 'only.modern')).toBe(404);
    // Of one version nothing is read of the others.
    statements.length = 0;
    const leaf = async (hive: string, version: string) => (await get(`/v3/${hive}/modern/${version}.json`)).status;
    expect(await Promise.all([leaf('registration', '1.0.0-alpha'), leaf('registration', '1.1.0'), leaf('registration-semver2', '1.1.0'), leaf('registration-semver2', '9.0.0')])).toEqual([200, 404, 200, 404]);
    expect(statements.filter((sql) => /FROM version v JOIN file/.test(sql) && !/normalized_version = \?/.test(sql))).toEqual([]);
    expect(await listed('registration-semver2', 'only.modern')).toEqual(['1.0.0-a.b']);
    expect((await get('/v3/registration/modern/1.0.0-beta.1.json')).status).toBe(404);
    expect((await json('/v3/flatcontainer/modern/index.json')).versions).toEqual(['1.0.0-alpha', '1.0.0-beta.1', '1.0.0', '1.1.0']);
    expect((await json('/v3/query?q=modern&prerelease=true')).data.map(({ id, version }: Record<string, string>) => [id, version])).toEqual([['Modern', '1.0.0-alpha']]);
    expect((await json('/v3/query?q=modern&prerelease=true&semVerLevel=2.0.0')).data.map(({ id, version }: Record<string, string>) => [id, version])).toEqual([['Modern', '1.1.0'], ['Only.Modern', '1.0.0-a.b']]);
  });
});

describe('what becomes of a version', () => {
  const entry = async (id: string, version: string) => {
    const index = await json(`/v3/registration/${id}/index.json`);
    return index.items[0].items.map((item: { catalogEntry: Record<string, unknown> }) => item.catalogEntry).find((one: Record<string, unknown>) => one['version'] === version);
  };

  it.for(['/v3/package', '/api/v2/package'])('DELETE %s unlists it, POST lists it again', async (path) => {
    const id = `Unlist${path.length}`;
    await pushed(app, id, '1.0.0');
    await pushed(app, id, '2.0.0');
    expect((await get(`${path}/${id}/2.0`, 'developer', { method: 'DELETE' })).status).toBe(204);
    expect((await get(`${path}/${id}/2.0`, 'developer', { method: 'DELETE' })).status).toBe(204);
    expect(await entry(id, '2.0.0')).toMatchObject({ listed: false, published: '1900-01-01T00:00:00.000Z' });
    expect((await json(`/v3/flatcontainer/${id}/index.json`)).versions).toEqual(['1.0.0', '2.0.0']);
    expect((await get(`/v3/flatcontainer/${id}/2.0.0/${id}.2.0.0.nupkg`)).status).toBe(200);
    expect((await json(`/v3/query?q=${id}`)).data[0]).toMatchObject({ version: '1.0.0', versions: [{ version: '1.0.0' }] });
    expect((await get(`${path}/${id}/2.0.0`, 'developer', { method: 'POST' })).status).toBe(200);
    expect(await entry(id, '2.0.0')).toMatchObject({ listed: true });
    expect((await json(`/v3/query?q=${id}`)).data[0]).toMatchObject({ version: '2.0.0', versions: [{ version: '1.0.0' }, { version: '2.0.0' }] });
  });

  it('a package of which all versions are unlisted is in no search', async () => {
    await pushed(app, 'Quiet', '1.0.0');
    expect((await get('/api/v2/Quiet/1.0.0', 'developer', { method: 'DELETE' })).status).toBe(204);
    expect(await json('/v3/query?q=Quiet')).toEqual({ totalHits: 0, data: [] });
    expect((await get('/v3/autocomplete?id=Quiet')).status).toBe(404);
  });

  it('403 and 404 for who may not, or what is not there', async () => {
    await pushed(app, 'Kept', '1.0.0');
    const remove = async (as: Person, path: string) => (await get(path, as, { method: 'DELETE' })).status;
    expect(await remove('reader', '/v3/package/Kept/1.0.0')).toBe(403);
    expect(await remove('outsider', '/v3/package/Kept/1.0.0')).toBe(404);
    expect(await remove('developer', '/v3/package/Kept/9.0.0')).toBe(404);
    expect(await remove('developer', '/v3/package/Kept/x')).toBe(404);
    expect(await remove('developer', '/v3/package/None/1.0.0')).toBe(404);
    expect(await entry('kept', '1.0.0')).toMatchObject({ listed: true });
  });

  it('deprecated and withdrawn versions are told of', async () => {
    await pushed(app, 'Old', '1.0.0');
    await pushed(app, 'Old', '2.0.0');
    await mark('Old', '1.0.0', 'DEPRECATE', 'use 2');
    expect(await entry('old', '1.0.0')).toMatchObject({ listed: true, deprecation: { reasons: ['Other'], message: 'use 2' } });
    await mark('Old', '1.0.0', 'YANK', 'it leaks');
    expect(await entry('old', '1.0.0')).toMatchObject({ listed: false, deprecation: { reasons: ['Other'], message: 'This version was withdrawn by its publisher: it leaks' } });
    // To unlist what is withdrawn takes nothing of it away; to relist it does.
    await get('/v3/package/Old/1.0.0', 'developer', { method: 'DELETE' });
    expect(await entry('old', '1.0.0')).toMatchObject({ deprecation: { message: expect.stringContaining('it leaks') } });
    await get('/v3/package/Old/1.0.0', 'developer', { method: 'POST' });
    expect(await entry('old', '1.0.0')).not.toHaveProperty('deprecation');
  });
});

describe('search', () => {
  beforeAll(async () => {
    await pushed(app, 'Zebra.Core', '1.0.0', { metadata: '<authors>Zoe</authors><description>stripes</description><tags>animal zoo</tags>' });
    await pushed(app, 'Zebra.Core', '2.0.0-beta', { metadata: '<authors>Zoe</authors><description>stripes</description><tags>animal zoo</tags>' });
    await pushed(app, 'Zebra', '1.0.0', { metadata: '<authors>Zoe</authors><description>black and white</description>' });
    await pushed(app, 'Zebra.Tool', '1.0.0', { metadata: '<authors>Tom</authors><description>stripes</description><packageTypes><packageType name="DotnetTool"/></packageTypes>' });
    await pushed(app, 'Zebra.Preview', '1.0.0-alpha');
  });
  const ids = async (query: string) => {
    const { totalHits, data } = await json(`/v3/query?${query}`);
    return [totalHits, ...data.map(({ id }: { id: string }) => id)];
  };

  it('finds the very name first, without pre-releases unless they are wanted', async () => {
    expect(await ids('q=zebra')).toEqual([3, 'Zebra', 'Zebra.Core', 'Zebra.Tool']);
    expect(await ids('q=zebra&prerelease=true')).toEqual([4, 'Zebra', 'Zebra.Core', 'Zebra.Preview', 'Zebra.Tool']);
    expect((await json('/v3/query?q=zebra.core&prerelease=true')).data[0]).toMatchObject({ version: '2.0.0-beta', versions: [{ version: '1.0.0' }, { version: '2.0.0-beta' }] });
    expect((await json('/v3/query?q=zebra.core')).data[0]).toMatchObject({ version: '1.0.0', versions: [{ version: '1.0.0' }], authors: ['Zoe'], tags: ['animal', 'zoo'] });
  });

  it.for([
    ['q=zebra stripes', [2, 'Zebra.Core', 'Zebra.Tool']],
    ['q=tags:zoo', [1, 'Zebra.Core']],
    ['q=author:tom', [1, 'Zebra.Tool']],
    ['q=packageid:ZEBRA', [1, 'Zebra']],
    ['q="black and white"', [1, 'Zebra']],
    ['q=id:zebra description:stripes', [2, 'Zebra.Core', 'Zebra.Tool']],
    ['q=zebra&packageType=DotnetTool', [1, 'Zebra.Tool']],
    ['q=zebra&packageType=dependency', [2, 'Zebra', 'Zebra.Core']],
    ['q=zebra&skip=1&take=1', [3, 'Zebra.Core']],
    ['q=zebra&take=0', [3]],
    ['q=nothing-like-it', [0]],
    ['q=%25', [0]],
  ] as const)('%s', async ([query, expected]) => {
    expect(await ids(query)).toEqual(expected);
  });

  it('completes ids and versions', async () => {
    expect(await json('/v3/autocomplete?q=zebra&take=2')).toEqual({ totalHits: 3, data: ['Zebra', 'Zebra.Core'] });
    expect(await json('/v3/autocomplete?id=zebra.core')).toEqual({ totalHits: 1, data: ['1.0.0'] });
    expect(await json('/v3/autocomplete?id=ZEBRA.core&prerelease=true')).toEqual({ totalHits: 2, data: ['1.0.0', '2.0.0-beta'] });
  });

  it('shows nothing of what the caller may not see', async () => {
    const { totalHits, data } = await (await app.fetch(`${nugetPath('')}/v3/query?q=zebra`, 'outsider')).json();
    expect([totalHits, data]).toEqual([0, []]);
    expect((await (await app.fetch(`${nugetPath('')}/v3/query?q=zebra`, 'reader')).json()).totalHits).toBe(3);
  });
});
