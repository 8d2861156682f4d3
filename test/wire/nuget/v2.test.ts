import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childOf, childrenOf, childText, parseXml, type XmlElement } from '../../../shims/kit/xml.ts';
import { type Person, startApp, type TestApp } from '../../support/app.ts';
import { dependencies, nupkg } from '../../support/nupkg.ts';
import { nugetPath, pushBytes, pushed } from '../nuget-request.ts';

let app: TestApp;
const full = nupkg('Full', '1.2.0.0', {
  metadata:
    '<title>The full one</title><authors>Ada &amp; Bob</authors><description>words</description><summary>short</summary><releaseNotes>new</releaseNotes><tags>one, two</tags><projectUrl>https://example.com/?a=1&amp;b=2</projectUrl>' +
    dependencies({ '': { Any: '' }, '.NETFramework4.5': { Lib: '[1.0,2.0)', Other: '1.0' }, '.NETStandard2.0': {} }),
});
beforeAll(async () => {
  app = await startApp();
  await pushBytes(app, full);
  for (const version of ['1.0.0', '1.10.0', '1.9.0', '2.0.0-beta', '2.0.0-beta.2']) await pushed(app, 'Several', version);
  await pushed(app, 'Several.More', '1.0.0', { metadata: '<description>something else</description><tags>special</tags>' });
  await pushed(app, 'Unlisted', '1.0.0');
  await pushed(app, 'Unlisted', '2.0.0');
  await app.fetch(`${nugetPath()}/api/v2/package/Unlisted/2.0.0`, 'developer', { method: 'DELETE' });
});
afterAll(() => app.close());

