import { PackageURL } from 'packageurl-js';
import { InvalidInput } from '../src/errors.ts';
import type { Format } from '../src/formats/format.ts';
import type { FormatRegistry } from '../src/formats/registry.ts';

/** Absolute URL of a format at a namespace, without a trailing slash. */
export function endpointUrl(baseUrl: string, namespacePath: string, { id, root }: Format): string {
  if (root !== undefined) return `${baseUrl}${root}${namespacePath}`.replace(/\/$/, '');
  return `${baseUrl}/api/packages/${namespacePath === '' ? '' : `${namespacePath}/`}${id}`;
}

/** Absolute URL of a stored file's bytes. */
export function downloadUrl(baseUrl: string, file: { id: string; name: string }): string {
  return `${baseUrl}/api/files/${file.id}/${file.name.split('/').map(encodeURIComponent).join('/')}`;
}

/** Absolute URL that takes the bytes of an upload. */
export function uploadUrl(baseUrl: string, uploadId: string): string {
  return `${baseUrl}/api/uploads/${uploadId}`;
}

/** The package URL of a package or version (https://github.com/package-url/purl-spec). */
export function purlOf(format: Format, name: string, version?: string): string {
  const parts = format.purlName?.(name) ?? { name };
  try {
    return new PackageURL(format.purlType, parts.namespace, parts.name, version, undefined, undefined).toString();
  } catch {
    // The library knows rules of some types that old packages break; their names still need an address.
    const path = [parts.namespace, parts.name].filter((part) => part !== undefined).map(encodeURIComponent).join('/');
    return `pkg:${format.purlType}/${path}${version === undefined ? '' : `@${encodeURIComponent(version)}`}`;
  }
}

/** What a package URL names: its formats here (more than one may share a type) and the package. Throws InvalidInput. */
export function parsePurl(formats: FormatRegistry, purl: string): { format: Format; name: string }[] {
  const { type, namespace, name } = parse(purl);
  return formats
    .list()
    .filter(({ purlType }) => purlType === type)
    .map((format) => ({ format, name: format.nameFromPurl?.(namespace, name) ?? (namespace ? `${namespace}/${name}` : name) }));
}

function parse(purl: string): { type: string; namespace: string | undefined; name: string } {
  try {
    const { type, namespace, name } = PackageURL.fromString(purl);
    if (type && name) return { type, namespace: namespace ?? undefined, name };
  } catch {
    // Falls through: the library's messages speak of its own components.
  }
  throw new InvalidInput('purl', 'This is no package URL such as pkg:npm/lib@1.0.0.');
}
