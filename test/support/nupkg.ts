import { zip, type ZipFile } from './zip.ts';

/** What a test says of a package; what it leaves out is unimportant to it. */
export interface NupkgOptions {
  /** XML within `<metadata>`, behind id and version. */
  metadata?: string;
  /** In place of the whole nuspec. */
  nuspec?: string | Buffer;
  /** More files. */
  files?: readonly ZipFile[];
}

/** A nuspec with these elements. */
export function nuspec(id: string, version: string, metadata = '<authors>Ada</authors><description>words</description>'): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>${id}</id><version>${version}</version>${metadata}</metadata></package>`;
}

/** A package as `dotnet pack` makes it, as small as it can be: the parts beside the nuspec are what nuget 2 finds that by. */
export function nupkg(id: string, version: string, options: NupkgOptions = {}): Buffer {
  const path = `${id.replaceAll('/', '')}.nuspec`;
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  const relation = `<Relationships xmlns="${packages}/relationships"><Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/${path}" Id="R1"/></Relationships>`;
  const types = `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="nuspec" ContentType="application/octet"/><Default Extension="_" ContentType="application/octet"/></Types>`;
  return zip([
    { path: '_rels/.rels', content: relation },
    { path, content: options.nuspec ?? nuspec(id, version, options.metadata) },
    { path: 'lib/netstandard2.0/_._', content: '' },
    { path: '[Content_Types].xml', content: types },
    ...(options.files ?? []),
  ]);
}

/** The symbols of a package. */
export function snupkg(id: string, version: string, files: readonly ZipFile[] = [{ path: 'lib/netstandard2.0/a.pdb', content: 'BSJB' }]): Buffer {
  const manifest = nuspec(id, version, '<packageTypes><packageType name="SymbolsPackage"/></packageTypes><description>symbols</description>');
  return zip([{ path: `${id}.nuspec`, content: manifest }, ...files]);
}

/** `<dependencies>` by framework; '' is for all others. */
export function dependencies(groups: Record<string, Record<string, string>>): string {
  const list = Object.entries(groups).map(([framework, entries]) => {
    const inner = Object.entries(entries).map(([id, version]) => `<dependency id="${id}"${version === '' ? '' : ` version="${version}"`}/>`);
    return `<group${framework === '' ? '' : ` targetFramework="${framework}"`}>${inner.join('')}</group>`;
  });
  return `<dependencies>${list.join('')}</dependencies>`;
}