const get = (path: string, as: Person = 'reader') => app.fetch(`${nugetPath()}/api/v2${path}`, as);
async function xml(path: string, as: Person = 'reader'): Promise<XmlElement> {
  const response = await get(path, as);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${bytes.toString()}`);
  return parseXml(bytes, { what: 'The answer' });
}
const propertyOf = (entry: XmlElement, name: string) => childOf(childOf(entry, 'properties'), name)?.text;
const nameOf = (entry: XmlElement) => `${propertyOf(entry, 'Id')} ${propertyOf(entry, 'Version')}`;
const list = async (path: string, as?: Person) => childrenOf(await xml(path, as), 'entry').map(nameOf);
const nextOf = (feed: XmlElement) => childrenOf(feed, 'link').find(({ attributes }) => attributes['rel'] === 'next')?.attributes['href'];

describe('the description', () => {
  it('comes to who may see the namespace; others are asked for a credential, which nuget 2 sends only then', async () => {
    const challenged = await get('', 'anonymous');
    expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Entrepot"']);
    expect((await app.fetch(`${nugetPath('')}/api/v2`, 'anonymous')).status).toBe(200);
    expect(childOf(childOf(await xml(''), 'workspace'), 'collection')?.attributes).toMatchObject({ href: 'Packages' });
    const schema = childOf(childOf(await xml('/$metadata', 'anonymous'), 'DataServices'), 'Schema');
    const entity = childOf(schema, 'EntityType');
    expect(childrenOf(entity, 'Property').map(({ attributes }) => attributes['Name'])).toContain('IsLatestVersion');
    expect(childrenOf(childOf(schema, 'EntityContainer'), 'FunctionImport').map(({ attributes }) => attributes['Name'])).toEqual(['Search', 'FindPackagesById']);
    const entry = await xml("/Packages(Id='Full',Version='1.2.0')");
    // What an entry has is what the description says, in the same order.
    expect(childOf(entry, 'properties')?.children.map(({ name }) => name)).toEqual(childrenOf(entity, 'Property').map(({ attributes }) => attributes['Name']));
  });
});

describe('an entry', () => {
  it('says everything of a version, by any spelling of its key', async () => {
    for (const key of ["Id='Full',Version='1.2.0'", "Id='full',Version='1.2'", "Version='1.2.0.0',Id='FULL'"]) {
      const entry = await xml(`/Packages(${encodeURIComponent(key)})`);
      const properties = Object.fromEntries((childOf(entry, 'properties')?.children ?? []).filter(({ attributes }) => attributes['m:null'] !== 'true').map(({ name, text }) => [name, text]));
      expect(properties).toMatchObject({
        Id: 'Full', Version: '1.2.0.0', NormalizedVersion: '1.2.0', Authors: 'Ada & Bob', Title: 'The full one', Description: 'words', Summary: 'short', ReleaseNotes: 'new', Tags: ' one two ',
        Dependencies: 'Any:|Lib:[1.0.0, 2.0.0):net45|Other:[1.0.0, ):net45|::netstandard2.0',
        IsLatestVersion: 'true', IsAbsoluteLatestVersion: 'true', IsPrerelease: 'false', Listed: 'true', ProjectUrl: 'https://example.com/?a=1&b=2',
        PackageHash: createHash('sha512').update(full).digest('base64'), PackageHashAlgorithm: 'SHA512', PackageSize: String(full.length), RequireLicenseAcceptance: 'false',
      });
      expect([childText(entry, 'title'), childText(childOf(entry, 'author'), 'name')]).toEqual(['Full', 'Ada & Bob']);
      const source = childOf(entry, 'content')?.attributes['src'] ?? '';
      expect(Buffer.from(await (await app.fetch(source.slice(app.url.length), 'reader')).arrayBuffer()).equals(full)).toBe(true);
    }
  });

  it.for(["/Packages(Id='Full',Version='9.0.0')", "/Packages(Id='None',Version='1.0.0')", "/Packages(Id='Full')", "/Packages(1)", '/package/Full/9.0.0', '/Nothing()'])('404 for %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});

describe('FindPackagesById()', () => {
  it('has every version, unlisted ones too, in order; SemVer 2.0.0 only where it is read', async () => {
    expect(await list("/FindPackagesById()?id='several'")).toEqual(['Several 1.0.0', 'Several 1.9.0', 'Several 1.10.0', 'Several 2.0.0-beta']);
    expect(await list("/FindPackagesById()?id='SEVERAL'&semVerLevel=2.0.0")).toEqual(['Several 1.0.0', 'Several 1.9.0', 'Several 1.10.0', 'Several 2.0.0-beta', 'Several 2.0.0-beta.2']);
    const [listed, unlisted] = childrenOf(await xml("/FindPackagesById()?id='Unlisted'"), 'entry');
    expect([listed, unlisted].map((entry) => entry && [propertyOf(entry, 'Listed'), propertyOf(entry, 'IsLatestVersion'), propertyOf(entry, 'Published')?.slice(0, 4)])).toEqual([['true', 'true', String(new Date(app.clock.now()).getUTCFullYear())], ['false', 'false', '1900']]);
  });

  it.for([
    ['$filter=IsLatestVersion&$orderby=Version desc&$top=1', ['Several 1.10.0']],
    ['$filter=IsAbsoluteLatestVersion', ['Several 2.0.0-beta']],
    ['$filter=IsAbsoluteLatestVersion&semVerLevel=2.0.0', ['Several 2.0.0-beta.2']],
    ["$filter=Version eq '1.9.0' or Version eq '1.0.0'", ['Several 1.0.0', 'Several 1.9.0']],
    ["$filter=startswith(Version,'1.') and not (Version eq '1.0.0')&$orderby=Version desc", ['Several 1.10.0', 'Several 1.9.0']],
    ['$filter=IsPrerelease eq true', ['Several 2.0.0-beta']],
    ["$filter=Published lt datetime'2000-01-01T00:00:00'", []],
    ['$skip=1&$top=2', ['Several 1.9.0', 'Several 1.10.0']],
    ['$skip=10', []],
    ['$top=0', []],
  ] as const)('%s', async ([query, expected]) => {
    expect(await list(`/FindPackagesById()?id='Several'&${query}`)).toEqual(expected);
  });

  it('counts', async () => {
    expect(await (await get("/FindPackagesById()/$count?id='Several'")).text()).toBe('4');
    expect(childText(await xml("/FindPackagesById()?id='Several'&$inlinecount=allpages&$top=1"), 'count')).toBe('4');
  });

  it.for(['$filter=Description eq', '$filter=(((', "$filter=Nothing eq 'x'", '$filter=1 eq 1 1', '$filter=exec(1)', '$orderby=Nothing', `$filter=${'('.repeat(200)}1`])('400 for %s', async (query) => {
    const response = await get(`/FindPackagesById()?id='Several'&${query}`);
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(/cannot be (?:used|filtered|ordered)/)]);
  });

  it('an empty feed for what is not there, so that another source may have it; nothing for what must not be known', async () => {
    const none = await get("/FindPackagesById()?id='None'");
    expect([none.status, none.headers.get('content-type'), (await none.text()).includes('<entry')]).toEqual([200, 'application/atom+xml;type=feed;charset=utf-8', false]);
    expect(await (await get("/FindPackagesById()/$count?id='None'")).text()).toBe('0');
    const hidden = await get("/FindPackagesById()?id='Several'", 'outsider');
    const missing = await get("/FindPackagesById()?id='None'", 'outsider');
    expect([hidden.status, (await hidden.text()).replaceAll('Several', 'None')]).toEqual([missing.status, await missing.text()]);
    expect((await get("/FindPackagesById()?id='Several'", 'anonymous')).status).toBe(401);
    expect((await get('/FindPackagesById()')).status).toBe(400);
  });
});

describe('Search() and Packages()', () => {
  it.for([
    ["/Search()?searchTerm='several'&$filter=IsLatestVersion&includePrerelease=false", ['Several 1.10.0', 'Several.More 1.0.0']],
    ["/Search()?searchTerm='several'&$filter=IsAbsoluteLatestVersion&includePrerelease=true", ['Several 2.0.0-beta', 'Several.More 1.0.0']],
    ["/Search()?searchTerm='several'&includePrerelease=false&$orderby=Id", ['Several 1.0.0', 'Several 1.9.0', 'Several 1.10.0', 'Several.More 1.0.0']],
    ["/Search()?searchTerm='several'&includePrerelease=true&$skip=3&$top=1", ['Several 2.0.0-beta']],
    ["/Search()?searchTerm=''&$filter=IsLatestVersion&$orderby=Id", ['Full 1.2.0.0', 'Several 1.10.0', 'Several.More 1.0.0', 'Unlisted 1.0.0']],
    ["/Search()?searchTerm=''&$filter=IsLatestVersion&$orderby=Id desc&$top=2", ['Unlisted 1.0.0', 'Several.More 1.0.0']],
    ["/Packages()?$filter=IsLatestVersion and substringof('special',tolower(Tags))", ['Several.More 1.0.0']],
    ["/Packages()?$filter=(((Id ne null) and substringof('more',tolower(Id))) or ((Description ne null) and substringof('more',tolower(Description)))) and IsLatestVersion", ['Several.More 1.0.0']],
    ["/Packages()?$filter=(tolower(Id) eq 'full' or tolower(Id) eq 'unlisted') and IsLatestVersion", ['Full 1.2.0.0', 'Unlisted 1.0.0']],
    ["/Packages()?$filter=Id eq 'Several' and Version eq '1.9.0'", ['Several 1.9.0']],
    ['/Packages()?$skip=1&$top=2', ['Several 1.0.0', 'Several 1.9.0']],
  ] as const)('%s', async ([path, expected]) => {
    expect(await list(path)).toEqual(expected);
  });

  it('count', async () => {
    expect(await (await get("/Search()/$count?searchTerm='several'&$filter=IsLatestVersion")).text()).toBe('2');
    expect(await (await get('/Packages()/$count')).text()).toBe('7');
    expect(await (await get("/Packages()/$count?$filter=Id eq 'Several'")).text()).toBe('4');
  });

  it.for(['IsAbsoluteLatestVersion and not IsPrerelease', 'IsLatestVersion and IsAbsoluteLatestVersion', 'IsAbsoluteLatestVersion and IsLatestVersion'])('400 for %s, which no search tells', async (filter) => {
    expect((await get(`/Packages()?$filter=${encodeURIComponent(filter)}`)).status).toBe(400);
  });

  it.for([["Id eq 'several'", 4], ["Id eq 'sEVERAL' and not IsPrerelease", 3], ["Id ne 'SEVERAL' and Id eq 'several'", 0]] as const)('$0 has %i versions, whatever the case', async ([filter, count]) => {
    expect(await (await get(`/Packages()/$count?$filter=${encodeURIComponent(filter)}`)).text()).toBe(String(count));
  });

  it('400 for filters that many packages cannot be asked', async () => {
    for (const filter of ["Version eq '1.0.0'", 'DownloadCount gt 5', "startswith(Id,'x')", "Id eq 'a' or IsLatestVersion"]) {
      const response = await get(`/Packages()?$filter=${encodeURIComponent(filter)}`);
      expect([filter, response.status, await response.text()]).toEqual([filter, 400, expect.stringContaining('Many packages at once')]);
    }
  });

  it('show nothing of what the caller may not see', async () => {
    const path = `${nugetPath('')}/api/v2/Search()?searchTerm=''`;
    expect(await (await app.fetch(path, 'outsider')).text()).not.toContain('<entry');
    expect(await (await app.fetch(`${nugetPath('')}/api/v2/Packages()/$count`, 'outsider')).text()).toBe('0');
    expect(await (await app.fetch(`${nugetPath('')}/api/v2/Packages()/$count`, 'reader')).text()).toBe('7');
  });
});

describe('pages', () => {
  it('lead to each other, with nothing twice and nothing left out', { timeout: 60_000 }, async () => {
    for (let patch = 0; patch < 205; patch++) await pushed(app, 'Paged', `1.0.${patch}`, { namespace: 'acme' });
    const all = Array.from({ length: 205 }, (_, patch) => `Paged 1.0.${patch}`);
    const walk = async (start: string) => {
      const pages: string[][] = [];
      for (let url: string | undefined = `${app.url}${nugetPath('acme')}/api/v2${start}`; url !== undefined && pages.length < 10; ) {
        const feed: XmlElement = parseXml(Buffer.from(await (await app.fetch(url.slice(app.url.length), 'reader')).arrayBuffer()), { what: 'The answer' });
        pages.push(childrenOf(feed, 'entry').map(nameOf));
        url = nextOf(feed);
      }
      return pages;
    };
    for (const start of ["/FindPackagesById()?id='Paged'", "/Packages()?$filter=Id eq 'Paged'", "/Search()?searchTerm='paged'&$orderby=Id"]) {
      const pages = await walk(start);
      expect(pages.map(({ length }) => length)).toEqual([100, 100, 5]);
      expect(pages.flat()).toEqual(all);
    }
    expect((await walk("/FindPackagesById()?id='Paged'&$top=150")).map(({ length }) => length)).toEqual([100, 50]);
    expect((await walk("/FindPackagesById()?id='Paged'&$top=30")).map(({ length }) => length)).toEqual([30]);
  });
});

// Last, since its package would be counted above.
it('counts the downloads of all versions, also of those that it does not show', async () => {
  for (const version of ['1.0.0', '2.0.0-beta.1']) await pushed(app, 'Counted', version);
  await pushed(app, 'Counted', '3.0.0');
  for (const version of ['1.0.0', '1.0.0', '2.0.0-beta.1', '3.0.0']) await (await get(`/package/Counted/${version}`)).arrayBuffer();
  await app.core.downloads.flush();
  await app.fetch(`${nugetPath()}/api/v2/package/Counted/3.0.0`, 'developer', { method: 'DELETE' });
  const counts = async (path: string) => childrenOf(await xml(path), 'entry').map((entry) => ['Version', 'DownloadCount', 'VersionDownloadCount'].map((name) => propertyOf(entry, name)));
  expect(await counts("/FindPackagesById()?id='Counted'")).toEqual([['1.0.0', '4', '2'], ['3.0.0', '4', '1']]);
  expect(await counts("/Search()?searchTerm='counted'&$filter=IsLatestVersion")).toEqual([['1.0.0', '4', '2']]);
  const { data: [found] } = (await (await app.fetch(`${nugetPath()}/v3/query?q=packageid:counted`, 'reader')).json()) as { data: { totalDownloads: number }[] };
  expect(found?.totalDownloads).toBe(4);
});
