import type { Call } from '../../permissions/routes.ts';
import { formType } from '../../support/multipart.ts';
import { uploadForm } from '../../support/python-files.ts';
import { publishDocument } from '../../wire/npm-request.ts';
import { pushForm } from '../../wire/nuget-request.ts';

const json = { 'content-type': 'application/json' };
const base = '/api/packages/acme/widgets';

/** The request that publishes a file of a sample with this number as its format's client does; undefined where that takes more than one. */
export async function uploadOf(format: string, fileName: string, bytes: Buffer, number: number): Promise<Call | undefined> {
  const body = (content: Buffer): Pick<Call, 'body'> => ({ body: new Uint8Array(content) });
  if (format === 'npm') {
    const document = await publishDocument(`lib-${number}`, '1.0.0-rc.1', { tarball: bytes });
    return { method: 'PUT', path: `${base}/npm/lib-${number}`, headers: json, body: JSON.stringify(document) };
  }
  if (format === 'pypi') {
    const form = uploadForm({ fileName, bytes }, { name: `Acme.Demo${number}`, version: '1.0rc1' });
    return { method: 'POST', path: `${base}/pypi/legacy/`, headers: { 'content-type': formType }, ...body(form) };
  }
  if (format === 'nuget') {
    const form = pushForm(bytes);
    return { method: 'PUT', path: `${base}/nuget/v3/package`, headers: form.headers, ...body(form.body) };
  }
  if (format === 'maven') return { method: 'PUT', path: `${base}/maven/org/acme/n${number}/lib-plugin/1.0/${fileName}`, ...body(bytes) };
  if (format === 'oci') return fileName === 'manifest' ? { method: 'PUT', path: `/v2/acme/widgets/img-1/manifests/t${number}`, headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }, ...body(bytes) } : undefined;
  return { method: 'PUT', path: `${base}/generic/g-${number}/1/${fileName}`, ...body(bytes) };
}

/** What clients read of it then. */
export function readsOf(format: string, number: number): string[] {
  const paths: Record<string, string[]> = {
    npm: [`npm/lib-${number}`, `npm/lib-${number}/1.0.0-rc.1`, `npm/-/v1/search?text=lib-${number}`],
    pypi: [`pypi/simple/acme-demo${number}/`, `pypi/pypi/acme-demo${number}/json`],
    nuget: [`nuget/v3/registration/acme.lib${number}/index.json`, `nuget/v3/registration-semver2/acme.lib${number}/index.json`, `nuget/api/v2/FindPackagesById()?id='Acme.Lib${number}'`, `nuget/v3/query?q=acme.lib${number}&prerelease=true&semVerLevel=2.0.0`],
    maven: [`maven/org/acme/n${number}/lib-plugin/maven-metadata.xml`, `maven/org/acme/n${number}/maven-metadata.xml`, `maven/org/acme/n${number}/lib-plugin/1.0/`],
    generic: [`generic/g-${number}`],
  };
  return format === 'oci' ? [`/v2/acme/widgets/img-1/manifests/t${number}`, '/v2/acme/widgets/img-1/tags/list?n=5'] : (paths[format] ?? []).map((path) => `${base}/${path}`);
}

/** The name under which the API knows it. */
export function nameOf(format: string, number: number): string {
  const names: Record<string, string> = { npm: `lib-${number}`, pypi: `acme-demo${number}`, nuget: `Acme.Lib${number}`, maven: `org.acme.n${number}:lib-plugin`, oci: 'img-1', generic: `g-${number}` };
  return names[format] ?? '';
}
