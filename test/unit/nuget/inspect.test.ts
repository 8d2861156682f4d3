import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectNupkg, type NugetMetadata } from '../../../shims/nuget/inspect.ts';
import { dependenciesText } from '../../../shims/nuget/feed.ts';
import { shortFramework } from '../../../shims/nuget/framework.ts';
import { parseNuspec } from '../../../shims/nuget/nuspec.ts';
import { EntrepotError } from '../../../src/errors.ts';
import { dependencies, nupkg, nuspec, snupkg } from '../../support/nupkg.ts';
import { uploadedBytes } from '../../support/uploaded.ts';

const inspect = (bytes: Buffer) => inspectNupkg(uploadedBytes(bytes, 'x.nupkg'));

describe('a package', () => {
  it('says what its nuspec and its files say', async () => {
    const metadata =
      '<title> A title </title><authors>Ada, Bob,Ada</authors><owners>acme</owners><description>d &lt;b&gt;</description><license type="expression">MIT OR Apache-2.0</license><licenseUrl>https://licenses.nuget.org/x</licenseUrl>' +
      '<projectUrl>https://example.com/</projectUrl><repository type="git" url="https://example.com/r.git" branch="main" commit="abc"/><tags>one two;three,one</tags><readme>docs/README.md</readme><icon>icon.png</icon>' +
      '<developmentDependency>true</developmentDependency><packageTypes><packageType name="DotnetTool" version="1.0"/><packageType name="Template"/></packageTypes>' +
      dependencies({ '': { Any: '' }, '.NETFramework4.6.1': { Lib: '1.0' }, '.NETStandard2.0': { Lib: '2.0' }, 'net6.0-windows7.0': { 'Win.Lib': '[1.0]' } });
    const { version, file, describes, accompanies } = await inspect(
      nupkg('Acme.Lib', '1.0.0-Beta.1+x', { metadata, files: [{ path: 'docs/README.md', content: '\ufeff# Hello' }, { path: 'icon.png', content: 'png' }, { path: '.signature.p7s', content: 's' }] }),
    );
    expect([describes, accompanies, file]).toEqual([true, undefined, { name: 'acme.lib.1.0.0-beta.1.nupkg', contentType: 'application/octet-stream', attributes: { isSemVer2: true } }]);
    const { metadata: stored, ...facts } = version;
    expect(facts).toEqual({
      name: 'Acme.Lib',
      version: '1.0.0-Beta.1+x',
      description: 'd <b>',
      readme: '# Hello',
      licenses: ['MIT OR Apache-2.0'],
      homepage: 'https://example.com/',
      repositoryUrl: 'https://example.com/r.git',
      keywords: ['one', 'two', 'three'],
      authors: ['Ada', 'Bob'],
      dependencies: [
        { kind: 'any', name: 'Any', requirement: '(, )' },
        { kind: 'net461', name: 'Lib', requirement: '[1.0.0, )' },
        { kind: 'netstandard2.0', name: 'Lib', requirement: '[2.0.0, )' },
        { kind: 'net6.0-windows7.0', name: 'Win.Lib', requirement: '[1.0.0]' },
      ],
    });
    const { contents, types, ...rest } = stored as unknown as NugetMetadata;
    expect(Object.keys(contents)).toEqual(['nuspec', 'icon', 'readme']);
    expect(types).toEqual(['dotnettool', 'template']);
    expect(rest).toMatchObject({ title: 'A title', owners: 'acme', developmentDependency: true, requireLicenseAcceptance: false, isSigned: true, isSemVer2: true, repository: { type: 'git', url: 'https://example.com/r.git', branch: 'main', commit: 'abc' } });
    expect(dependenciesText(rest.dependencyGroups)).toBe('Any:|Lib:[1.0.0, ):net461|Lib:[2.0.0, ):netstandard2.0|Win.Lib:[1.0.0]:net6.0-windows7.0');
  });

  it('may have a licence as a file, or none that is known', async () => {
    const licenses = async (metadata: string, path = 'LICENSE.md') => (await inspect(nupkg('L', '1.0.0', { metadata, files: [{ path, content: 'free' }] }))).version.licenses;
    expect(await licenses('<license type="file">LICENSE.md</license>')).toEqual(['SEE LICENSE IN LICENSE.md']);
    expect(await licenses('<licenseUrl>https://licenses.nuget.org/MIT%20OR%20ISC</licenseUrl>')).toEqual(['MIT OR ISC']);
    expect(await licenses('<licenseUrl>https://example.com/license</licenseUrl>')).toEqual([]);
  });

  it('of symbols goes with another file only', async () => {
    const { file, accompanies, describes, version } = await inspect(snupkg('Acme.Lib', '1.0'));
    expect([file, accompanies, describes, version]).toEqual([{ name: 'acme.lib.1.0.0.snupkg', contentType: 'application/octet-stream', attributes: {} }, true, undefined, { name: 'Acme.Lib', version: '1.0' }]);
  });

  it('is read or refused, whatever became of its bytes', async () => {
    const whole = nupkg('Fuzz', '1.0.0', { metadata: `<description>d</description>${dependencies({ net6: { A: '1.0' } })}`, files: [{ path: 'a.txt', content: 'x'.repeat(500) }] });
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(whole.length)), async (changes, cut) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        await inspect(cut === null ? bytes : bytes.subarray(0, cut)).catch((error: unknown) => expect(error).toBeInstanceOf(EntrepotError));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a nuspec', () => {
  it('may be in any encoding and of any year', () => {
    const text = nuspec('Ünïcode'.normalize('NFD').replace(/[^A-Za-z]/g, ''), '1.0', '<description>ä€😀</description>').replace('2013/05', '2010/07');
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replace('utf-8', 'utf-16'), 'utf16le')]);
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16]) expect(parseNuspec(bytes)).toMatchObject({ id: 'Unicode', description: 'ä€😀' });
  });

  it('of before groups has dependencies for all frameworks; with groups, only those count', () => {
    const groups = (inner: string) => parseNuspec(Buffer.from(nuspec('A', '1.0', `<dependencies>${inner}</dependencies>`))).dependencyGroups;
    expect(groups('<dependency id="B" version="1.0"/><dependency id="C"/>')).toEqual([{ dependencies: [{ id: 'B', range: '[1.0.0, )' }, { id: 'C', range: '(, )' }] }]);
    expect(groups('<dependency id="B" version="1.0"/><group targetFramework="net6.0"/>')).toEqual([{ targetFramework: 'net6.0', dependencies: [] }]);
    expect(groups('')).toEqual([]);
    expect(() => groups('<dependency id="B" version="1.0"/><dependency id="b" version="2.0"/>')).toThrow(/twice/);
  });

  it('is read or refused, whatever stands in it', () => {
    const piece = fc.constantFrom('<dependencies>', '</dependencies>', '<group>', '</group>', '<dependency id="A" version="1.0"/>', '<dependency/>', '<id>B</id>', '<license type="file">x</license>', '<tags>', '</tags>', 'text', '&amp;', '&x;', '<![CDATA[', ']]>', '<repository url="a"/>', '<packageTypes><packageType/></packageTypes>');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          parseNuspec(Buffer.from(nuspec('A', '1.0', pieces.join(''))));
        } catch (error) {
          expect(error).toBeInstanceOf(EntrepotError);
        }
      }),
    );
  });
});

it('frameworks have short names', () => {
  expect(['.NETFramework4.5', '.NETStandard2.0', '.NETStandard,Version=v2.1', '.NETCoreApp3.1', '.NETCoreApp5.0', 'net6.0', 'uap10.0', 'Portable-net45+win8', ' a|b:c '].map(shortFramework)).toEqual(['net45', 'netstandard2.0', 'netstandard2.1', 'netcoreapp3.1', 'net5.0', 'net6.0', 'uap10.0', 'portable-net45+win8', 'abc']);
});
